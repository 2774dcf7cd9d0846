// engine/cache/rehash_queue.h: secrets that proved themselves against a verifier of a lower cost
// than configured, until upkeep makes their verifiers anew (hazard K3).
//
// No secret is kept, only the 32-byte BLAKE2b over it that Argon2id takes in: whoever reads it can
// neither compute the token nor authenticate. Bounded; what is taken out or left over is wiped.
#ifndef LATCHKEY_ENGINE_CACHE_REHASH_QUEUE_H_
#define LATCHKEY_ENGINE_CACHE_REHASH_QUEUE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "latchkey/identity.h"

#include "engine/base/records.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

struct Rehash {
  KeyId key;
  std::uint32_t secret_number = 0;
  base::Verifier proved;  // the one to be replaced
  crypto::Bytes32 input{};
  crypto::Hash128 token;  // by which the new verifier is known as verified
};

class RehashQueue {
 public:
  static constexpr std::size_t kMax = 256;

  RehashQueue() = default;
  RehashQueue(const RehashQueue&) = delete;
  RehashQueue& operator=(const RehashQueue&) = delete;
  ~RehashQueue();

  // Threads: any, all functions.

  // Whether there is room and the secret is not waiting already.
  [[nodiscard]] bool Wants(const KeyId& key, std::uint32_t secret_number) const;
  // Keeps it if it is wanted.
  void Put(const Rehash& rehash);
  // The one that waited longest; the caller wipes `input`.
  [[nodiscard]] std::optional<Rehash> Take();

 private:
  [[nodiscard]] bool HasRoomFor(const KeyId& key, std::uint32_t secret_number) const;

  mutable std::mutex mutex_;
  std::array<Rehash, kMax> waiting_;  // a ring
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_REHASH_QUEUE_H_
