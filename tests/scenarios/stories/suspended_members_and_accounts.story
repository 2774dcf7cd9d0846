# domain D-1, domain D-4: a suspended member keeps its grants and can use none of them there; a key that
# it holds in that account authenticates nowhere, a key that it holds elsewhere works elsewhere.
account acme of alice
account beta of bea
member bob of acme
member bob of beta
policy home of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy there of beta for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key a of bob in acme
key b of bob in beta

do suspend bob of acme
ask a in beta kms kms.secrets.list => deny identity_not_active
ask b in beta kms kms.secrets.list => allow there
ask b in acme kms kms.secrets.list => deny membership_not_active
do reactivate bob of acme
ask a in acme kms kms.secrets.list => allow home
do account beta suspended
ask a in acme kms kms.secrets.list => allow home
ask a in beta kms kms.secrets.list => deny account_not_open
ask b in acme kms kms.secrets.list => deny identity_not_active
do account beta open
ask a in beta kms kms.secrets.list => allow there
