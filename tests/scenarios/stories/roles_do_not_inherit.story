# domain P-2: Administrator on kms is kms's Administrator and nothing of its Reader.
account acme of alice
member bob of acme
member carol of acme
policy platform of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$role:Administrator"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy service of acme for carol
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Manager"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key b of bob in acme
key c of carol in acme

ask b in acme kms iam.policy.create => allow platform
ask b in acme kms kms.secrets.list => deny no_policy
ask c in acme kms kms.secrets.list => allow service
ask c in acme kms kms.secrets.delete => allow service
ask c in acme kms iam.policy.create => deny no_policy
ask c in acme cloud-object-storage cloud-object-storage.object.get => deny no_policy
