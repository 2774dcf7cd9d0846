// What a policy that was put together by hand must be to have a JSON: writing it relies on this.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/codec/attribute_operators.h"
#include "engine/codec/policy_json.h"
#include "engine/codec/rule_operators.h"

namespace latchkey::codec {
namespace {

absl::Status Malformed(const std::string& path, std::string_view what) {
  return base::Error(Reason::kMalformed, absl::StrCat(path, ": ", base::ToAbsl(what)));
}

absl::Status CheckUtf8(std::string_view text, const std::string& path) {
  if (base::Utf8Length(text).has_value()) return absl::OkStatus();
  return base::Error(Reason::kInvalidUtf8, absl::StrCat(path, ": give UTF-8"));
}

absl::Status CheckValues(const std::vector<std::string>& values, ValueForm form,
                         const std::string& path) {
  if (values.empty()) return Malformed(path, "give a value");
  if (form != ValueForm::kStrings && values.size() != 1) return Malformed(path, "give one value");
  if (form == ValueForm::kBoolean && values.front() != "true" && values.front() != "false") {
    return Malformed(path, "give true or false");
  }
  for (const std::string& value : values) LATCHKEY_RETURN_IF_ERROR(CheckUtf8(value, path));
  return absl::OkStatus();
}

// An attribute, or a condition of a rule, with the row of its operator.
template <class Triple, class Row>
absl::Status CheckTriple(const Triple& triple, const Row* row, const std::string& path) {
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(triple.key, path + ".key"));
  if (row == nullptr) return Malformed(path + ".operator", "give an operator of policy.h");
  return CheckValues(triple.values, row->form, path + ".value");
}

absl::Status CheckAttributes(const std::vector<ResourceAttribute>& attributes,
                             std::string_view path) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckTriple(attributes[i], RowOf(attributes[i].op),
                                         absl::StrCat(base::ToAbsl(path), "[", i, "]")));
  }
  return absl::OkStatus();
}

// What is joined has one part or more; what is not has exactly one.
absl::Status CheckJoin(const std::optional<RuleJoin>& join, std::size_t parts,
                       const std::string& path) {
  if (join.has_value() && join != RuleJoin::kAnd && join != RuleJoin::kOr) {
    return Malformed(path, "join by and or by or");
  }
  if (parts == 0 || (!join.has_value() && parts != 1)) {
    return Malformed(path, "give one condition, or join them");
  }
  return absl::OkStatus();
}

absl::Status CheckGroup(const RuleGroup& group, const std::string& path) {
  LATCHKEY_RETURN_IF_ERROR(CheckJoin(group.join, group.conditions.size(), path));
  for (std::size_t i = 0; i < group.conditions.size(); ++i) {
    const RuleCondition& condition = group.conditions[i];
    LATCHKEY_RETURN_IF_ERROR(CheckTriple(condition, RuleRowOf(condition.op),
                                         absl::StrCat(path, ".conditions[", i, "]")));
  }
  return absl::OkStatus();
}

absl::Status CheckRuleHasJson(const PolicyRule& rule) {
  LATCHKEY_RETURN_IF_ERROR(CheckJoin(rule.join, rule.groups.size(), "rule"));
  // Alone, a group that is joined would be written without the rule's own level and read as that.
  if (!rule.join.has_value() && rule.groups.front().join.has_value()) {
    return Malformed("rule", "give one condition, or join them");
  }
  for (std::size_t i = 0; i < rule.groups.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckGroup(rule.groups[i], absl::StrCat("rule.conditions[", i, "]")));
  }
  return absl::OkStatus();
}

absl::Status CheckTexts(const Policy& policy) {
  const auto text = [](const auto& id) -> std::string_view { return id.text(); };
  LATCHKEY_RETURN_IF_ERROR(
      CheckUtf8(std::visit(text, policy.subject), "subject.attributes[0].value"));
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(policy.account.text(), "account"));
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(policy.description, "description"));
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(policy.pattern, "pattern"));
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(policy.id.text(), "id"));
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(policy.created_by.text(), "created_by_id"));
  LATCHKEY_RETURN_IF_ERROR(CheckUtf8(policy.modified_by.text(), "last_modified_by_id"));
  for (std::size_t i = 0; i < policy.roles.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(
        CheckUtf8(policy.roles[i].text(), absl::StrCat("control.grant.roles[", i, "].role_id")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckHasJson(const Policy& policy) {
  if (policy.type != PolicyType::kAccess && policy.type != PolicyType::kAuthorization) {
    return Malformed("type", "give access or authorization");
  }
  if (policy.state != PolicyState::kActive && policy.state != PolicyState::kDeleted) {
    return Malformed("state", "give active or deleted");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckTexts(policy));
  LATCHKEY_RETURN_IF_ERROR(CheckAttributes(policy.subject_attributes, "subject.attributes"));
  LATCHKEY_RETURN_IF_ERROR(CheckAttributes(policy.resource, "resource.attributes"));
  LATCHKEY_RETURN_IF_ERROR(CheckAttributes(policy.tags, "resource.tags"));
  return policy.rule.has_value() ? CheckRuleHasJson(*policy.rule) : absl::OkStatus();
}

}  // namespace latchkey::codec
