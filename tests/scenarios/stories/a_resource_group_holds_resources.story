# domain P-3: resourceGroupId means the resources in the group, of any IAM-enabled service; a request
# that names no group is in none.
account acme of alice
member bob of acme
policy group of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$role:Viewer"}, {"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "resourceGroupId", "operator": "stringEquals", "value": "rg-1"}]}
policy narrow of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Writer"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
    {"key": "resourceGroupId", "operator": "stringEquals", "value": "rg-2"},
    {"key": "serviceInstance", "operator": "stringEquals", "value": "i-1"}]}
key k of bob in acme

ask k in acme kms kms.secrets.list resourceGroupId=rg-1 => allow group
ask k in acme containers-kubernetes containers-kubernetes.kube.read resourceGroupId=rg-1 serviceInstance=c-9 => allow group
ask k in acme kms kms.secrets.list => deny no_policy
ask k in acme kms kms.secrets.list resourceGroupId=rg-10 => deny no_policy
ask k in acme kms kms.secrets.create resourceGroupId=rg-2 serviceInstance=i-1 => allow narrow
ask k in acme kms kms.secrets.create resourceGroupId=rg-2 => deny no_policy
ask k in acme kms kms.secrets.create resourceGroupId=rg-1 serviceInstance=i-1 => deny no_policy
ask k in acme iam-groups iam-groups.groups.read resourceGroupId=rg-1 => deny no_policy
