#include "engine/facade/latched_clock.h"

namespace latchkey::inline v0::facade {
namespace {
constexpr absl::Duration kAheadMax = absl::Seconds(60);
}  // namespace

LatchedClock::LatchedClock(const Clock& clock, kv::Env& env, Observer* observer)
    : clock_(clock),
      env_(env),
      observer_(observer),
      wall_at_open_(clock.Now()),
      boot_at_open_(clock.SinceBoot()) {}

std::int64_t LatchedClock::ChangeTimeUs() { return Latched(absl::ToUnixMicros(clock_.Now()), 1); }

void LatchedClock::Latch(std::int64_t wall_us) {
  const absl::Duration ahead =
      (absl::FromUnixMicros(wall_us) - wall_at_open_) - (clock_.SinceBoot() - boot_at_open_);
  if (ahead <= kAheadMax) {
    env_.LatchTime(wall_us);
  } else if (observer_ != nullptr && !reported_.exchange(true)) {
    observer_->OnEvent(Observer::Event::kClockAhead, 1);
  }
}

}  // namespace latchkey::inline v0::facade
