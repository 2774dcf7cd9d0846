#include "engine/facade/activity.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/error.h"

namespace latchkey::inline v0::facade {
namespace {

constexpr char kDirectory[] = "activity";
constexpr std::size_t kBatch = 1000;  // keys in one transaction
constexpr std::size_t kSweepStep = 1000;
constexpr int kSweepSteps = 10;  // of one call

store::ActivityOptions OptionsOf(const Options& options, const store::Store& store) {
  store::ActivityOptions activity;
  // The working directory may change later, and so may what a symlink leads to.
  std::error_code unknown;
  const auto place = std::filesystem::canonical(options.path, unknown);
  activity.directory = (unknown ? std::filesystem::path(options.path) : place) / kDirectory;
  activity.map_size_bytes = options.map_size_bytes;
  activity.max_readers = options.max_readers;
  activity.allow_any_file_system = options.allow_any_file_system;
  activity.record_key = options.record_key;
  activity.store_id = store.header().store_id;
  return activity;
}

base::Activity ActivityOf(const cache::ActivityLog::KeyUses& key) {
  base::Activity activity;
  activity.key = key.key;
  for (const base::SecretUses& secret : key.secrets) activity.Add(secret);
  return activity;
}

absl::StatusOr<bool> IsStored(store::View& view, const KeyId& key) {
  const auto record = view.FindKey(key);
  if (record.ok()) return record->has_value();
  if (ReasonOf(record.status()) == Reason::kCorrupt) return true;
  return record.status();
}

}  // namespace

class Activity::Turn {
 public:
  Turn(Activity& activity, base::Deadline deadline) : activity_(activity) {
    std::unique_lock lock(activity_.turn_mutex_);
    has_ = activity_.turn_over_.wait_until(lock, deadline.at(), [&] { return !activity_.taken_; });
    if (has_) activity_.taken_ = true;
  }
  ~Turn() {
    if (!has_) return;
    const std::lock_guard lock(activity_.turn_mutex_);
    activity_.taken_ = false;
    activity_.turn_over_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  [[nodiscard]] absl::Status status() const {
    if (has_) return absl::OkStatus();
    return base::Error(Reason::kBusy, "activity is being written, try again later");
  }

 private:
  Activity& activity_;
  bool has_ = false;
};

Activity::Activity(const Options& options, store::Store& store)
    : store_(store), options_(OptionsOf(options, store)) {}

absl::StatusOr<store::ActivityStore*> Activity::Kept(kv::OpenMode mode) {
  // What now lies at the path belongs to another store. This is looked at once per second; what is
  // written there meanwhile bears this store's id, and the other one sweeps it away.
  if (store_.env().LastTxnIdInPlace() == 0) {
    return base::Error(Reason::kStoreReplaced, "the store was replaced or failed: open it again");
  }
  if (kept_ == nullptr) {
    LATCHKEY_ASSIGN_OR_RETURN(kept_, store::ActivityStore::Open(options_, mode));
  }
  return kept_.get();
}

absl::Status Activity::Failed(absl::Status status) {
  if (ReasonOf(status) != Reason::kBusy) kept_.reset();
  return status;
}

absl::Status Activity::FlushShard(std::size_t shard, base::Deadline deadline, Flushed& flushed) {
  const std::vector<cache::ActivityLog::KeyUses> counted = log_.Take(shard);
  std::span<const cache::ActivityLog::KeyUses> rest(counted);
  absl::Status status;
  while (!rest.empty() && status.ok() && !deadline.Passed()) {
    const auto batch = rest.first(std::min(rest.size(), kBatch));
    std::vector<base::Activity> more;
    more.reserve(batch.size());
    for (const auto& key : batch) more.push_back(ActivityOf(key));
    const auto kept = Kept(kv::OpenMode::kOpenOrCreate);
    const auto damaged = kept.ok() ? (*kept)->Add(more, deadline) : kept.status();
    status = damaged.status();
    if (!status.ok()) break;
    flushed.damaged += *damaged;
    flushed.keys += batch.size();
    rest = rest.subspan(batch.size());
  }
  flushed.complete = flushed.complete && rest.empty();
  log_.PutBack(rest);
  return status;
}

absl::StatusOr<Activity::Flushed> Activity::Flush(base::Deadline deadline) {
  const Turn turn(*this, deadline);
  LATCHKEY_RETURN_IF_ERROR(turn.status());
  log_.Gather();
  Flushed flushed;
  for (std::size_t shard = 0; shard < cache::ActivityLog::kShards; ++shard) {
    const absl::Status status = FlushShard(shard, deadline, flushed);
    if (!status.ok()) return Failed(status);
  }
  return flushed;
}

absl::StatusOr<base::Activity> Activity::Of(const KeyId& key, base::Deadline deadline) {
  const Turn turn(*this, deadline);
  LATCHKEY_RETURN_IF_ERROR(turn.status());
  base::Activity activity;
  activity.key = key;
  const auto kept = Kept(kv::OpenMode::kMustExist);
  if (kept.ok()) {
    const auto stored = (*kept)->Find(key);
    if (!stored.ok()) return Failed(stored.status());
    if (*stored) activity = **stored;
  } else if (ReasonOf(kept.status()) != Reason::kStoreMissing) {
    return kept.status();
  }
  log_.Gather();
  for (const base::SecretUses& secret : log_.Of(key)) activity.Add(secret);
  return activity;
}

absl::StatusOr<std::uint64_t> Activity::SweepStep(store::ActivityStore& kept,
                                                  base::Deadline deadline, bool& at_end) {
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<store::ActivityStore::Place> places,
                            kept.List(swept_, kSweepStep));
  at_end = places.size() < kSweepStep;
  swept_ = at_end ? "" : places.back().at;
  // Read after the places: whoever has authenticated was in the store by then, and is gone if it is
  // not there now.
  LATCHKEY_ASSIGN_OR_RETURN(const auto snapshot, store_.Read());
  std::vector<store::ActivityStore::Place> gone;
  for (store::ActivityStore::Place& place : places) {
    absl::StatusOr<bool> lives = false;
    if (place.key) lives = IsStored(snapshot->view(), *place.key);
    LATCHKEY_RETURN_IF_ERROR(lives.status());
    if (!*lives) gone.push_back(std::move(place));
  }
  if (!gone.empty()) LATCHKEY_RETURN_IF_ERROR(kept.Remove(gone, deadline));
  return gone.size();
}

absl::StatusOr<std::uint64_t> Activity::Sweep(base::Deadline deadline) {
  const Turn turn(*this, deadline);
  LATCHKEY_RETURN_IF_ERROR(turn.status());
  const auto kept = Kept(kv::OpenMode::kMustExist);
  if (ReasonOf(kept.status()) == Reason::kStoreMissing) return 0;
  LATCHKEY_RETURN_IF_ERROR(kept.status());
  std::uint64_t forgotten = 0;
  bool at_end = false;
  for (int step = 0; step < kSweepSteps && !at_end && !deadline.Passed(); ++step) {
    const auto gone = SweepStep(**kept, deadline, at_end);
    if (!gone.ok()) return Failed(gone.status());
    forgotten += *gone;
  }
  return forgotten;
}

}  // namespace latchkey::inline v0::facade
