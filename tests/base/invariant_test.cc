// The end of the process when a promise of our own is broken.
#include "engine/base/invariant.h"

#include <csignal>
#include <string>

#include "gtest/gtest.h"

namespace latchkey::base {
namespace {

TEST(Invariant, ThatHoldsDoesNothingAndIsEvaluatedOnce) {
  int evaluated = 0;
  LATCHKEY_INVARIANT(++evaluated == 1, "counted once");
  EXPECT_EQ(evaluated, 1);
}

TEST(InvariantDeathTest, ThatIsBrokenAbortsAndNamesItselfAndItsPlace) {
  const auto broken = [] { LATCHKEY_INVARIANT(1 + 1 == 3, "sums are right"); };
  EXPECT_EXIT(broken(), ::testing::KilledBySignal(SIGABRT),
              "latchkey invariant: sums are right \\(.*invariant_test.cc:[0-9]+\\)");
}

TEST(InvariantDeathTest, ALongTextIsCut) {
  const std::string text(2000, 'x');
  EXPECT_EXIT(InvariantBroken(text.c_str(), "file", 1), ::testing::KilledBySignal(SIGABRT),
              "latchkey invariant: xxx");
}

}  // namespace
}  // namespace latchkey::base
