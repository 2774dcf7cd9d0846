#include "engine/kv/patience.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace latchkey::kv {
namespace {

constexpr std::int64_t kCeilingMaxUs = 16'000;

}  // namespace

// Processes that were started together must not retry together.
Patience::Patience(absl::Duration limit)
    : deadline_(base::Deadline::After(limit)),
      state_(static_cast<std::uint64_t>(deadline_.at().time_since_epoch().count()) ^
             static_cast<std::uint64_t>(::getpid()) << 32 ^
             reinterpret_cast<std::uintptr_t>(this)) {}

bool Patience::Wait() {
  if (deadline_.Passed()) return false;
  state_ = state_ * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX generator
  const auto pause = static_cast<std::int64_t>(state_ >> 33) % ceiling_us_;
  std::this_thread::sleep_for(std::chrono::microseconds(pause));
  ceiling_us_ = std::min(2 * ceiling_us_, kCeilingMaxUs);
  return true;
}

}  // namespace latchkey::kv
