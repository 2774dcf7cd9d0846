// engine/base/text.h: the bridge between std::string_view and Debian's absl::string_view (which is
// a type of its own there), and strict UTF-8.
#ifndef LATCHKEY_ENGINE_BASE_TEXT_H_
#define LATCHKEY_ENGINE_BASE_TEXT_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/strings/string_view.h"

namespace latchkey::base {

[[nodiscard]] inline absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}
[[nodiscard]] inline std::string_view ToStd(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

// Number of characters (Unicode scalar values) of `text`, or nothing if it is not strict UTF-8:
// overlong forms, surrogates and values above U+10FFFF are refused (hazard C32). Cost: one pass.
[[nodiscard]] std::optional<std::size_t> Utf8Length(std::string_view text);

// True if every byte is printable ASCII without space (0x21..0x7e). Ids are of this form.
[[nodiscard]] bool IsPrintableAscii(std::string_view text);

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_TEXT_H_
