#include "engine/codec/policy_json.h"

#include <optional>
#include <utility>

#include "engine/base/error.h"
#include "engine/codec/attribute_operators.h"
#include "engine/codec/json_nodes.h"
#include "engine/codec/json_reader.h"
#include "engine/codec/policy_json_rule.h"
#include "engine/codec/policy_json_values.h"

namespace latchkey::codec {
namespace {

constexpr std::size_t kPolicyMaxBytes = std::size_t{1} << 20;

// v2 says "key" and always names an operator; v1 says "name" and stringEquals goes without saying.
struct AttributeForm {
  std::string_view key;
  bool operator_required;
};
constexpr AttributeForm kV2{"key", true};
constexpr AttributeForm kV1{"name", false};

// Members of IBM's answers. They are as unknown in a body as any other; having names for them, the
// error can say which of them to leave out of an answer that is sent back.
constexpr std::string_view kMembersOfAnswers[] = {
    "id",    "href",     "created_at",     "created_by_id",       "last_modified_at",
    "state", "template", "last_permit_at", "last_modified_by_id", "last_permit_frequency"};

absl::Status RefuseMembersOfAnswers(const JsonNode& body) {
  for (const std::string_view name : kMembersOfAnswers) {
    if (const std::optional<JsonNode> member = body.Find(name)) {
      return member->Refuse(Reason::kUnknownField, "remove it, only answers have it");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PolicyType> ReadType(const JsonNode& body) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode node, body.Member("type"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string type, node.Text());
  if (type == "access") return PolicyType::kAccess;
  if (type == "authorization") return PolicyType::kAuthorization;
  return node.Refuse(Reason::kMalformed, "use access or authorization");
}

absl::StatusOr<std::string> ReadDescription(const JsonNode& body) {
  const std::optional<JsonNode> node = body.Find("description");
  if (!node) return std::string();
  return node->Text();
}

absl::StatusOr<const OperatorRow*> ReadOperator(const JsonNode& attribute,
                                                const AttributeForm& form) {
  const std::optional<JsonNode> node = attribute.Find("operator");
  if (!node && !form.operator_required) return RowOf(AttributeOperator::kStringEquals);
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode required, attribute.Member("operator"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string name, required.Text());
  if (const OperatorRow* row = RowNamed(name)) return row;
  return required.Refuse(Reason::kMalformed,
                         "use stringEquals, stringMatch, stringExists, stringEqualsAnyOf or "
                         "stringMatchAnyOf");
}

absl::StatusOr<ResourceAttribute> ReadAttribute(const JsonNode& node, const AttributeForm& form) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({form.key, "operator", "value"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode key, node.Member(form.key));
  LATCHKEY_ASSIGN_OR_RETURN(const OperatorRow* row, ReadOperator(node, form));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode value, node.Member("value"));
  ResourceAttribute attribute;
  LATCHKEY_ASSIGN_OR_RETURN(attribute.key, key.Text());
  attribute.op = row->op;
  LATCHKEY_ASSIGN_OR_RETURN(attribute.values, ReadValues(value, row->form));
  return attribute;
}

// Access tags; whether they may stand there is checked where a policy is written.
absl::Status ReadTags(const JsonNode& resource, const AttributeForm& form, NewPolicy& policy) {
  const std::optional<JsonNode> list = resource.Find("tags");
  if (!list) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list->Items());
  if (items.empty()) return list->Refuse(Reason::kMalformed, "give at least one tag");
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(policy.tags.emplace_back(), ReadAttribute(item, form));
  }
  return absl::OkStatus();
}

absl::Status ReadRuleAndPattern(const JsonNode& body, NewPolicy& policy) {
  if (const std::optional<JsonNode> rule = body.Find("rule")) {
    LATCHKEY_ASSIGN_OR_RETURN(policy.rule, ReadRule(*rule));
  }
  const std::optional<JsonNode> pattern = body.Find("pattern");
  if (!pattern) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(policy.pattern, pattern->Text());
  if (!policy.pattern.empty()) return absl::OkStatus();
  return pattern->Refuse(Reason::kMalformed, "name the shape of the rule or leave it out");
}

// The attribute accountId also says whose policy it is; it stays at its place among the others.
absl::Status ReadResource(const JsonNode& list, const AttributeForm& form, NewPolicy& policy) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  bool has_account = false;
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(ResourceAttribute attribute, ReadAttribute(item, form));
    if (attribute.key == "accountId") {
      if (attribute.op != AttributeOperator::kStringEquals) {
        return item.Refuse(Reason::kMalformed, "use stringEquals for accountId");
      }
      if (!has_account) policy.account = AccountId(attribute.values.front());
      has_account = true;
    }
    policy.resource.push_back(std::move(attribute));
  }
  if (has_account) return absl::OkStatus();
  return list.Refuse(Reason::kMalformed, "add the attribute accountId");
}

absl::StatusOr<PolicySubject> ReadSubject(const JsonNode& list, const AttributeForm& form) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  if (items.size() != 1) {
    return list.Refuse(Reason::kMalformed, "give one attribute, iam_id or access_group_id");
  }
  LATCHKEY_ASSIGN_OR_RETURN(ResourceAttribute attribute, ReadAttribute(items.front(), form));
  const bool is_identity = attribute.key == "iam_id";
  if (!is_identity && attribute.key != "access_group_id") {
    return items.front().Refuse(Reason::kMalformed, "use iam_id or access_group_id");
  }
  if (attribute.op != AttributeOperator::kStringEquals) {
    return items.front().Refuse(Reason::kUnsupported, "use stringEquals for a subject");
  }
  std::string& id = attribute.values.front();
  if (is_identity) return PolicySubject(IamId(std::move(id)));
  return PolicySubject(GroupId(std::move(id)));
}

// Whom the policy is about: an authorization has as many attributes as its service needs; which of
// them it must have is checked where a policy is written.
absl::Status ReadSubjectOf(const JsonNode& list, const AttributeForm& form, NewPolicy& policy) {
  if (policy.type == PolicyType::kAccess) {
    LATCHKEY_ASSIGN_OR_RETURN(policy.subject, ReadSubject(list, form));
    return absl::OkStatus();
  }
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  if (items.empty()) return list.Refuse(Reason::kMalformed, "give at least one attribute");
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(policy.subject_attributes.emplace_back(), ReadAttribute(item, form));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RoleId>> ReadRoles(const JsonNode& list) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  std::vector<RoleId> roles;
  for (const JsonNode& item : items) {
    LATCHKEY_RETURN_IF_ERROR(item.HasOnly({"role_id"}));
    LATCHKEY_ASSIGN_OR_RETURN(const JsonNode node, item.Member("role_id"));
    LATCHKEY_ASSIGN_OR_RETURN(std::string id, node.Text());
    roles.emplace_back(std::move(id));
  }
  return roles;
}

// The one element of the array `name` of a v1 body.
absl::StatusOr<JsonNode> OnlyItem(const JsonNode& body, std::string_view name) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode list, body.Member(name));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  if (items.size() != 1) return list.Refuse(Reason::kMalformed, "give exactly one element");
  return items.front();
}

// The member `inner` of the member `outer`, which has no other.
absl::StatusOr<JsonNode> OnlyMember(const JsonNode& object, std::string_view outer,
                                    std::string_view inner) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode node, object.Member(outer));
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({inner}));
  return node.Member(inner);
}

absl::Status ReadBodyV2(const JsonNode& body, NewPolicy& policy) {
  LATCHKEY_RETURN_IF_ERROR(RefuseMembersOfAnswers(body));
  LATCHKEY_RETURN_IF_ERROR(
      body.HasOnly({"type", "description", "control", "subject", "resource", "rule", "pattern"}));
  LATCHKEY_ASSIGN_OR_RETURN(policy.type, ReadType(body));
  LATCHKEY_ASSIGN_OR_RETURN(policy.description, ReadDescription(body));

  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode grant, OnlyMember(body, "control", "grant"));
  LATCHKEY_RETURN_IF_ERROR(grant.HasOnly({"roles"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode roles, grant.Member("roles"));
  LATCHKEY_ASSIGN_OR_RETURN(policy.roles, ReadRoles(roles));

  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode subject, OnlyMember(body, "subject", "attributes"));
  LATCHKEY_RETURN_IF_ERROR(ReadSubjectOf(subject, kV2, policy));

  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode resource, body.Member("resource"));
  LATCHKEY_RETURN_IF_ERROR(resource.HasOnly({"attributes", "tags"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode attributes, resource.Member("attributes"));
  LATCHKEY_RETURN_IF_ERROR(ReadResource(attributes, kV2, policy));
  LATCHKEY_RETURN_IF_ERROR(ReadTags(resource, kV2, policy));
  return ReadRuleAndPattern(body, policy);
}

absl::Status ReadBodyV1(const JsonNode& body, NewPolicy& policy) {
  LATCHKEY_RETURN_IF_ERROR(RefuseMembersOfAnswers(body));
  LATCHKEY_RETURN_IF_ERROR(body.HasOnly({"type", "description", "subjects", "roles", "resources"}));
  LATCHKEY_ASSIGN_OR_RETURN(policy.type, ReadType(body));
  LATCHKEY_ASSIGN_OR_RETURN(policy.description, ReadDescription(body));

  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode roles, body.Member("roles"));
  LATCHKEY_ASSIGN_OR_RETURN(policy.roles, ReadRoles(roles));

  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode subject, OnlyItem(body, "subjects"));
  LATCHKEY_RETURN_IF_ERROR(subject.HasOnly({"attributes"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode subject_attributes, subject.Member("attributes"));
  LATCHKEY_RETURN_IF_ERROR(ReadSubjectOf(subject_attributes, kV1, policy));

  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode resource, OnlyItem(body, "resources"));
  LATCHKEY_RETURN_IF_ERROR(resource.HasOnly({"attributes", "tags"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode attributes, resource.Member("attributes"));
  LATCHKEY_RETURN_IF_ERROR(ReadResource(attributes, kV1, policy));
  return ReadTags(resource, kV1, policy);
}

absl::StatusOr<NewPolicy> ParsePolicy(std::string_view json,
                                      absl::Status (*read_body)(const JsonNode&, NewPolicy&)) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Read(json, kPolicyMaxBytes));
  NewPolicy policy;
  LATCHKEY_RETURN_IF_ERROR(read_body(document.root(), policy));
  return policy;
}

}  // namespace

absl::StatusOr<NewPolicy> ReadPolicyV2(const JsonNode& body) {
  NewPolicy policy;
  LATCHKEY_RETURN_IF_ERROR(ReadBodyV2(body, policy));
  return policy;
}

absl::StatusOr<NewPolicy> ParsePolicyV2(std::string_view json) {
  return ParsePolicy(json, ReadBodyV2);
}
absl::StatusOr<NewPolicy> ParsePolicyV1(std::string_view json) {
  return ParsePolicy(json, ReadBodyV1);
}

absl::StatusOr<ResourceAttribute> ReadAttributeV2(const JsonNode& node) {
  return ReadAttribute(node, kV2);
}

}  // namespace latchkey::codec
