// engine/codec/json_nodes.h: the forms that stand alone and within an organisation, read from a
// node.
#ifndef LATCHKEY_ENGINE_CODEC_JSON_NODES_H_
#define LATCHKEY_ENGINE_CODEC_JSON_NODES_H_

#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/policy.h"

#include "engine/codec/json_reader.h"

namespace latchkey::codec {

// As ParsePolicyV2 and ParseCatalogue (engine/codec/policy_json.h).
[[nodiscard]] absl::StatusOr<NewPolicy> ReadPolicyV2(const JsonNode& body);
// One of the attributes of a v2 policy's resource.
[[nodiscard]] absl::StatusOr<ResourceAttribute> ReadAttributeV2(const JsonNode& node);
[[nodiscard]] absl::StatusOr<std::vector<Service>> ReadCatalogue(const JsonNode& list);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_JSON_NODES_H_
