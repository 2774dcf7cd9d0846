// engine/cache/verified_credentials.h: which tokens were verified against which verifiers by this
// process, in bounded memory.
//
// An entry is a keyed 128-bit hash of a token with the salt and hash of the verifier that it
// matched, and says no more. It is no credential and no access: every use reads the key's record
// again and asks with the verifier that is found there, so a deleted, disabled or rotated key is
// refused whatever stands here (hazard K5). It never holds a token, a secret or an authorization
// result.
#ifndef LATCHKEY_ENGINE_CACHE_VERIFIED_CREDENTIALS_H_
#define LATCHKEY_ENGINE_CACHE_VERIFIED_CREDENTIALS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

#include "engine/base/records.h"
#include "engine/cache/pages.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

class VerifiedCredentials {
 public:
  // Room for `capacity` entries: 32 bytes for each, once they are used. `key` outlives this.
  // Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<VerifiedCredentials>> Make(
      std::size_t capacity, const crypto::ProcessKey& key);

  // `token` is the token's hash. Threads: any, both. Cost: one lock of one of 64, two sets of 8
  // entries.
  [[nodiscard]] bool Contains(const crypto::Hash128& token, const base::Verifier& verifier);
  // In two full sets an entry of the account that has most of them there makes room, the one that
  // was not used for longest: no account takes the places of others that have fewer (hazard C22).
  void Insert(const crypto::Hash128& token, const base::Verifier& verifier,
              std::string_view account);

 private:
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kShards = 64;

  struct Entry {
    crypto::Hash128 proof;
    std::uint32_t account = 0;  // hashed
    std::uint32_t used = 0;     // by the shard's count; 0: empty
  };
  struct alignas(64) Set {
    std::array<Entry, kWays> entries;
  };
  // Where a proof may stand: the emptier of two sets, which makes both fill evenly.
  using Places = std::array<Entry*, 2 * kWays>;
  struct alignas(64) Shard {
    std::mutex mutex;
    std::uint32_t uses = 0;
    std::uint32_t Use() { return ++uses == 0 ? ++uses : uses; }
  };

  VerifiedCredentials(Pages pages, const crypto::ProcessKey& key)
      : key_(key),
        pages_(std::move(pages)),
        sets_of_shard_(pages_.bytes() / sizeof(Set) / kShards) {}

  [[nodiscard]] crypto::Hash128 ProofOf(const crypto::Hash128& token,
                                        const base::Verifier& verifier) const;
  // Both sets are of one shard.
  [[nodiscard]] Shard& ShardOf(const crypto::Hash128& proof) {
    return shards_[proof.low % kShards];
  }
  [[nodiscard]] Places PlacesOf(const crypto::Hash128& proof);
  [[nodiscard]] static Entry& PlaceAmong(const Places& places, const crypto::Hash128& proof);

  const crypto::ProcessKey& key_;
  const Pages pages_;  // begin as zeros: empty sets
  const std::size_t sets_of_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_VERIFIED_CREDENTIALS_H_
