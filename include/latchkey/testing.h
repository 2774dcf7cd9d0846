// latchkey/testing.h: what tests of an embedding service need. Not for production.
//
//   latchkey::testing::TemporaryStore store;            // removed with everything in it
//   latchkey::testing::ManualClock clock;
//   absl::StatusOr<latchkey::Engine> engine =
//       latchkey::Engine::Open(latchkey::testing::FastOptions(store, clock));
#ifndef LATCHKEY_TESTING_H_
#define LATCHKEY_TESTING_H_

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "latchkey/options.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {
namespace testing {

// A fresh directory below $TMPDIR (or /tmp) that is removed with its files on destruction. Ends the
// process if there can be none.
class TemporaryStore {
 public:
  TemporaryStore();
  ~TemporaryStore();
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;

  // Of the store itself; not yet created.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string parent_;
  std::string path_;
};

// Stands still until told. Threads: any.
class ManualClock : public Clock {
 public:
  // Starts at 2026-01-01 00:00:00 UTC.
  ManualClock();
  [[nodiscard]] absl::Time Now() const override;
  [[nodiscard]] absl::Duration SinceBoot() const override;

  // Time goes by: wall clock and boot clock move together.
  void Advance(absl::Duration by);
  // Somebody sets the wall clock; the boot clock does not move.
  void SetWallClock(absl::Time to);

 private:
  std::atomic<std::int64_t> wall_us_;
  std::atomic<std::int64_t> boot_us_;
};

// Options for `store` with `clock`, the cheapest Argon2id that there is (8 KiB, 1 pass) and a small
// map.
[[nodiscard]] Options FastOptions(const TemporaryStore& store, const Clock& clock);

}  // namespace testing
}  // namespace latchkey::inline v0

#endif  // LATCHKEY_TESTING_H_
