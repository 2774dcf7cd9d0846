# domain P-4, hazard C30: * is any run, ? is one character (not one byte), {{*}} and {{?}} are literals,
# and nothing folds case.
account acme of alice
member bob of acme
policy tail of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "resource", "operator": "stringMatch", "value": "*??81"}]}
policy star of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "resource", "operator": "stringMatch", "value": "price-{{*}}-of-{{?}}"}]}
policy all of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "region", "operator": "stringMatch", "value": "*"}]}
key k of bob in acme

ask k in acme kms kms.secrets.list resource=key-1181 => allow tail
ask k in acme kms kms.secrets.list resource=1181 => allow tail
ask k in acme kms kms.secrets.list resource=ää81 => allow tail
ask k in acme kms kms.secrets.list resource=181 => deny no_policy
ask k in acme kms kms.secrets.list resource=118 => deny no_policy
ask k in acme kms kms.secrets.list resource=price-*-of-? => allow star
ask k in acme kms kms.secrets.list resource=price-x-of-y => deny no_policy
ask k in acme kms kms.secrets.list resource=PRICE-*-of-? => deny no_policy
ask k in acme kms kms.secrets.list region=eu-de => allow all
ask k in acme kms kms.secrets.list => deny no_policy
ask k in acme kms kms.secrets.list region=eu-de resource=a81x81 => allow all tail
