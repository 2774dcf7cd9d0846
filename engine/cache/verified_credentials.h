// engine/cache/verified_credentials.h: which tokens were verified against which verifiers by this
// process, in bounded memory.
//
// An entry says only that the token with this keyed 128-bit hash matched the verifier with this
// salt and hash. It is no credential and no access: every use reads the key's record again and
// finds the same verifier there, so a deleted, disabled or rotated key is refused whatever stands
// here (hazard K5). It never holds a token, a secret or an authorization result.
#ifndef LATCHKEY_ENGINE_CACHE_VERIFIED_CREDENTIALS_H_
#define LATCHKEY_ENGINE_CACHE_VERIFIED_CREDENTIALS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/base/records.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

class VerifiedCredentials {
 public:
  // Holds at least `capacity` entries, rounded up to whole sets; 64 bytes each.
  explicit VerifiedCredentials(std::size_t capacity);
  ~VerifiedCredentials();  // wipes

  // Threads: any, both. Cost: one lock of one of 64 shards, one set of 8 entries.
  [[nodiscard]] bool Contains(const crypto::Hash128& token, const base::Verifier& verifier);
  void Insert(const crypto::Hash128& token, const base::Verifier& verifier);

 private:
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kShards = 64;

  struct Entry {
    crypto::Hash128 token;
    std::array<std::uint8_t, 16> salt{};
    std::array<std::uint8_t, 16> hash{};  // the first half
    std::uint64_t used = 0;               // 0: empty
  };
  struct Set {
    std::array<Entry, kWays> entries;
    std::uint64_t clock = 0;
  };

  Set& SetOf(const crypto::Hash128& token) { return sets_[token.low % sets_.size()]; }
  std::mutex& ShardOf(const crypto::Hash128& token) {
    return shards_[token.low % sets_.size() % kShards];
  }
  static bool Is(const Entry& entry, const crypto::Hash128& token, const base::Verifier& verifier);

  std::vector<Set> sets_;
  std::array<std::mutex, kShards> shards_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_VERIFIED_CREDENTIALS_H_
