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
//
// An entry lies in the first place free from its home on, less than kWindow further. The cell of
// the home says how far its entries lie at most, so whoever looks for what is not there looks at
// one cell or two, however full the table is and however many entries were forgotten.
#ifndef LATCHKEY_ENGINE_CACHE_WARM_CREDENTIALS_H_
#define LATCHKEY_ENGINE_CACHE_WARM_CREDENTIALS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/cache/change_stamps.h"
#include "engine/cache/pages.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

struct WarmCredential {
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
  // Room for `capacity` entries: 90 bytes for each. Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<WarmCredentials> Make(std::size_t capacity);

  // Brings the lines nearer in which a credential of `key` lies, if not far from its home.
  void Prefetch(const KeyId& key) const;

  // False: `found` means nothing. Threads: any. Cost: one line, seldom more; at most kWindow.
  [[nodiscard]] bool FindByToken(const KeyId& key, const crypto::Hash128& token,
                                 WarmCredential& found) const;
  [[nodiscard]] bool FindBySecret(const KeyId& key, std::uint32_t secret_number,
                                  std::uint32_t use_epoch, WarmCredential& found) const;

  // How far entries lie that have the home of `key`: so many cells, but one at least, are looked at
  // by whoever looks for a secret of it that is not there.
  [[nodiscard]] std::size_t ChainLength(const KeyId& key) const;

  // The writer's. An entry that does not fit into its line (serials above 32 bits) is not kept. In
  // a full neighbourhood one entry makes room: one that is void by `stamps`, or else one of the
  // account that has most of them there, so that no account takes the places of others that have
  // fewer (hazard C22).
  void Insert(const KeyId& key, const crypto::Hash128& token, const WarmCredential& credential,
              const ChangeStamps& stamps);
  // All secrets of the key.
  void Forget(const KeyId& key);

 private:
  static constexpr std::size_t kWindow = 64;
  static constexpr std::size_t kWords = 8;
  using Words = std::array<std::uint64_t, kWords>;

  struct alignas(64) Cell {
    std::array<std::atomic<std::uint64_t>, kWords> words;
  };

  WarmCredentials(Pages pages, std::size_t homes) : pages_(std::move(pages)), homes_(homes) {}

  // The key's home; kWindow cells from it on are there.
  [[nodiscard]] Cell* HomeOf(const KeyId& key) const;
  template <class Matches>
  [[nodiscard]] bool Find(const KeyId& key, Matches matches, WarmCredential& found) const;
  [[nodiscard]] static bool Read(const Cell& cell, Words& words);
  // All but what the cell says as a home.
  static void Write(Cell& cell, const Words& words);
  static void SetReach(Cell& home, std::size_t reach);
  // Takes the reach of `home` back to the last entry that is left.
  static void Refit(Cell& home);
  // Where the entry of this token goes, from its home on.
  [[nodiscard]] std::size_t PlaceFor(const crypto::Hash128& token, const Cell* home,
                                     const ChangeStamps& stamps);
  // Which of kWindow entries makes room.
  [[nodiscard]] std::size_t VictimIn(const Cell* home);

  Pages pages_;
  std::size_t homes_;
  std::uint64_t evictions_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_WARM_CREDENTIALS_H_
