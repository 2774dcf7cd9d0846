# domain P-4, hazard C33: the path of an object is opaque text; a pattern matches by its own * and ?
# only, and * matches across slashes.
account acme of alice
member bob of acme
member carol of acme
policy reports of acme for bob
  "control": {"grant": {"roles": [{"role_id": "crn:v1:bluemix:public:cloud-object-storage::::serviceRole:ObjectReader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "cloud-object-storage"},
    {"key": "resourceType", "operator": "stringEquals", "value": "bucket"},
    {"key": "resource", "operator": "stringEquals", "value": "archive"},
    {"key": "path", "operator": "stringMatch", "value": "reports/*/final?.pdf"}]}
policy logs of acme for carol
  "control": {"grant": {"roles": [{"role_id": "crn:v1:bluemix:public:cloud-object-storage::::serviceRole:ObjectReader"}]}},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "cloud-object-storage"},
    {"key": "resource", "operator": "stringMatch", "value": "logs-*"},
    {"key": "path", "operator": "stringMatchAnyOf", "value": ["2026/*", "2025/12/*"]}]}
key b of bob in acme
key c of carol in acme

ask b in acme cloud-object-storage cloud-object-storage.object.get resourceType=bucket resource=archive path=reports/q1/final1.pdf => allow reports
ask b in acme cloud-object-storage cloud-object-storage.object.get resourceType=bucket resource=archive path=reports/q1/x/final1.pdf => allow reports
ask b in acme cloud-object-storage cloud-object-storage.object.get resourceType=bucket resource=archive path=reports/q1/final.pdf => deny no_policy
ask b in acme cloud-object-storage cloud-object-storage.object.get resourceType=bucket resource=archive path=reports/q1/final12.pdf => deny no_policy
ask b in acme cloud-object-storage cloud-object-storage.object.get resourceType=bucket resource=archive path=/reports/q1/final1.pdf => deny no_policy
ask b in acme cloud-object-storage cloud-object-storage.object.get resourceType=bucket resource=archive2 path=reports/q1/final1.pdf => deny no_policy
ask b in acme cloud-object-storage cloud-object-storage.object.put resourceType=bucket resource=archive path=reports/q1/final1.pdf => deny no_policy
ask c in acme cloud-object-storage cloud-object-storage.object.get resource=logs-eu path=2026/01/01.log => allow logs
ask c in acme cloud-object-storage cloud-object-storage.object.get resource=logs-eu path=2025/12/31.log => allow logs
ask c in acme cloud-object-storage cloud-object-storage.object.get resource=logs-eu path=2025/11/30.log => deny no_policy
ask c in acme cloud-object-storage cloud-object-storage.object.get resource=logs path=2026/01/01.log => deny no_policy
