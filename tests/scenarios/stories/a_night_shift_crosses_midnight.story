# domain P-5: a weekly window across midnight is two windows, joined by "or"; the day is that of the offset. 2026-03-06 is a
# Friday, 6 in the week.
account acme of alice
member bob of acme
policy night of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "pattern": "time-based-conditions:weekly:custom-hours",
  "rule": {"operator": "or", "conditions": [
    {"operator": "and", "conditions": [
      {"key": "{{environment.attributes.day_of_week}}", "operator": "dayOfWeekEquals", "value": "5+01:00"},
      {"key": "{{environment.attributes.current_time}}", "operator": "timeGreaterThanOrEquals", "value": "22:00:00+01:00"}]},
    {"operator": "and", "conditions": [
      {"key": "{{environment.attributes.day_of_week}}", "operator": "dayOfWeekEquals", "value": "6+01:00"},
      {"key": "{{environment.attributes.current_time}}", "operator": "timeLessThan", "value": "06:00:00+01:00"}]}]},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme

at 2026-03-06T21:59:59+01:00
ask k in acme kms kms.secrets.list => deny no_policy
at 2026-03-06T22:00:00+01:00
ask k in acme kms kms.secrets.list => allow night
at 2026-03-06T23:30:00+00:00            # already Saturday there
ask k in acme kms kms.secrets.list => allow night
at 2026-03-07T05:59:59+01:00
ask k in acme kms kms.secrets.list => allow night
at 2026-03-07T06:00:00+01:00
ask k in acme kms kms.secrets.list => deny no_policy
at 2026-03-07T23:00:00+01:00
ask k in acme kms kms.secrets.list => deny no_policy
