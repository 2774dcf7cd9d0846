// engine/cache/warm_credentials.h: credentials that were found live in some snapshot, each in one
// cache line, for as long as nothing that this follows from has changed.
//
// An entry says: at this stamp the token with this keyed 128-bit hash was the live secret of this
// key, whose identity had standing in the account that it acts from. It is not access, and no token
// and no secret stands in it. Whoever finds one asks ChangeStamps whether the stamp still holds for
// the three slots, and the clock whether the expiry has passed; the key itself needs no slot,
// because a touched key is forgotten before the change is published.
//
// Readers take no lock and write nothing: every cell has a version, odd while it is written, and a
// reader who meets a write misses. One writer at a time (Follower::InsertAt, Follow).
#ifndef LATCHKEY_ENGINE_CACHE_WARM_CREDENTIALS_H_
#define LATCHKEY_ENGINE_CACHE_WARM_CREDENTIALS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/cache/change_stamps.h"
#include "engine/cache/pages.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

struct WarmCredential {
  crypto::Hash128 token;
  KeyId key;
  std::uint32_t secret_number = 0;
  std::uint32_t use_epoch = 0;
  std::int64_t expires_us = 0;  // since the Unix epoch; of key and secret, the earlier
  std::uint64_t identity_serial = 0;
  std::uint64_t account_serial = 0;  // of the account that it acts from
  std::uint64_t stamp = 0;
  Slot identity = 0;
  Slot member = 0;
  Slot account = 0;
};

class WarmCredentials {
 public:
  // Room for `capacity` entries at least; 64 bytes for each of 3/2 × `capacity`, rounded up to a
  // power of two. Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<WarmCredentials> Make(std::size_t capacity);

  // Brings the line of `key` nearer.
  void Prefetch(const KeyId& key) const;

  // Threads: any. Cost: one line, seldom more; at most kWindow.
  [[nodiscard]] std::optional<WarmCredential> FindByToken(const KeyId& key,
                                                          const crypto::Hash128& token) const;
  [[nodiscard]] std::optional<WarmCredential> FindBySecret(const KeyId& key,
                                                           std::uint32_t secret_number,
                                                           std::uint32_t use_epoch) const;

  // The writer's. An entry that does not fit into its line (numbers above 32 bits) is not kept. In
  // a full neighbourhood one entry makes room; `stamps` tells which are void anyway.
  void Insert(const WarmCredential& credential, const ChangeStamps& stamps);
  // All secrets of the key.
  void Forget(const KeyId& key);

 private:
  static constexpr std::size_t kWindow = 16;
  static constexpr std::size_t kWords = 8;
  using Words = std::array<std::uint64_t, kWords>;

  struct alignas(64) Cell {
    std::array<std::atomic<std::uint64_t>, kWords> words;
  };

  WarmCredentials(Pages pages, std::size_t cells) : pages_(std::move(pages)), mask_(cells - 1) {}

  [[nodiscard]] Cell& CellOf(const KeyId& key, std::size_t step) const;
  template <class Matches>
  [[nodiscard]] std::optional<WarmCredential> Find(const KeyId& key, Matches matches) const;
  [[nodiscard]] static bool Read(const Cell& cell, Words& words);
  static void Write(Cell& cell, const Words& words);
  [[nodiscard]] Cell& PlaceFor(const Words& words, const KeyId& key, const ChangeStamps& stamps);

  Pages pages_;
  std::size_t mask_;
  std::uint64_t evictions_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_WARM_CREDENTIALS_H_
