# domain P-3: serviceType service and platform_service are two worlds; service_group_id IAM is smaller
# than platform_service.
account acme of alice
member bob of acme
member carol of acme
member dan of acme
policy services of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$role:Viewer"}, {"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceType", "operator": "stringEquals", "value": "service"}]}
policy platform of acme for carol
  "control": {"grant": {"roles": [{"role_id": "$role:Viewer"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceType", "operator": "stringEquals", "value": "platform_service"}]}
policy iam of acme for dan
  "control": {"grant": {"roles": [{"role_id": "$role:Viewer"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "service_group_id", "operator": "stringEquals", "value": "IAM"}]}
key b of bob in acme
key c of carol in acme
key d of dan in acme

ask b in acme kms kms.secrets.list => allow services
ask b in acme cloud-object-storage cloud-object-storage.object.get region=eu-de => allow services
ask b in acme containers-kubernetes containers-kubernetes.cluster.read => allow services
ask b in acme iam-groups iam-groups.groups.read => deny no_policy
ask c in acme iam-groups iam-groups.groups.read => allow platform
ask c in acme user-management user-management.user.retrieve => allow platform
ask c in acme context-based-restrictions context-based-restrictions.zone.read => allow platform
ask c in acme kms kms.secrets.list => deny no_policy
ask d in acme iam-groups iam-groups.groups.read => allow iam
ask d in acme context-based-restrictions context-based-restrictions.zone.read => deny no_policy
