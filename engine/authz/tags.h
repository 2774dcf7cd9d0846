// engine/authz/tags.h: access tags of a resource against those that a policy asks for (domain P-6).
#ifndef LATCHKEY_ENGINE_AUTHZ_TAGS_H_
#define LATCHKEY_ENGINE_AUTHZ_TAGS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "latchkey/policy.h"

namespace latchkey::authz {

inline constexpr std::size_t kPolicyTagsMax = 10;

struct AccessTag {
  std::string_view key;    // before the first colon
  std::string_view value;  // after it
};
// Nothing without a colon.
[[nodiscard]] std::optional<AccessTag> SplitTag(std::string_view text);

// Nothing if each of `wanted` is met by some tag of the resource; else the key of the first that is
// not. Keys are compared byte by byte, values by stringEquals or stringMatch; any other operator is
// never met. Work: wanted × tags × what pattern.h says. No heap.
[[nodiscard]] std::optional<std::string_view> TagsMiss(const std::vector<ResourceAttribute>& wanted,
                                                       std::span<const std::string_view> tags);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_TAGS_H_
