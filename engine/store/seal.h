// engine/store/seal.h: the checksum that every stored value ends in.
//
// A value is the bytes of a record and 16 bytes of BLAKE2b-128 over (table, key, bytes, format).
// LMDB checks nothing itself (hazard L20), and a value that was moved to another key or table must
// not read as if it belonged there (hazards C8, F12). With a record key the checksum is a MAC:
// whoever can write the file but lacks the key can then forge no value. It does not stop an old
// value from being put back under its own key (hazard C71).
#ifndef LATCHKEY_ENGINE_STORE_SEAL_H_
#define LATCHKEY_ENGINE_STORE_SEAL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "engine/store/tables.h"

namespace latchkey::store {

inline constexpr std::uint32_t kFormatVersion = 0;
inline constexpr std::size_t kSealBytes = 16;

using RecordKey = std::array<std::uint8_t, 32>;

// Threads: any, once constructed. The record key is wiped with the object.
class Sealer {
 public:
  explicit Sealer(const std::optional<RecordKey>& record_key);
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  [[nodiscard]] std::string Seal(TableId table, std::string_view key,
                                 std::string_view record) const;

  // The record's bytes within `value`, which must outlive them. Errors: kCorrupt.
  [[nodiscard]] absl::StatusOr<std::string_view> Open(TableId table, std::string_view key,
                                                      std::string_view value) const;

  [[nodiscard]] bool keyed() const { return keyed_; }

  // A proof of the record key that is bound to `header` and tells nothing about the key.
  [[nodiscard]] std::string KeyCheck(std::string_view header) const;

 private:
  // Empty without a record key.
  [[nodiscard]] std::span<const std::uint8_t> Secret() const;
  [[nodiscard]] std::array<std::uint8_t, kSealBytes> SealOf(TableId table, std::string_view key,
                                                            std::string_view record) const;

  bool keyed_;
  RecordKey record_key_{};
};

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_SEAL_H_
