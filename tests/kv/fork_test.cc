// Goal: a child of fork touches nothing of its parent's store (hazard L8, case C60).
// Method: real forks, with environments, transactions and threads alive in the parent.
#include <signal.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/kv/directory.h"
#include "engine/kv/env.h"
#include "engine/kv/gate.h"
#include "engine/kv/registry.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

// Number of the first expectation that does not hold in the child, 0 if all do.
int FirstFailure(const std::vector<bool>& expectations) {
  for (std::size_t i = 0; i < expectations.size(); ++i) {
    if (!expectations[i]) return static_cast<int>(i + 1);
  }
  return 0;
}

TEST(Fork, EveryCallInTheChildAnswersForked) {
  const Place place;
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  env->LatchTime(5);
  auto read = env->BeginRead();
  auto cursor = read->OpenCursor(kRed);
  auto write = env->BeginWrite(Soon());
  ASSERT_TRUE(read.ok() && cursor.ok() && write.ok());
  Child child([&](const Child::Link&) {
    const auto forked = [](const absl::Status& status) {
      return ReasonOf(status) == Reason::kForked;
    };
    env->LatchTime(6);
    return FirstFailure({
        forked(env->BeginRead().status()),
        forked(env->BeginWrite(Now()).status()),
        forked(env->ClearStaleReaders().status()),
        forked(read->Get(kRed, "key").status()),
        forked(read->Count(kRed).status()),
        forked(read->OpenCursor(kRed).status()),
        forked(cursor->Seek("").status()),
        forked(cursor->Next().status()),
        forked(cursor->SeekBefore("").status()),
        forked(write->Put(kRed, "key", "child")),
        forked(write->Delete(kRed, "key").status()),
        forked(std::move(*write).Commit()),
    });
  });
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_EQ(env->LatestTime(), 5);
  ASSERT_TRUE(write->Put(kRed, "other", "value").ok()) << "the parent goes on";
  EXPECT_TRUE(std::move(*write).Commit().ok());
}

// The parent's snapshot stays protected: its reader slot and LMDB's locks are still there.
TEST(Fork, EndingEverythingInTheChildLeavesTheParentAlone) {
  const Place place;
  auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "before"), Reason::kNone);
  {
    auto read = std::make_unique<ReadTxn>(*env->BeginRead());
    auto write = std::make_unique<WriteTxn>(*env->BeginWrite(Soon()));
    Child child([&](const Child::Link&) {
      write.reset();
      read.reset();
      env.reset();
      return 0;
    });
    EXPECT_EQ(child.Wait(), 0);
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kAlreadyOpen);
    ASSERT_TRUE(write->Put(kRed, "key", "after").ok());
    ASSERT_TRUE(std::move(*write).Commit().ok());
    write.reset();
    Child other([&](const Child::Link&) {
      const auto own = MustOpen(place.options());
      if (*own->ClearStaleReaders() != 0) return 1;
      for (int i = 0; i < 20; ++i) {
        if (PutOne(*own, kRed, "key", std::string(1000, 'x')) != Reason::kNone) return 2;
      }
      return 0;
    });
    EXPECT_EQ(other.Wait(), 0);
    EXPECT_EQ(**read->Get(kRed, "key"), "before") << "nobody overwrote the snapshot";
  }
}

TEST(Fork, TheChildMayOpenTheStoreAnew) {
  const Place place;
  auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "parent", "value"), Reason::kNone);
  const auto read = env->BeginRead();
  Child child([&](const Child::Link& parent) {
    const auto own = MustOpen(place.options());
    if (own == nullptr || GetOne(*own, kRed, "parent") != "value") return 1;
    if (PutOne(*own, kRed, "child", "value") != Reason::kNone) return 2;
    if (ReasonOfOpen(place.options()) != Reason::kAlreadyOpen) return 3;
    parent.Tell();
    parent.Await();
    env.reset();  // must not drop the locks of `own`
    return PutOne(*own, kRed, "again", "value") == Reason::kNone ? 0 : 4;
  });
  ASSERT_TRUE(child.Await());
  EXPECT_EQ(GetOne(*env, kRed, "child"), "value");
  child.Tell();
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_EQ(GetOne(*env, kRed, "again"), "value");
}

TEST(Fork, WhileThreadsReadAndWrite) {
  const Place place;
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop.load()) EXPECT_EQ(GetOne(*env, kRed, "key"), "value");
    });
  }
  threads.emplace_back([&] {
    while (!stop.load()) EXPECT_EQ(PutOne(*env, kBlue, "key", "value"), Reason::kNone);
  });
  for (int i = 0; i < 20; ++i) {
    Child child([&](const Child::Link&) {
      return ReasonOf(env->BeginRead().status()) == Reason::kForked ? 0 : 1;
    });
    EXPECT_EQ(child.Wait(), 0);
  }
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
}

// Descriptors that survive in a child keep open-file locks of the gate alive.
TEST(Fork, ASurvivingChildDoesNotPassForAnOpenStore) {
  const Place place;
  Child outer([&](const Child::Link& parent) {
    const auto env = MustOpen(place.options());
    Child inner([&](const Child::Link&) {
      parent.Tell();
      parent.Await();
      return 0;
    });
    (void)inner.Wait();
    return 0;
  });
  ASSERT_TRUE(outer.Await());
  outer.Signal(SIGKILL);
  EXPECT_EQ(outer.Wait(), 1000 + SIGKILL);
  const auto directory = Directory::Open(place.path(), OpenMode::kMustExist);
  ASSERT_TRUE(directory.ok());
  const auto reservation = Reservation::Take(directory->id());
  ASSERT_TRUE(reservation.ok());
  const auto gate = Gate::Open(*directory, **reservation);
  ASSERT_TRUE(gate.ok());
  EXPECT_TRUE((*gate)->alone());
  outer.Tell();
}

}  // namespace
}  // namespace latchkey::kv::testing
