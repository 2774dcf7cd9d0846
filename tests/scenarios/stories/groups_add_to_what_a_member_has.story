# domain P-1: access is the union of what all policies grant; nothing takes away but taking them away.
account acme of alice
member bob of acme
service-id robot of acme
group readers of acme bob robot
group writers of acme bob
policy own of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "cloud-object-storage"}]}
policy reading of acme for readers
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy writing of acme for writers
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Writer"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key b of bob in acme
key r of robot in acme

ask b in acme kms kms.secrets.list => allow reading writing
ask b in acme kms kms.secrets.create => allow writing
ask b in acme cloud-object-storage cloud-object-storage.object.get => allow own
ask r in acme kms kms.secrets.list => allow reading
ask r in acme kms kms.secrets.create => deny no_policy
do part bob writers
ask b in acme kms kms.secrets.list => allow reading
ask b in acme kms kms.secrets.create => deny no_policy
do drop reading
ask b in acme kms kms.secrets.list => deny no_policy
ask r in acme kms kms.secrets.list => deny no_policy
