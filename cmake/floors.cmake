# The house (engine/ARCHITECTURE.md): each folder of engine/ and what lies below it. A folder may
# include and link only itself and these; the contract tests read the include lines too.
set(latchkey_floors base kv codec crypto store lifecycle authn authz cache facade)
set(below_base "")
set(below_kv base)
set(below_codec base)
set(below_crypto base)
set(below_store base kv codec crypto)
set(below_lifecycle base)
set(below_authn base)
set(below_authz base)
set(below_cache base kv codec crypto store lifecycle authn authz)
set(below_facade base kv codec crypto store lifecycle authn authz cache)
