// engine/codec/json_form.h: strict RFC 8259, checked before Protobuf's JSON parser sees a text.
//
// That parser is lenient: it also takes 'single quotes', unquoted names, a comma before } or ], raw
// control characters and escapes that do not exist. What two parsers read differently can be shown
// as one policy and stored as another (in the spirit of hazard C75), so it is refused here.
#ifndef LATCHKEY_ENGINE_CODEC_JSON_FORM_H_
#define LATCHKEY_ENGINE_CODEC_JSON_FORM_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

namespace latchkey::codec {

// Levels of arrays and objects within each other.
inline constexpr int kJsonNestingMax = 32;

// A text within `max_bytes` may hold one value for every so many of them, counting those within
// arrays and objects. Protobuf takes some 100 bytes and a microsecond for each, and two bytes of
// text are enough for one (domain P-9).
inline constexpr std::size_t kJsonBytesPerValue = 32;

// OK for exactly one JSON value of at most `max_bytes` bytes of UTF-8, within the two bounds above.
// Doubled members are not looked for: Protobuf's parser refuses them. Errors: kMalformed,
// kInvalidUtf8. Cost: one pass, no heap.
[[nodiscard]] absl::Status CheckJsonForm(std::string_view text, std::size_t max_bytes);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_JSON_FORM_H_
