# domain P-5: weekly custom hours, Monday to Friday from 09:00 until 17:00 at -05:00, whatever the offset in which the
# time is given. 2026-03-02 is a Monday.
account acme of alice
member bob of acme
policy hours of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "pattern": "time-based-conditions:weekly:custom-hours",
  "rule": {"operator": "and", "conditions": [
    {"key": "{{environment.attributes.day_of_week}}", "operator": "dayOfWeekAnyOf",
     "value": ["1-05:00", "2-05:00", "3-05:00", "4-05:00", "5-05:00"]},
    {"key": "{{environment.attributes.current_time}}", "operator": "timeGreaterThanOrEquals", "value": "09:00:00-05:00"},
    {"key": "{{environment.attributes.current_time}}", "operator": "timeLessThanOrEquals", "value": "17:00:00-05:00"}]},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme

at 2026-03-02T08:59:59-05:00
ask k in acme kms kms.secrets.list => deny no_policy
at 2026-03-02T09:00:00-05:00
ask k in acme kms kms.secrets.list => allow hours
at 2026-03-02T22:00:00+00:00
ask k in acme kms kms.secrets.list => allow hours
at 2026-03-02T17:00:01-05:00
ask k in acme kms kms.secrets.list => deny no_policy
at 2026-03-07T03:00:00+13:00            # Friday, 09:00 there
ask k in acme kms kms.secrets.list => allow hours
at 2026-03-07T12:00:00-05:00            # Saturday
ask k in acme kms kms.secrets.list => deny no_policy
ask alice@acme in acme kms kms.secrets.list => allow owner
