// engine/authz/form.h: the forms of texts in policies and roles, refused with the field's path.
#ifndef LATCHKEY_ENGINE_AUTHZ_FORM_H_
#define LATCHKEY_ENGINE_AUTHZ_FORM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace latchkey::authz {

// kMalformed with "`path`: `what`"; `path` consists of names of fields and indices.
[[nodiscard]] absl::Status MalformedAt(std::string_view path, std::string_view what);

// `path`[`index`]
[[nodiscard]] std::string At(std::string_view path, std::size_t index);

// `path`.`member`
[[nodiscard]] std::string Member(std::string_view path, std::string_view member);

// Of an attribute, a tag or a condition (domain section 9).
inline constexpr std::size_t kValueCharactersMax = 1000;

// An id or name: 1..128 printable ASCII characters without space. kMalformed.
[[nodiscard]] absl::Status CheckId(std::string_view text, std::string_view path);

// `min`..`max` characters of strict UTF-8. kMalformed, kInvalidUtf8.
[[nodiscard]] absl::Status CheckText(std::string_view text, std::size_t min, std::size_t max,
                                     std::string_view path);

// Each 1..128 printable ASCII characters, space among them; none twice. kMalformed.
[[nodiscard]] absl::Status CheckActions(const std::vector<std::string>& actions,
                                        std::string_view path);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_FORM_H_
