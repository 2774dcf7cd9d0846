# domain R-1: what counts is the account that the principal acts from.
account acme of alice
account beta of bea
account gamma of gil
member bob of acme
member bob of beta
member bob of gamma
service-id robot of beta
policy user of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy machine of acme for robot
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key home of bob in acme
key away of bob in beta
key far of bob in gamma
key m of robot in beta

ask away in acme kms kms.secrets.list => allow user
ask m in acme kms kms.secrets.list => allow machine
do external users of acme limited gamma
ask home in acme kms kms.secrets.list => allow user
ask away in acme kms kms.secrets.list => deny external_identity
ask far in acme kms kms.secrets.list => allow user
ask m in acme kms kms.secrets.list => allow machine
do external service-ids of acme limited
ask m in acme kms kms.secrets.list => deny external_identity
do external users of acme monitor
ask away in acme kms kms.secrets.list => allow user
do external users of acme limited
ask far in acme kms kms.secrets.list => deny external_identity
do external users of acme enabled
ask away in acme kms kms.secrets.list => allow user
