// engine/codec/policy_json.h: IBM's policy JSON (v2 in and out, v1 in) and the catalogue's JSON.
//
// JSON is read by Protobuf's parser, strict RFC 8259 in front of it (json_form.h); the form is
// checked here, and every fault is reported with its path, such as
// `resource.attributes[1].operator: …` (domain P-8); `JSON: …` is the whole text. Paths consist of
// names of the form and indices, never of input: an unknown member is reported by the path of the
// object that has it, except that members of IBM's answers (`id`, `href`, …) are named.
//
// Refused with kMalformed: a policy of more than 1 MiB or 32,768 values, a catalogue of more than
// 64 MiB or 2,097,152 values, nesting over 32, an object with a member twice. What a policy or a
// service must be beyond its JSON is checked in engine/authz/policy_check.h. Threads: any.
#ifndef LATCHKEY_ENGINE_CODEC_POLICY_JSON_H_
#define LATCHKEY_ENGINE_CODEC_POLICY_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/policy.h"

namespace latchkey::codec {

// A policy for the account that the attribute accountId of its resource names; that attribute stays
// in `resource`, at its place. The subject of type "access" is one of iam_id and access_group_id;
// that of type "authorization" is a list of attributes, which are not looked at. v1 has one subject
// and one resource, no rule and no pattern; an attribute or tag without operator is stringEquals.
// Errors: kMalformed, kInvalidUtf8, kUnknownField, kUnsupported.
[[nodiscard]] absl::StatusOr<NewPolicy> ParsePolicyV2(std::string_view json);
[[nodiscard]] absl::StatusOr<NewPolicy> ParsePolicyV1(std::string_view json);
// Either form: v1 is the one with a member `subjects` or `resources`.
[[nodiscard]] absl::StatusOr<NewPolicy> ParsePolicy(std::string_view json);

// OK if `policy` has a JSON: operators, joins and a type that have a name, values as many and of
// the form that the operator takes, texts in UTF-8. A policy that was read from JSON or from the
// store has. Errors: kMalformed, kInvalidUtf8, with the path of the field.
[[nodiscard]] absl::Status CheckHasJson(const Policy& policy);

// REQUIRES: CheckHasJson(policy); likewise below.
// What ParsePolicyV2 read, plus id, dates (UTC, milliseconds), authors and state. There is no href
// and, where the trusted host was the author, no author.
[[nodiscard]] std::string WritePolicyV2(const Policy& policy);
// Only the members that a caller writes. ParsePolicyV2(WritePolicyBodyV2(p)) gives p back, with
// accountId added in front of `resource` where p left it out;
// WritePolicyBodyV2(*ParsePolicyV2(text)) equals `text` as JSON, except that an empty description
// is left out.
[[nodiscard]] std::string WritePolicyBodyV2(const NewPolicy& policy);

// The catalogue: a JSON array of {service, title, type, group?, roles:[{role_id, name, kind,
// actions}]}, with the actions of each role sorted. Errors name the element, such as
// `[12].roles[3].kind`: kMalformed, kInvalidUtf8, kUnknownField.
[[nodiscard]] absl::StatusOr<std::vector<Service>> ParseCatalogue(std::string_view json);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_POLICY_JSON_H_
