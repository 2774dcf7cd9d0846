// engine/codec/policy_json_values.h: the member `value` of an attribute or a condition, in and out.
#ifndef LATCHKEY_ENGINE_CODEC_POLICY_JSON_VALUES_H_
#define LATCHKEY_ENGINE_CODEC_POLICY_JSON_VALUES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/codec/attribute_operators.h"
#include "engine/codec/json_reader.h"
#include "engine/codec/json_writer.h"

namespace latchkey::codec {

// In the form that the operator takes; at least one. Errors: kMalformed.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> ReadValues(const JsonNode& node,
                                                                  ValueForm form);
void WriteValues(const std::vector<std::string>& values, ValueForm form, JsonWriter& json);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_POLICY_JSON_VALUES_H_
