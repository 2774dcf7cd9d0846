#include <cstdint>
#include <ctime>

#include "absl/time/clock.h"

#include "latchkey/options.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

class MachineClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
  std::int64_t CoarseNowUs() const override {
    timespec time{};
    clock_gettime(CLOCK_REALTIME_COARSE, &time);
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
  }
  absl::Duration SinceBoot() const override {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return absl::DurationFromTimespec(time);
  }
};

}  // namespace
}  // namespace facade

const Clock& Clock::System() {
  static const facade::MachineClock* const clock = new facade::MachineClock();
  return *clock;
}

}  // namespace latchkey::inline v0
