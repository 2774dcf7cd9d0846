// engine/facade/latched_clock.h: the engine's "now" (domain K-11).
//
// A clock set backwards revives nothing: the latest time that any process on the host has seen,
// kept in the store's gate file, is the least "now" there is. A clock that ran ahead of the boot
// clock by more than a minute is used, reported once, and not latched: one bad jump cannot kill
// keys for good.
#ifndef LATCHKEY_ENGINE_FACADE_LATCHED_CLOCK_H_
#define LATCHKEY_ENGINE_FACADE_LATCHED_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

#include "latchkey/options.h"

#include "engine/kv/env.h"

namespace latchkey::inline v0::facade {

class LatchedClock {
 public:
  // All must outlive this.
  LatchedClock(const Clock& clock, kv::Env& env, Observer* observer);

  // All in microseconds since the Unix epoch. Threads: any.

  // By which decisions are made: late by at most 10 ms, precise to 20 ms as far as other processes'
  // time is concerned, and never before a time by which anything was changed.
  [[nodiscard]] std::int64_t NowUs() { return Latched(clock_.CoarseNowUs(), kLatchStepUs); }
  // By which changes are made, on the whole host.
  [[nodiscard]] std::int64_t ChangeTimeUs();

 private:
  static constexpr std::int64_t kLatchStepUs = 20'000;

  [[nodiscard]] std::int64_t Latched(std::int64_t wall_us, std::int64_t step_us) {
    const std::int64_t latest_us = env_.LatestTime();
    if (wall_us <= latest_us) return latest_us;
    if (wall_us - latest_us >= step_us) Latch(wall_us);
    return wall_us;
  }
  void Latch(std::int64_t wall_us);

  const Clock& clock_;
  kv::Env& env_;
  Observer* const observer_;
  const absl::Time wall_at_open_;
  const absl::Duration boot_at_open_;
  std::atomic<bool> reported_{false};
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_LATCHED_CLOCK_H_
