#include <algorithm>
#include <variant>

#include "absl/time/time.h"

#include "engine/base/invariant.h"
#include "engine/codec/attribute_operators.h"
#include "engine/codec/json_writer.h"
#include "engine/codec/policy_json.h"
#include "engine/codec/policy_json_rule.h"
#include "engine/codec/policy_json_values.h"

namespace latchkey::codec {
namespace {

void WriteAttribute(const ResourceAttribute& attribute, JsonWriter& json) {
  const OperatorRow* const row = RowOf(attribute.op);
  LATCHKEY_INVARIANT(row != nullptr, "an attribute has a known operator");
  json.BeginObject();
  json.TextMember("key", attribute.key);
  json.TextMember("operator", row->name);
  json.Name("value");
  WriteValues(attribute.values, row->form, json);
  json.EndObject();
}

void BeginAttributes(std::string_view member, JsonWriter& json) {
  json.Name(member);
  json.BeginObject();
  json.Name("attributes");
  json.BeginArray();
}

void EndAttributes(JsonWriter& json) {
  json.EndArray();
  json.EndObject();
}

void WriteRoles(const std::vector<RoleId>& roles, JsonWriter& json) {
  json.Name("control");
  json.BeginObject();
  json.Name("grant");
  json.BeginObject();
  json.Name("roles");
  json.BeginArray();
  for (const RoleId& role : roles) {
    json.BeginObject();
    json.TextMember("role_id", role.text());
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

ResourceAttribute SubjectAttribute(const PolicySubject& subject) {
  const IamId* const identity = std::get_if<IamId>(&subject);
  const std::string& id = identity ? identity->text() : std::get<GroupId>(subject).text();
  return {.key = identity ? "iam_id" : "access_group_id", .values = {id}};
}

template <class AnyPolicy>
void WriteSubject(const AnyPolicy& policy, JsonWriter& json) {
  BeginAttributes("subject", json);
  if (policy.type == PolicyType::kAuthorization) {
    for (const ResourceAttribute& attribute : policy.subject_attributes) {
      WriteAttribute(attribute, json);
    }
  } else {
    WriteAttribute(SubjectAttribute(policy.subject), json);
  }
  EndAttributes(json);
}

template <class AnyPolicy>
void WriteResource(const AnyPolicy& policy, JsonWriter& json) {
  const std::vector<ResourceAttribute>& resource = policy.resource;
  BeginAttributes("resource", json);
  const bool names_account =
      std::any_of(resource.begin(), resource.end(),
                  [](const ResourceAttribute& attribute) { return attribute.key == "accountId"; });
  if (!names_account) {
    WriteAttribute({.key = "accountId", .values = {policy.account.text()}}, json);
  }
  for (const ResourceAttribute& attribute : resource) WriteAttribute(attribute, json);
  json.EndArray();
  if (!policy.tags.empty()) {
    json.Name("tags");
    json.BeginArray();
    for (const ResourceAttribute& tag : policy.tags) WriteAttribute(tag, json);
    json.EndArray();
  }
  json.EndObject();
}

// The members that Policy and NewPolicy share.
template <class AnyPolicy>
void WriteBody(const AnyPolicy& policy, JsonWriter& json) {
  json.TextMember("type", policy.type == PolicyType::kAuthorization ? "authorization" : "access");
  if (!policy.description.empty()) json.TextMember("description", policy.description);
  WriteRoles(policy.roles, json);
  WriteSubject(policy, json);
  WriteResource(policy, json);
  if (policy.rule.has_value()) {
    json.Name("rule");
    WriteRule(*policy.rule, json);
  }
  if (!policy.pattern.empty()) json.TextMember("pattern", policy.pattern);
}

std::string DateText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

void WriteAuthor(std::string_view member, const IamId& author, JsonWriter& json) {
  if (!author.empty()) json.TextMember(member, author.text());
}

}  // namespace

std::string WritePolicyBodyV2(const NewPolicy& policy) {
  JsonWriter json;
  json.BeginObject();
  WriteBody(policy, json);
  json.EndObject();
  return json.Take();
}

std::string WritePolicyV2(const Policy& policy) {
  JsonWriter json;
  json.BeginObject();
  WriteBody(policy, json);
  json.TextMember("id", policy.id.text());
  json.TextMember("created_at", DateText(policy.created_at));
  WriteAuthor("created_by_id", policy.created_by, json);
  json.TextMember("last_modified_at", DateText(policy.modified_at));
  WriteAuthor("last_modified_by_id", policy.modified_by, json);
  json.TextMember("state", policy.state == PolicyState::kActive ? "active" : "deleted");
  json.EndObject();
  return json.Take();
}

}  // namespace latchkey::codec
