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

  // All in whole microseconds. Threads: any.

  // By which decisions are made: late by at most 10 ms, precise to 20 ms as far as other processes'
  // time is concerned, and never before a time by which anything was changed.
  [[nodiscard]] absl::Time Now();
  // By which changes are made, on the whole host.
  [[nodiscard]] absl::Time ChangeTime();

 private:
  [[nodiscard]] absl::Time Latched(absl::Time wall, std::int64_t step_us);

  const Clock& clock_;
  kv::Env& env_;
  Observer* const observer_;
  const absl::Time wall_at_open_;
  const absl::Duration boot_at_open_;
  std::atomic<bool> reported_{false};
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_LATCHED_CLOCK_H_
