// What was derived from an object holds until its slot is raised, whatever happens to its
// neighbours.
#include "engine/cache/change_stamps.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>

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

// domain C-1, hazard F7: whoever looks while the state is moved sees one state or none.
TEST(Validated, IsNeverOneStateWithTheRevisionOfAnother) {
  constexpr std::uint64_t kStates = 100'000;  // different ones that are seen
  Validated validated;
  std::atomic<bool> enough{false};
  std::thread writer([&] {
    for (std::uint64_t txn = 1; !enough.load(); ++txn) {
      validated.Publish({txn, 3 * txn});
      if (txn % 64 == 0) std::this_thread::yield();
    }
  });
  std::uint64_t last = 0;
  std::uint64_t torn = 0;
  std::uint64_t looks = 0;
  for (std::uint64_t states = 0; states < kStates;) {
    const Moment moment = validated.Load();
    if (++looks % 256 == 0) std::this_thread::yield();
    if (moment.txn == 0 || moment.txn == last) continue;
    last = moment.txn;
    ++states;
    if (moment.revision != 3 * moment.txn) ++torn;
  }
  enough.store(true);
  writer.join();
  EXPECT_EQ(torn, 0U);
}

}  // namespace
}  // namespace latchkey::cache
