// latchkey/entity_tag.h: the version of an object, and the promise to change only what was read.
//
// Rules
//   [domain K-6]  every change names the version it read, or says explicitly "any version"; a stale
//                 one is refused and nothing changes. n grows by exactly one per change.
#ifndef LATCHKEY_ENTITY_TAG_H_
#define LATCHKEY_ENTITY_TAG_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/version.h"

namespace latchkey::inline v0 {

// Written `<n>-<32 hex>`: the number of the change, from 1, and 128 bits that no other change has.
struct EntityTag {
  std::uint64_t n = 0;
  std::array<std::uint8_t, 16> nonce{};

  [[nodiscard]] static std::optional<EntityTag> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const EntityTag&) const = default;
};

// What a mutation expects of the stored version. There is no default: the caller decides.
class IfMatch {
 public:
  [[nodiscard]] static IfMatch Any() { return IfMatch(std::nullopt); }
  [[nodiscard]] static IfMatch Tag(const EntityTag& tag) { return IfMatch(tag); }

  [[nodiscard]] bool Accepts(const EntityTag& stored) const { return !tag_ || *tag_ == stored; }

 private:
  explicit IfMatch(std::optional<EntityTag> tag) : tag_(tag) {}
  std::optional<EntityTag> tag_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_ENTITY_TAG_H_
