# domain R-2, hazard C42: every term must allow; another key of the same identity is not touched; nothing is ever added.
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
key free of bob in acme
key a of alice in acme

ask k in acme kms kms.secrets.list => allow home
do term k accounts=acme services=kms,cloud-object-storage
ask k in acme kms kms.secrets.list => allow home
ask k in beta kms kms.secrets.list => deny key_boundary
ask k in acme cloud-object-storage cloud-object-storage.object.get => deny no_policy
ask free in beta kms kms.secrets.list => allow there
do term k sources=192.0.2.0/24,2001:db8::/32
ask k in acme kms kms.secrets.list => deny key_boundary
from 192.0.2.7
ask k in acme kms kms.secrets.list => allow home
from ::ffff:192.0.2.7
ask k in acme kms kms.secrets.list => allow home
from 192.0.3.7
ask k in acme kms kms.secrets.list => deny key_boundary
from 2001:db8::9
do term k from=2026-04-01T00:00:00Z until=2026-05-01T00:00:00Z resource:region=eu-de
at 2026-03-31T23:59:59Z
ask k in acme kms kms.secrets.list region=eu-de => deny key_boundary
at 2026-04-01T00:00:00Z
ask k in acme kms kms.secrets.list region=eu-de => allow home
ask k in acme kms kms.secrets.list region=us-south => deny key_boundary
ask k in acme kms kms.secrets.list => deny key_boundary
at 2026-05-01T00:00:00Z
ask k in acme kms kms.secrets.list region=eu-de => deny key_boundary
do unterm k
ask k in beta kms kms.secrets.list region=eu-de => deny key_boundary
do unterm k
do unterm k
from nowhere
ask k in beta kms kms.secrets.list => allow there
do term a actions=kms.secrets.read
ask a in acme kms kms.secrets.list => deny key_boundary
ask a in acme kms kms.secrets.read => allow owner
