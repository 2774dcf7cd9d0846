// engine/codec/policy_json_rule.h: the member `rule` of a policy's JSON (wire.md 7.1), in and out.
#ifndef LATCHKEY_ENGINE_CODEC_POLICY_JSON_RULE_H_
#define LATCHKEY_ENGINE_CODEC_POLICY_JSON_RULE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/policy.h"

#include "engine/codec/attribute_operators.h"
#include "engine/codec/json_reader.h"
#include "engine/codec/json_writer.h"

namespace latchkey::codec {

// The member `value` of a condition, in the form that its operator takes.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> ReadValues(const JsonNode& node,
                                                                  ValueForm form);
void WriteValues(const std::vector<std::string>& values, ValueForm form, JsonWriter& json);

// {key, operator, value}, or {operator: and/or, conditions: […]} where each element is a condition
// or once more such an object, with conditions only; at least one each time. Whether it can be
// evaluated is checked where a policy is written. Errors: kMalformed, kUnknownField.
[[nodiscard]] absl::StatusOr<PolicyRule> ReadRule(const JsonNode& node);
void WriteRule(const PolicyRule& rule, JsonWriter& json);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_POLICY_JSON_RULE_H_
