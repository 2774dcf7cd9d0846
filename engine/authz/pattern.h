// engine/authz/pattern.h: the wildcard match of stringMatch (domain P-4).
#ifndef LATCHKEY_ENGINE_AUTHZ_PATTERN_H_
#define LATCHKEY_ENGINE_AUTHZ_PATTERN_H_

#include <string_view>

namespace latchkey::authz {

// `*` matches any run of characters, also the empty one; `?` exactly one character (a UTF-8
// sequence, not a byte); `{{*}}` and `{{?}}` match a literal `*` and `?`; everything else itself,
// byte by byte. Time: O(pattern × text) at worst, no recursion, no allocation (hazard C30).
[[nodiscard]] bool MatchesPattern(std::string_view pattern, std::string_view text);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_PATTERN_H_
