# domain section 3: a locked key works, a disabled one does not, and a deleted one is unknown.
account acme of alice
member bob of acme
policy read of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme
key spare of bob in acme

ask k in acme kms kms.secrets.list => allow read
do key k lock
ask k in acme kms kms.secrets.list => allow read
do key k unlock
do key k disable
ask k in acme kms kms.secrets.list => deny key_disabled
ask spare in acme kms kms.secrets.list => allow read
do key k enable
ask spare in acme kms kms.secrets.list => allow read
do key spare expire
ask spare in acme kms kms.secrets.list => deny key_expired
do key k delete
ask k in acme kms kms.secrets.list => deny unknown_credential
ask bob@acme in acme kms kms.secrets.list => allow read
