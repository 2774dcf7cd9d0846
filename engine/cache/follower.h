// engine/cache/follower.h: brings what the caches know up to the store's last commit, whichever
// process made it.
//
// Typed tables record what they touch, so no mutator can forget to tell (design: the feed is the
// one source). Whoever finds that the store has moved lets the follower read the feed from the
// validated revision; meanwhile everybody else decides from LMDB's own snapshot. Where the feed
// cannot say what changed (trimmed past us, too far behind, a commit in doubt in between, a table
// of a later version), everything kept is void.
#ifndef LATCHKEY_ENGINE_CACHE_FOLLOWER_H_
#define LATCHKEY_ENGINE_CACHE_FOLLOWER_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/cache/change_stamps.h"
#include "engine/cache/dependencies.h"
#include "engine/crypto/crypto.h"
#include "engine/store/store.h"

namespace latchkey::cache {

class Follower {
 public:
  // More changes than these at once are not worth reading.
  static constexpr std::uint64_t kChangesMax = 10'000;

  // `forget` is told every key that was touched, before the new state is published; nothing else
  // writes to the caches meanwhile. `key` must outlive this.
  Follower(const crypto::Bytes16& key, std::function<void(const KeyId&)> forget)
      : dependencies_(key), forget_(std::move(forget)) {}

  [[nodiscard]] const Dependencies& dependencies() const { return dependencies_; }
  [[nodiscard]] const ChangeStamps& stamps() const { return stamps_; }
  // Threads: any. Cost: three loads.
  [[nodiscard]] Moment validated() const { return validated_.Load(); }

  // Makes the state of `snapshot` the validated one, unless it is that or older already, or another
  // thread is at it. A status: the store could not say what changed, and nothing is validated
  // beyond what was.
  // Threads: any. Cost: one read per change since.
  [[nodiscard]] absl::Status Follow(store::Snapshot& snapshot);

  // Runs `insert`, which may write to the caches what was derived from the snapshot `txn`, if that
  // is the validated state and nobody is moving it; tells whether it ran.
  template <class Insert>
  bool InsertAt(std::uint64_t txn, Insert insert) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() || validated_.Load().txn != txn) return false;
    insert();
    return true;
  }

 private:
  // What changed since the validated state; false: it cannot be told.
  [[nodiscard]] absl::StatusOr<bool> RaiseChanged(store::Snapshot& snapshot, const Moment& now);
  [[nodiscard]] bool RaiseTouched(const base::ChangeRecord& change, std::uint64_t txn);

  const Dependencies dependencies_;
  const std::function<void(const KeyId&)> forget_;
  ChangeStamps stamps_;
  Validated validated_;

  std::mutex mutex_;
  std::uint64_t fenced_ = 0;  // LastFenced of the validated state
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_FOLLOWER_H_
