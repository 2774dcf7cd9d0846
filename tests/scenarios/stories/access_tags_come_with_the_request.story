# domain P-6: a policy on tags reaches every IAM-enabled service whose resource carries them all; the host says which it does.
account acme of alice
member bob of acme
policy dev of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {
    "attributes": [$account, {"key": "serviceType", "operator": "stringEquals", "value": "service"}],
    "tags": [{"key": "env", "operator": "stringEquals", "value": "dev"},
             {"key": "team", "operator": "stringMatch", "value": "pay*"}]}
key k of bob in acme

ask k in acme kms kms.secrets.list tag:env:dev tag:team:payroll => allow dev
ask k in acme kms kms.secrets.list tag:team:pay tag:other:x tag:env:dev => allow dev
ask k in acme kms kms.secrets.list tag:env:dev => deny no_policy
ask k in acme kms kms.secrets.list tag:env:prod tag:team:payroll => deny no_policy
ask k in acme kms kms.secrets.list => deny no_policy
ask k in acme kms kms.secrets.list env=dev team=payroll => deny no_policy
