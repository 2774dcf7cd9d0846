# domain W-9: while a profile is applied only the profile counts, the user's ownership included.
account acme of alice
member bob of acme
profile ops of acme
policy user of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Manager"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy ops of acme for ops
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}

ask bob@acme in acme kms kms.secrets.delete => allow user
ask bob@acme/ops in acme kms kms.secrets.list => allow ops
ask bob@acme/ops in acme kms kms.secrets.delete => deny no_policy
ask alice@acme/ops in acme kms kms.secrets.delete => deny no_policy
ask alice@acme in acme kms kms.secrets.delete => allow owner
do drop ops
ask bob@acme/ops in acme kms kms.secrets.list => deny no_policy
