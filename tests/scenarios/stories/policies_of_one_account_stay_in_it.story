# domain P-10, hazard C39: equal policies in two accounts are two policies.
account acme of alice
account beta of bea
member bob of acme
member bob of beta
policy here of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceType", "operator": "stringEquals", "value": "service"}]}
policy there of beta for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "resource", "operator": "stringEquals", "value": "a"}]}
key k of bob in acme

ask k in acme kms kms.secrets.list resource=a => allow here
ask k in beta kms kms.secrets.list resource=a => allow there
ask k in beta kms kms.secrets.list resource=b => deny no_policy
do drop here
ask k in acme kms kms.secrets.list resource=a => deny no_policy
ask k in beta kms kms.secrets.list resource=a => allow there
