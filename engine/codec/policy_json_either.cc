#include "engine/base/error.h"
#include "engine/codec/json_reader.h"
#include "engine/codec/policy_json.h"

namespace latchkey::codec {

absl::StatusOr<NewPolicy> ParsePolicy(std::string_view json) {
  constexpr std::size_t kPolicyMaxBytes = std::size_t{1} << 20;
  LATCHKEY_ASSIGN_OR_RETURN(const JsonDocument document, JsonDocument::Read(json, kPolicyMaxBytes));
  const JsonNode root = document.root();
  const bool is_v1 = root.Find("subjects") || root.Find("resources");
  return is_v1 ? ParsePolicyV1(json) : ParsePolicyV2(json);
}

}  // namespace latchkey::codec
