// Deadlines at the ends of their range. No test here waits or measures.
#include "engine/base/deadline.h"

#include "gtest/gtest.h"

namespace latchkey::base {
namespace {

TEST(Deadline, OfZeroOrLessHasPassedAlready) {
  for (const absl::Duration timeout : {absl::ZeroDuration(), -absl::Nanoseconds(1),
                                       -absl::Hours(24 * 365 * 200), -absl::InfiniteDuration()}) {
    const Deadline deadline = Deadline::After(timeout);
    EXPECT_TRUE(deadline.Passed()) << timeout;
    EXPECT_LE(deadline.Remaining(), absl::ZeroDuration()) << timeout;
  }
}

TEST(Deadline, OfAVeryLongTimeIsBoundedAndHasNotPassed) {
  for (const absl::Duration timeout :
       {absl::Hours(1), absl::Hours(24 * 365 * 1000), absl::InfiniteDuration()}) {
    const Deadline deadline = Deadline::After(timeout);
    EXPECT_FALSE(deadline.Passed()) << timeout;
    EXPECT_GT(deadline.Remaining(), absl::ZeroDuration()) << timeout;
    EXPECT_LE(deadline.Remaining(), absl::Hours(24 * 365)) << timeout;
  }
}

TEST(Deadline, LiesWhereItsTimeoutSays) {
  const auto before = Deadline::Clock::now();
  const Deadline deadline = Deadline::After(absl::Minutes(10));
  const auto after = Deadline::Clock::now();
  EXPECT_GE(deadline.at(), before + std::chrono::minutes(10));
  EXPECT_LE(deadline.at(), after + std::chrono::minutes(10));
}

}  // namespace
}  // namespace latchkey::base
