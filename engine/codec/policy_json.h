// engine/codec/policy_json.h: IBM's policy JSON (v2 in and out, v1 in) and the catalogue's JSON.
//
// JSON is read by Protobuf's parser; the form is checked here, and every fault is reported with its
// path, such as `resource.attributes[1].operator` (domain P-8). Paths consist of names of the form
// and indices, never of input.
#ifndef LATCHKEY_ENGINE_CODEC_POLICY_JSON_H_
#define LATCHKEY_ENGINE_CODEC_POLICY_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/policy.h"

namespace latchkey::codec {

// A policy of type "access" for `account`. A rule, a pattern, tags or type "authorization" is refused
// with kUnsupported, never dropped. Errors: kMalformed, kUnknownField, kUnsupported.
[[nodiscard]] absl::StatusOr<NewPolicy> ParsePolicyV2(std::string_view json);
[[nodiscard]] absl::StatusOr<NewPolicy> ParsePolicyV1(std::string_view json);
// Either form: v1 is the one with a member `subjects` or `resources`.
[[nodiscard]] absl::StatusOr<NewPolicy> ParsePolicy(std::string_view json);

// What ParsePolicyV2 read, in IBM's order of members, plus id, state, dates and authors.
[[nodiscard]] std::string WritePolicyV2(const Policy& policy);
// Only the members that a caller writes: ParsePolicyV2(WritePolicyBodyV2(p)) gives p back.
[[nodiscard]] std::string WritePolicyBodyV2(const NewPolicy& policy);

// The catalogue: a JSON array of {service, title, type, group?, roles:[{role_id, name, kind,
// actions}]}. Errors name the element, such as `[12].roles[3].kind`.
[[nodiscard]] absl::StatusOr<std::vector<Service>> ParseCatalogue(std::string_view json);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_POLICY_JSON_H_
