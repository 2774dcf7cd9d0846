// engine/store/composite_key.h: several parts as one key of a table.
//
// Two different lists of parts of the same kinds never give the same key, whatever bytes the parts
// hold, and keys that share their first parts share their first bytes and no other key does
// (hazards C34, C85). Keys sort part by part: numbers by value, texts by length and then byte by
// byte.
#ifndef LATCHKEY_ENGINE_STORE_COMPOSITE_KEY_H_
#define LATCHKEY_ENGINE_STORE_COMPOSITE_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/caller.h"
#include "latchkey/identity.h"

#include "engine/store/tables.h"

namespace latchkey::store {

inline constexpr std::size_t kKeyMaxBytes = 511;  // hazard L21

using KeyBytes = std::array<std::uint8_t, 16>;

// The kind (see TableRow) by which a value of type T stands in a key.
template <class T>
inline constexpr char kPartKind = '?';
template <class Kind>
inline constexpr char kPartKind<TextId<Kind>> = 't';
template <>
inline constexpr char kPartKind<std::string> = 't';
template <>
inline constexpr char kPartKind<std::string_view> = 't';
template <>
inline constexpr char kPartKind<std::uint64_t> = 'n';
template <>
inline constexpr char kPartKind<IdentityKind> = 'n';
template <>
inline constexpr char kPartKind<KeyId> = 'b';
template <>
inline constexpr char kPartKind<RequestId> = 'b';
template <>
inline constexpr char kPartKind<KeyBytes> = 'b';

// Builds a key part by part. KeyIn and PrefixIn below are safer: they know the table.
class CompositeKey {
 public:
  CompositeKey& Add(std::string_view text);
  CompositeKey& Add(std::uint64_t number);
  CompositeKey& Add(const KeyBytes& bytes);
  CompositeKey& Add(IdentityKind kind) { return Add(static_cast<std::uint64_t>(kind)); }
  CompositeKey& Add(const KeyId& id) { return Add(id.bytes()); }
  CompositeKey& Add(const RequestId& id) { return Add(id.bytes); }
  template <class Kind>
  CompositeKey& Add(const TextId<Kind>& id) {
    return Add(std::string_view(id.text()));
  }

  // Errors: kMalformed if the key is empty or longer than kKeyMaxBytes.
  [[nodiscard]] absl::StatusOr<std::string> Finish() const;

 private:
  std::string bytes_;
  bool too_long_ = false;
};

template <class... Parts>
[[nodiscard]] absl::StatusOr<std::string> JoinKey(const Parts&... parts) {
  CompositeKey key;
  (key.Add(parts), ...);
  return key.Finish();
}

template <class... Parts>
[[nodiscard]] constexpr bool BeginsWithKinds(TableId table) {
  const char kinds[] = {kPartKind<Parts>..., '\0'};
  return RowOf(table).parts.starts_with(std::string_view(kinds, sizeof...(Parts)));
}

// A whole key of the table, or its first parts: wrong parts do not compile. Errors: kMalformed.
template <TableId table, class... Parts>
[[nodiscard]] absl::StatusOr<std::string> KeyIn(const Parts&... parts) {
  static_assert(BeginsWithKinds<Parts...>(table) && sizeof...(Parts) == RowOf(table).parts.size());
  return JoinKey(parts...);
}
template <TableId table, class... Parts>
[[nodiscard]] absl::StatusOr<std::string> PrefixIn(const Parts&... parts) {
  static_assert(BeginsWithKinds<Parts...>(table) && sizeof...(Parts) < RowOf(table).parts.size());
  return JoinKey(parts...);
}

using KeyPart = std::variant<std::string, std::uint64_t, KeyBytes>;  // kinds t, n, b

// The parts of a key of `table`; nothing if `key` is not one, also if bytes are left over.
[[nodiscard]] std::optional<std::vector<KeyPart>> ParseKey(TableId table, std::string_view key);

// A key of `table` for people: parts in their order, ids as they are written, hashes in hex.
// Contains ids only, since names are hashed. For a key that does not parse: its bytes in hex.
[[nodiscard]] std::string DescribeKey(TableId table, std::string_view key);

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_COMPOSITE_KEY_H_
