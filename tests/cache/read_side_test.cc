// Readers that come and go, and what may be freed when.
#include "engine/cache/read_side.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace latchkey::cache {
namespace {

// hazard C87
TEST(ReadSide, IsEmptyOnceEverybodyLeft) {
  ReadSide readers;
  EXPECT_TRUE(readers.Empty());
  std::optional<ReadSide::Guard> first(readers.Enter());
  std::optional<ReadSide::Guard> second(readers.Enter());
  EXPECT_FALSE(readers.Empty());
  first.reset();
  EXPECT_FALSE(readers.Empty());
  second.reset();
  EXPECT_TRUE(readers.Empty());
}

// hazard C87: who is inside when something is unlinked holds up the second turn at the latest; who
// comes later holds up nothing.
TEST(ReadSide, AGracePeriodWaitsForThoseWhoWereInside) {
  ReadSide readers;
  for (int turns = 0; turns < 2; ++turns) {
    std::optional<ReadSide::Guard> before(readers.Enter());
    const std::uint64_t unlinked = readers.turns();
    while (readers.TryTurn()) {
    }
    EXPECT_LT(readers.turns(), unlinked + ReadSide::kGraceTurns);
    std::optional<ReadSide::Guard> later(readers.Enter());
    before.reset();
    EXPECT_TRUE(readers.TryTurn());
    later.reset();
    EXPECT_TRUE(readers.TryTurn() || readers.turns() >= unlinked + ReadSide::kGraceTurns);
    EXPECT_GE(readers.turns(), unlinked + ReadSide::kGraceTurns);
  }
}

// hazard C87: readers never meet what was freed.
TEST(ReadSide, ReadersSeeNothingThatWasFreed) {
  struct Object {
    explicit Object(int n) : number(n) {}
    ~Object() { number = -1; }
    std::atomic<int> number;
  };
  ReadSide readers;
  std::atomic<Object*> current{new Object(0)};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop.load()) {
        const ReadSide::Guard inside = readers.Enter();
        const Object* const object = current.load();
        for (int look = 0; look < 20; ++look) wrong += object->number.load() < 0 ? 1 : 0;
      }
    });
  }
  struct Waiting {
    std::uint64_t turns;
    std::unique_ptr<Object> object;
  };
  std::vector<Waiting> waiting;
  int freed = 0;
  for (int n = 1; freed < 2000; ++n) {
    waiting.push_back({readers.turns(), std::unique_ptr<Object>(current.exchange(new Object(n)))});
    (void)readers.TryTurn();
    while (!waiting.empty() && waiting.front().turns + ReadSide::kGraceTurns <= readers.turns()) {
      waiting.erase(waiting.begin());
      ++freed;
    }
    std::this_thread::yield();
  }
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
  delete current.load();
}

}  // namespace
}  // namespace latchkey::cache
