#include "engine/facade/latched_clock.h"

#include <algorithm>

namespace latchkey::inline v0::facade {
namespace {
constexpr std::int64_t kLatchStepUs = 20'000;
constexpr absl::Duration kAheadMax = absl::Seconds(60);
}  // namespace

LatchedClock::LatchedClock(const Clock& clock, kv::Env& env, Observer* observer)
    : clock_(clock),
      env_(env),
      observer_(observer),
      wall_at_open_(clock.Now()),
      boot_at_open_(clock.SinceBoot()) {}

absl::Time LatchedClock::Now() { return Latched(clock_.CoarseNow(), kLatchStepUs); }

absl::Time LatchedClock::ChangeTime() { return Latched(clock_.Now(), 1); }

absl::Time LatchedClock::Latched(absl::Time wall, std::int64_t step_us) {
  const std::int64_t wall_us = absl::ToUnixMicros(wall);
  const std::int64_t latest_us = env_.LatestTime();
  if (wall_us <= latest_us) return absl::FromUnixMicros(latest_us);
  if (wall_us - latest_us < step_us) return absl::FromUnixMicros(wall_us);

  const absl::Duration ahead = (wall - wall_at_open_) - (clock_.SinceBoot() - boot_at_open_);
  if (ahead <= kAheadMax) {
    env_.LatchTime(wall_us);
  } else if (observer_ != nullptr && !reported_.exchange(true)) {
    observer_->OnEvent(Observer::Event::kClockAhead, 1);
  }
  return absl::FromUnixMicros(wall_us);
}

}  // namespace latchkey::inline v0::facade
