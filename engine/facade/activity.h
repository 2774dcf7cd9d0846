// engine/facade/activity.h: counts successful authentications and keeps them (domain K-13): the log
// of this process, and the environment in which the counts of all processes add up.
//
// The environment lies below the store's directory and is made when there is first something to
// keep. Nothing here fails a decision, an open or any other upkeep: a fault is answered to whoever
// reads or flushes, the counts stay in the log, and the next flush opens the environment anew.
#ifndef LATCHKEY_ENGINE_FACADE_ACTIVITY_H_
#define LATCHKEY_ENGINE_FACADE_ACTIVITY_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/options.h"

#include "engine/base/deadline.h"
#include "engine/base/records.h"
#include "engine/cache/activity_log.h"
#include "engine/store/activity_store.h"
#include "engine/store/store.h"

namespace latchkey::inline v0::facade {

class Activity {
 public:
  // `store` must outlive this. Opens nothing.
  Activity(const Options& options, store::Store& store);

  // cache::ActivityLog::Count.
  void Count(const KeyId& key, std::uint32_t secret_number, std::int64_t at_us) {
    log_.Count(key, secret_number, at_us);
  }

  struct Flushed {
    std::uint64_t keys = 0;     // whose counts were written
    std::uint64_t damaged = 0;  // whose stored counts were damaged and began anew
    bool complete = true;       // false: the deadline came first
  };
  // Writes what was counted so far. Errors: those of the environment; what was not written stays
  // counted. After kCommitUnknown some may be counted twice.
  [[nodiscard]] absl::StatusOr<Flushed> Flush(base::Deadline deadline);

  // What is kept and what this process counted since. Errors: kBusy (a flush took too long),
  // kCorrupt, those of the environment.
  [[nodiscard]] absl::StatusOr<base::Activity> Of(const KeyId& key, base::Deadline deadline);

  // Forgets what is kept of keys that are not in the store any more. Looks at a bounded number of
  // keys and goes on there at the next call. Returns how many it forgot.
  [[nodiscard]] absl::StatusOr<std::uint64_t> Sweep(base::Deadline deadline);

 private:
  // One at a time moves counts from the log to the environment, or reads both.
  class Turn;

  [[nodiscard]] absl::StatusOr<store::ActivityStore*> Kept(kv::OpenMode mode);
  // After a fault the environment is opened anew.
  [[nodiscard]] absl::Status Failed(absl::Status status);
  [[nodiscard]] absl::Status FlushShard(std::size_t shard, base::Deadline deadline,
                                        Flushed& flushed);
  [[nodiscard]] absl::StatusOr<std::uint64_t> SweepStep(store::ActivityStore& kept,
                                                        base::Deadline deadline, bool& at_end);

  store::Store& store_;
  store::ActivityOptions options_;
  cache::ActivityLog log_;

  std::mutex turn_mutex_;
  std::condition_variable turn_over_;
  bool taken_ = false;
  // Of whoever has the turn.
  std::unique_ptr<store::ActivityStore> kept_;
  std::string swept_;  // place behind which the next sweep goes on
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_ACTIVITY_H_
