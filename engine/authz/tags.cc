#include "engine/authz/tags.h"

#include <algorithm>

#include "engine/authz/scope.h"

namespace latchkey::authz {
namespace {

bool Meets(std::string_view text, const ResourceAttribute& wanted) {
  const std::optional<AccessTag> tag = SplitTag(text);
  return tag.has_value() && tag->key == wanted.key && Holds(wanted, tag->value);
}

bool IsMet(const ResourceAttribute& wanted, std::span<const std::string_view> tags) {
  if (wanted.op != AttributeOperator::kStringEquals &&
      wanted.op != AttributeOperator::kStringMatch) {
    return false;
  }
  return std::ranges::any_of(tags, [&](std::string_view text) { return Meets(text, wanted); });
}

}  // namespace

std::optional<AccessTag> SplitTag(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return AccessTag{text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::string_view> TagsMiss(const std::vector<ResourceAttribute>& wanted,
                                         std::span<const std::string_view> tags) {
  for (const ResourceAttribute& one : wanted) {
    if (!IsMet(one, tags)) return one.key;
  }
  return std::nullopt;
}

}  // namespace latchkey::authz
