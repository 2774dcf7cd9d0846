# domain R-3, hazard C93: all applicable rules must pass, for the owner too; what a request leaves out counts as matching; an
# unknown source lies in no zone.
account acme of alice
account beta of bea
member bob of acme
member bob of beta
policy home of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
policy there of beta for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme
zone office of acme 192.0.2.0/24,2001:db8::/32 except 192.0.2.99
zone lab of acme 192.0.2.128-192.0.2.135
context-rule fence of acme in office serviceName=kms
context-rule narrow of acme in lab serviceName=kms region=eu-de

ask k in acme kms kms.secrets.list region=us-south => deny context_rule
ask k in beta kms kms.secrets.list => allow there
from 192.0.2.7
ask k in acme kms kms.secrets.list region=us-south => allow home
ask k in acme kms kms.secrets.list region=eu-de => deny context_rule
ask k in acme kms kms.secrets.list => deny context_rule
ask alice@acme in acme kms kms.secrets.list => deny context_rule
ask alice@acme in acme cloud-object-storage cloud-object-storage.object.get => allow owner
from ::ffff:192.0.2.7
ask k in acme kms kms.secrets.list region=us-south => allow home
from 192.0.2.99
ask k in acme kms kms.secrets.list region=us-south => deny context_rule
from 2001:db8:1::1
ask k in acme kms kms.secrets.list region=us-south => allow home
from 192.0.2.130
ask k in acme kms kms.secrets.list => allow home
ask alice@acme in acme kms kms.secrets.list => allow owner
ask k in acme kms kms.secrets.create => deny no_policy
do drop-rule narrow
from 192.0.2.7
ask k in acme kms kms.secrets.list region=eu-de => allow home
do drop-rule fence
from 203.0.113.9
ask k in acme kms kms.secrets.list => allow home
