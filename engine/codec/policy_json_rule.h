// engine/codec/policy_json_rule.h: the member `rule` of a policy's JSON (wire.md 7.1), in and out.
#ifndef LATCHKEY_ENGINE_CODEC_POLICY_JSON_RULE_H_
#define LATCHKEY_ENGINE_CODEC_POLICY_JSON_RULE_H_

#include "absl/status/statusor.h"

#include "latchkey/policy.h"

#include "engine/codec/json_reader.h"
#include "engine/codec/json_writer.h"

namespace latchkey::codec {

// {key, operator, value}, or {operator: and/or, conditions: […]} where each element is a condition
// or once more such an object, with conditions only; at least one each time. Whether it can be
// evaluated is checked where a policy is written. Errors: kMalformed, kUnknownField.
[[nodiscard]] absl::StatusOr<PolicyRule> ReadRule(const JsonNode& node);
void WriteRule(const PolicyRule& rule, JsonWriter& json);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_POLICY_JSON_RULE_H_
