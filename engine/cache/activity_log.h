// engine/cache/activity_log.h: how often which secret authenticated in this process, since it was
// last taken out (domain K-13).
//
// A count is an entry in a ring that one thread alone writes: no lock, no read-modify-write, no
// heap. When its ring is full, a thread moves the entries into the tables, which are sharded by
// key: each shard's lock is held for a few entries at a time. Whoever reads or takes out empties
// all rings first, so nothing is missed that was counted by a call that has returned.
//
// Memory: 12.5 KiB for each thread that counts (at most kRings; further threads write to the tables
// at once), given on when the thread ends; 43 to 86 bytes for each secret used since the last
// taking out.
#ifndef LATCHKEY_ENGINE_CACHE_ACTIVITY_LOG_H_
#define LATCHKEY_ENGINE_CACHE_ACTIVITY_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"

#include "latchkey/identity.h"

#include "engine/base/records.h"
#include "engine/cache/uses_table.h"

namespace latchkey::cache {

class ActivityLog {
 public:
  static constexpr std::size_t kRings = 1024;
  static constexpr std::size_t kRingEntries = 512;
  static constexpr std::size_t kShards = 8;

  ActivityLog();
  ~ActivityLog();
  ActivityLog(const ActivityLog&) = delete;
  ActivityLog& operator=(const ActivityLog&) = delete;

  // One authentication, `at_us` after the Unix epoch; it counts in whole seconds, up to 2106.
  // Threads: any. Cost: some 20 instructions; each kRingEntries-th call of a thread moves them.
  void Count(const KeyId& key, std::uint32_t secret_number, std::int64_t at_us);

  // Moves what is in the rings into the tables. Threads: any, as all below.
  void Gather();
  using SecretsUses = absl::InlinedVector<base::SecretUses, 1>;
  struct KeyUses {
    KeyId key;
    SecretsUses secrets;  // in no order
  };
  // What the tables hold of a key.
  [[nodiscard]] SecretsUses Of(const KeyId& key) const;
  // Takes out what the tables hold of one of kShards parts, in order of the keys.
  [[nodiscard]] std::vector<KeyUses> Take(std::size_t shard);
  // Counts again what could not be kept elsewhere.
  void PutBack(std::span<const KeyUses> keys);

  [[nodiscard]] std::size_t rings() const;

 private:
  struct Entry {
    KeyId::Bytes key{};
    std::uint32_t secret_number = 0;
    std::uint32_t second = 0;  // since the Unix epoch
  };
  struct Ring;
  struct Seats;
  // Where a thread finds its ring of a log again.
  struct Seat {
    std::uint64_t log = 0;  // id_
    Ring* ring = nullptr;   // nothing: there were too many
  };
  struct alignas(64) Shard {
    mutable std::mutex mutex;
    UsesTable uses;
  };

  static std::size_t ShardOf(const KeyId::Bytes& key) { return key[0] % kShards; }

  // The calling thread's place, with a ring from now on. Null: the thread is about to end.
  Seat* TakeSeat();
  std::shared_ptr<Ring> RingForThread();
  void Empty(Ring& ring);
  void Add(std::span<const Entry> entries);

  const std::uint64_t id_;
  mutable std::mutex rings_mutex_;
  std::vector<std::shared_ptr<Ring>> rings_;
  std::array<Shard, kShards> shards_;

  static thread_local constinit std::array<Seat, 4> seats_;
  static thread_local constinit bool thread_ends_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACTIVITY_LOG_H_
