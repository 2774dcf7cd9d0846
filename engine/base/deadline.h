// engine/base/deadline.h: a point on the steady clock until which a call may wait. Wall-clock jumps
// neither shorten nor lengthen it.
#ifndef LATCHKEY_ENGINE_BASE_DEADLINE_H_
#define LATCHKEY_ENGINE_BASE_DEADLINE_H_

#include <algorithm>
#include <chrono>

#include "absl/time/time.h"

namespace latchkey::base {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // `timeout` from now; a timeout of zero or less has already passed.
  [[nodiscard]] static Deadline After(absl::Duration timeout);

  [[nodiscard]] bool Passed() const { return Clock::now() >= at_; }
  [[nodiscard]] absl::Duration Remaining() const { return absl::FromChrono(at_ - Clock::now()); }
  [[nodiscard]] Clock::time_point at() const { return at_; }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

inline Deadline Deadline::After(absl::Duration timeout) {
  // A year bounds the arithmetic below; nobody waits longer, and nothing is more over than over.
  const absl::Duration bounded =
      std::clamp(timeout, absl::ZeroDuration(), absl::Duration(absl::Hours(24 * 365)));
  return Deadline(Clock::now() + absl::ToChronoNanoseconds(bounded));
}

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_DEADLINE_H_
