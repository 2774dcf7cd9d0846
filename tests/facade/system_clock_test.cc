// The machine's clocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"

#include "latchkey/options.h"

namespace latchkey::test {
namespace {

// Clock::CoarseNowUs. A machine may hold up the kernel's tick, so of many looks the best counts.
TEST(SystemClock, CoarseIsNeverAheadAndNoMoreThanATickLate) {
  const Clock& clock = Clock::System();
  std::int64_t least_late = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t before = absl::ToUnixMicros(clock.Now());
    const std::int64_t coarse = clock.CoarseNowUs();
    const std::int64_t after = absl::ToUnixMicros(clock.Now());
    ASSERT_LE(coarse, after);
    least_late = std::min(least_late, before - coarse);
  }
  EXPECT_LT(least_late, 10'000);
}

}  // namespace
}  // namespace latchkey::test
