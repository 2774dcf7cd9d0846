// Whether the files under the path are still those that were opened (hazard F6). A process that
// went on with files that were replaced would acknowledge writes that nobody else ever sees.
#include <ctime>

#include "engine/base/error.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {
namespace {

constexpr std::int64_t kLookEveryNs = 1'000'000'000;

std::int64_t CoarseNowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

// A file that cannot be looked at, as after a change of user, proves nothing.
bool StillThere(const Directory& directory, const char* name, FileId id) {
  const auto info = directory.Look(name);
  return !info.ok() || (info->has_value() && IdOf(**info) == id);
}

}  // namespace

absl::Status Replaced() {
  return base::Error(Reason::kStoreReplaced,
                     "the files under the path are not those that were opened: open it again");
}

absl::Status Env::Rep::CheckInPlace() {
  const bool same = StillThere(directory, kDataFile, data_id) &&
                    StillThere(directory, kLockFile, lock_id) &&
                    StillThere(directory, kGateFile, gate->id()) && directory.StillInPlace();
  if (!same) replaced.store(true);
  return replaced.load() ? Replaced() : absl::OkStatus();
}

bool Env::Rep::LooksInPlace() {
  if (replaced.load(std::memory_order_relaxed)) return false;
  const std::int64_t now = CoarseNowNs();
  std::int64_t due = next_look_ns.load(std::memory_order_relaxed);
  if (now < due || !next_look_ns.compare_exchange_strong(due, now + kLookEveryNs)) return true;
  return CheckInPlace().ok();
}

}  // namespace latchkey::kv
