#include "engine/codec/policy_json_rule.h"

#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/codec/policy_json_values.h"
#include "engine/codec/rule_operators.h"

namespace latchkey::codec {
namespace {

constexpr std::string_view kConditions = "conditions";

absl::StatusOr<RuleCondition> ReadCondition(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"key", "operator", "value"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode key, node.Member("key"));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode op, node.Member("operator"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string name, op.Text());
  const RuleOperatorRow* const row = RuleRowNamed(name);
  if (row == nullptr) return op.Refuse(Reason::kMalformed, "use an operator of rules");
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode value, node.Member("value"));
  RuleCondition condition;
  LATCHKEY_ASSIGN_OR_RETURN(condition.key, key.Text());
  condition.op = row->op;
  LATCHKEY_ASSIGN_OR_RETURN(condition.values, ReadValues(value, row->form));
  return condition;
}

bool IsJoined(const JsonNode& node) { return node.Find(kConditions).has_value(); }

absl::StatusOr<RuleJoin> ReadJoin(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"operator", kConditions}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode op, node.Member("operator"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string name, op.Text());
  if (name == "and") return RuleJoin::kAnd;
  if (name == "or") return RuleJoin::kOr;
  return op.Refuse(Reason::kMalformed, "use and or or");
}

absl::StatusOr<std::vector<JsonNode>> ReadParts(const JsonNode& node) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode list, node.Member(kConditions));
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<JsonNode> parts, list.Items());
  if (parts.empty()) return list.Refuse(Reason::kMalformed, "give at least one condition");
  return parts;
}

absl::StatusOr<RuleGroup> ReadGroup(const JsonNode& node) {
  RuleGroup group;
  if (!IsJoined(node)) {
    LATCHKEY_ASSIGN_OR_RETURN(group.conditions.emplace_back(), ReadCondition(node));
    return group;
  }
  LATCHKEY_ASSIGN_OR_RETURN(group.join, ReadJoin(node));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> parts, ReadParts(node));
  for (const JsonNode& part : parts) {
    if (IsJoined(part)) return part.Refuse(Reason::kMalformed, "nest conditions two deep at most");
    LATCHKEY_ASSIGN_OR_RETURN(group.conditions.emplace_back(), ReadCondition(part));
  }
  return group;
}

void WriteCondition(const RuleCondition& condition, JsonWriter& json) {
  const RuleOperatorRow* const row = RuleRowOf(condition.op);
  LATCHKEY_INVARIANT(row != nullptr, "a condition has a known operator");
  json.BeginObject();
  json.TextMember("key", condition.key);
  json.TextMember("operator", row->name);
  json.Name("value");
  WriteValues(condition.values, row->form, json);
  json.EndObject();
}

void BeginJoined(RuleJoin join, JsonWriter& json) {
  json.BeginObject();
  json.TextMember("operator", join == RuleJoin::kAnd ? "and" : "or");
  json.Name(kConditions);
  json.BeginArray();
}

void EndJoined(JsonWriter& json) {
  json.EndArray();
  json.EndObject();
}

void WriteGroup(const RuleGroup& group, JsonWriter& json) {
  LATCHKEY_INVARIANT(!group.conditions.empty(), "a group has a condition");
  if (!group.join.has_value()) {
    WriteCondition(group.conditions.front(), json);
    return;
  }
  BeginJoined(*group.join, json);
  for (const RuleCondition& condition : group.conditions) WriteCondition(condition, json);
  EndJoined(json);
}

}  // namespace

absl::StatusOr<PolicyRule> ReadRule(const JsonNode& node) {
  PolicyRule rule;
  if (!IsJoined(node)) {
    LATCHKEY_ASSIGN_OR_RETURN(rule.groups.emplace_back(), ReadGroup(node));
    return rule;
  }
  LATCHKEY_ASSIGN_OR_RETURN(rule.join, ReadJoin(node));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> parts, ReadParts(node));
  for (const JsonNode& part : parts) {
    LATCHKEY_ASSIGN_OR_RETURN(rule.groups.emplace_back(), ReadGroup(part));
  }
  return rule;
}

void WriteRule(const PolicyRule& rule, JsonWriter& json) {
  LATCHKEY_INVARIANT(!rule.groups.empty(), "a rule has a condition");
  if (!rule.join.has_value()) {
    WriteGroup(rule.groups.front(), json);
    return;
  }
  BeginJoined(*rule.join, json);
  for (const RuleGroup& group : rule.groups) WriteGroup(group, json);
  EndJoined(json);
}

}  // namespace latchkey::codec
