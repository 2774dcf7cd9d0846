// What was derived from an object holds until its slot is raised, whatever happens to its
// neighbours.
#include "engine/cache/change_stamps.h"

#include <gtest/gtest.h>

namespace latchkey::cache {
namespace {

// hazard F7
TEST(ChangeStamps, ARaisedSlotIsSeenAndItsNeighboursStay) {
  ChangeStamps stamps;
  for (const unsigned raised : {0U, 63U, 64U, 1000U, 65'535U}) {
    stamps.Raise(static_cast<Slot>(raised), 7);
    EXPECT_FALSE(stamps.Unchanged(static_cast<Slot>(raised), 6)) << raised;
    EXPECT_TRUE(stamps.Unchanged(static_cast<Slot>(raised), 7)) << raised;
  }
  for (const unsigned still : {1U, 62U, 65U, 999U, 65'534U}) {
    EXPECT_TRUE(stamps.Unchanged(static_cast<Slot>(still), 6)) << still;
  }
  stamps.Raise(1, 9);
  EXPECT_FALSE(stamps.Unchanged(0, 6)) << "a later change nearby does not hide an earlier one";
  EXPECT_FALSE(stamps.Unchanged(1, 8));
}

}  // namespace
}  // namespace latchkey::cache
