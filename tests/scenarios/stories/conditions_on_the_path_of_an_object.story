# domain P-4, domain P-5: attribute-based conditions on IBM's object storage: a name that ends in *??81, or anything below
# public/; an attribute that the request lacks makes its condition fail.
account acme of alice
member bob of acme
policy objects of acme for bob
  "control": {"grant": {"roles": [{"role_id": "crn:v1:bluemix:public:cloud-object-storage::::serviceRole:ObjectReader"}]}},
  "pattern": "attribute-based-condition:resource:literal-and-wildcard",
  "rule": {"operator": "or", "conditions": [
    {"key": "{{resource.attributes.path}}", "operator": "stringMatchAnyOf", "value": ["*??81", "public/*"]},
    {"operator": "and", "conditions": [
      {"key": "{{resource.attributes.prefix}}", "operator": "stringEquals", "value": "shared"},
      {"key": "{{resource.attributes.delimiter}}", "operator": "stringEqualsAnyOf", "value": ["/", "|"]}]}]},
  "resource": {"attributes": [
    $account,
    {"key": "serviceName", "operator": "stringEquals", "value": "cloud-object-storage"}]}
key k of bob in acme

ask k in acme cloud-object-storage cloud-object-storage.object.get path=report-1281 => allow objects
ask k in acme cloud-object-storage cloud-object-storage.object.get path=0081 => allow objects
ask k in acme cloud-object-storage cloud-object-storage.object.get path=081 => deny no_policy
ask k in acme cloud-object-storage cloud-object-storage.object.get path=report-1281.txt => deny no_policy
ask k in acme cloud-object-storage cloud-object-storage.object.get path=public/a/b => allow objects
ask k in acme cloud-object-storage cloud-object-storage.object.get path=Public/a => deny no_policy
ask k in acme cloud-object-storage cloud-object-storage.object.get prefix=shared delimiter=/ => allow objects
ask k in acme cloud-object-storage cloud-object-storage.object.get prefix=shared => deny no_policy
ask k in acme cloud-object-storage cloud-object-storage.object.get => deny no_policy
