# domain P-4: a named attribute that the request lacks does not match, but stringExists false does.
account acme of alice
member bob of acme
policy with of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "keyRing", "operator": "stringExists", "value": true}]}
policy without of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Writer"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "keyRing", "operator": "stringExists", "value": false}]}
policy listed of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Manager"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "keyRing", "operator": "stringEqualsAnyOf", "value": ["red", "blue"]}]}
key k of bob in acme

ask k in acme kms kms.secrets.list keyRing=green => allow with
ask k in acme kms kms.secrets.list => allow without
ask k in acme kms kms.secrets.create => allow without
ask k in acme kms kms.secrets.create keyRing=green => deny no_policy
ask k in acme kms kms.secrets.delete keyRing=red => allow listed
ask k in acme kms kms.secrets.delete keyRing=Red => deny no_policy
ask k in acme kms kms.secrets.list keyRing=blue => allow with listed
