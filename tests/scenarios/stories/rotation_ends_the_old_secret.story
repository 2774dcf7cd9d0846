# domain K-7: without overlap the old secret answers as if it had never been.
account acme of alice
member bob of acme
policy read of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme

ask k in acme kms kms.secrets.list => allow read
do key k rotate
ask k in acme kms kms.secrets.list => deny unknown_credential
