# domain A-1: a key made in acme reaches beta through its owner's policies and groups there, and not
# gamma, where its owner is nobody. Taking the member out of beta ends it there and nowhere else.
account acme of alice
account beta of bea
account gamma of gil
member bob of acme
member bob of beta
member carol of acme
group readers of beta bob
policy home of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Writer"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy there of beta for readers
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme
key c of carol in acme

ask k in acme kms kms.secrets.create => allow home
ask k in beta kms kms.secrets.list => allow there
ask k in beta kms kms.secrets.create => deny no_policy
ask k in gamma kms kms.secrets.list => deny membership_not_active
ask c in beta kms kms.secrets.list => deny membership_not_active
do part bob readers
ask k in beta kms kms.secrets.list => deny no_policy
do join bob readers
ask k in beta kms kms.secrets.list => allow there
do remove bob of beta
ask k in beta kms kms.secrets.list => deny membership_not_active
ask k in acme kms kms.secrets.create => allow home
