# domain P-5: once, from one moment to another, over a leap day, each given with an offset of its own.
account acme of alice
member bob of acme
policy leap of acme for bob
  "control": {"grant": {"roles": [{"role_id": "$serviceRole:Reader"}]}},
  "pattern": "time-based-conditions:once",
  "rule": {"operator": "and", "conditions": [
    {"key": "{{environment.attributes.current_date_time}}", "operator": "dateTimeGreaterThanOrEquals", "value": "2028-02-28T20:00:00-05:00"},
    {"key": "{{environment.attributes.current_date_time}}", "operator": "dateTimeLessThanOrEquals", "value": "2028-03-01T02:00:00+01:00"}]},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "kms"}]}
key k of bob in acme

at 2028-02-29T00:59:59+00:00
ask k in acme kms kms.secrets.list => deny no_policy
at 2028-02-29T01:00:00+00:00
ask k in acme kms kms.secrets.list => allow leap
at 2028-03-01T01:00:00+00:00
ask k in acme kms kms.secrets.list => allow leap
at 2028-03-01T01:00:01+00:00
ask k in acme kms kms.secrets.list => deny no_policy
at 2032-02-29T12:00:00+00:00
ask k in acme kms kms.secrets.list => deny no_policy
