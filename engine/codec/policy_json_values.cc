#include "engine/codec/policy_json_values.h"

#include "engine/base/error.h"
#include "engine/base/invariant.h"

namespace latchkey::codec {

absl::StatusOr<std::vector<std::string>> ReadValues(const JsonNode& node, ValueForm form) {
  std::vector<std::string> values;
  if (form == ValueForm::kBoolean) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool value, node.Boolean());
    values.emplace_back(value ? "true" : "false");
  } else if (form == ValueForm::kString) {
    LATCHKEY_ASSIGN_OR_RETURN(values.emplace_back(), node.Text());
  } else {
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, node.Items());
    if (items.empty()) return node.Refuse(Reason::kMalformed, "give at least one value");
    for (const JsonNode& item : items) {
      LATCHKEY_ASSIGN_OR_RETURN(values.emplace_back(), item.Text());
    }
  }
  return values;
}

void WriteValues(const std::vector<std::string>& values, ValueForm form, JsonWriter& json) {
  LATCHKEY_INVARIANT(!values.empty(), "an attribute or condition has a value");
  switch (form) {
    case ValueForm::kString:
      json.Text(values.front());
      return;
    case ValueForm::kBoolean:
      json.Literal(values.front() == "true" ? "true" : "false");
      return;
    case ValueForm::kStrings:
      json.BeginArray();
      for (const std::string& value : values) json.Text(value);
      json.EndArray();
      return;
  }
}

}  // namespace latchkey::codec
