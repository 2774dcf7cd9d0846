// Goal: what a commit that fails or is cut short leaves behind, and how the next writer fences
// (hazards F8, O2, L14, L15, L16).
// Method: the test program stands between LMDB and the kernel (system_calls.h).
#include <signal.h>

#include <cerrno>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "engine/kv/directory.h"
#include "engine/kv/env.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"
#include "tests/kv/system_calls.h"

namespace latchkey::kv::testing {
namespace {

Watcher FailAt(std::string name, int error) {
  return [=](const SystemCall& call) { return call.Before() && call.name == name ? error : 0; };
}

Watcher FailMetaWrite(int error) {
  return [=](const SystemCall& call) { return call.Before() && call.IsMetaWrite() ? error : 0; };
}

// A child that is killed at the meta page of its second commit. Returns the id of the first.
std::uint64_t KillAWriter(const Place& place, SystemCall::Moment moment) {
  Child child([&](const Child::Link&) {
    const auto env = MustOpen(place.options());
    if (PutOne(*env, kRed, "key", "first") != Reason::kNone) return 1;
    const Watching watching([&](const SystemCall& call) {
      if (call.moment == moment && call.IsMetaWrite()) ::raise(SIGKILL);
      return 0;
    });
    (void)PutOne(*env, kRed, "key", "second");
    return 2;
  });
  EXPECT_EQ(child.Wait(), 1000 + SIGKILL);
  return MustOpen(place.options())->LastTxnId();
}

// The doubtful id was never seen by anybody, but its writer may have told it.
TEST(Commit, KilledBeforeTheMetaPageIsFencedPastItsId) {
  const Place place;
  const std::uint64_t last = KillAWriter(place, SystemCall::Moment::kBefore);
  const auto env = MustOpen(place.options());
  EXPECT_EQ(GetOne(*env, kRed, "key"), "first");
  EXPECT_EQ(env->LastTxnId(), last);
  const auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  EXPECT_EQ(env->counters().fences, 2u);
  EXPECT_GT(txn->id(), last + 2) << "the id in doubt was last + 1";
}

TEST(Commit, KilledAfterTheMetaPageIsFencedOnce) {
  const Place place;
  const std::uint64_t last = KillAWriter(place, SystemCall::Moment::kAfter);
  const auto env = MustOpen(place.options());
  EXPECT_EQ(GetOne(*env, kRed, "key"), "second") << "it was made, though never acknowledged";
  const auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  EXPECT_EQ(env->counters().fences, 1u);
  EXPECT_EQ(txn->id(), last + 2);
}

// hazard F8: what was read before is told from what is read after.
TEST(Commit, SnapshotsKnowTheLastFence) {
  const Place place;
  const std::uint64_t last = KillAWriter(place, SystemCall::Moment::kBefore);
  const auto env = MustOpen(place.options());
  const auto fenced = [&] {
    const auto txn = env->BeginRead();
    return txn.ok() ? *txn->LastFenced() : ~std::uint64_t{0};
  };
  EXPECT_EQ(fenced(), 0u);
  ASSERT_EQ(PutOne(*env, kRed, "key", "third"), Reason::kNone);
  const std::uint64_t once = fenced();
  EXPECT_GT(once, last);
  ASSERT_EQ(PutOne(*env, kRed, "key", "fourth"), Reason::kNone);
  EXPECT_EQ(fenced(), once) << "an ordinary commit is no fence";
}

TEST(Commit, AFenceIsMadeOnceOnly) {
  const Place place;
  (void)KillAWriter(place, SystemCall::Moment::kBefore);
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  EXPECT_EQ(env->counters().fences, 2u);
}

// A killed fence is itself in doubt: the ids go on beyond it too.
TEST(Commit, AKilledFenceIsMadeAgain) {
  const Place place;
  const std::uint64_t last = KillAWriter(place, SystemCall::Moment::kBefore);
  for (int round = 1; round <= 2; ++round) {
    Child child([&](const Child::Link&) {
      const auto env = MustOpen(place.options());
      const Watching watching([&](const SystemCall& call) {
        if (!call.Before() && call.IsMetaWrite()) ::raise(SIGKILL);
        return 0;
      });
      (void)env->BeginWrite(Soon());
      return 1;
    });
    EXPECT_EQ(child.Wait(), 1000 + SIGKILL) << round;
  }
  const auto env = MustOpen(place.options());
  EXPECT_EQ(env->LastTxnId(), last + 2) << "the first was the doubtful id itself";
  const auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  EXPECT_EQ(env->counters().fences, 1u);
  EXPECT_EQ(txn->id(), last + 4);
}

TEST(Commit, WithoutDoubtThereIsNoFence) {
  const Place place;
  const auto env = MustOpen(place.options());
  for (int i = 0; i < 3; ++i) ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  { const auto dropped = env->BeginWrite(Soon()); }
  const std::uint64_t last = env->LastTxnId();
  EXPECT_EQ(env->BeginWrite(Soon())->id(), last + 1);
  EXPECT_EQ(env->counters().fences, 0u);
}

// hazard L14: the change was not made; nothing more is written until the store is opened again.
TEST(Commit, AFailedSyncStopsWriting) {
  const Place place;
  auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "old"), Reason::kNone);
  const std::uint64_t last = env->LastTxnId();
  {
    const Watching watching(FailAt("fdatasync", EIO));
    EXPECT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kStorageFailed);
  }
  EXPECT_EQ(env->counters().failed_commits, 1u);
  EXPECT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kStorageFailed);
  EXPECT_EQ(GetOne(*env, kRed, "key"), "old") << "reads go on";
  env.reset();
  env = MustOpen(place.options());
  EXPECT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kNone);
  EXPECT_GT(env->counters().fences, 0u);
  EXPECT_GT(env->LastTxnId(), last + 2) << "the id of the failed commit is not used again";
}

// hazard L15: nobody knows; the store must be read again.
TEST(Commit, AFailedMetaWriteLeavesItUnknown) {
  const Place place;
  auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "old"), Reason::kNone);
  {
    const Watching watching(FailMetaWrite(EIO));
    EXPECT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kCommitUnknown);
  }
  EXPECT_EQ(ReasonOf(env->BeginRead().status()), Reason::kStorageFailed);
  EXPECT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kStorageFailed);
  env.reset();
  env = MustOpen(place.options());
  EXPECT_EQ(PutOne(*env, kRed, "key", "newer"), Reason::kNone);
  EXPECT_GT(env->counters().fences, 0u);
  EXPECT_EQ(GetOne(*env, kRed, "key"), "newer");
}

// The same fault, seen from a process that has no fault of its own.
TEST(Commit, OtherProcessesFenceAfterAFailureElsewhere) {
  const Place place;
  Child child([&](const Child::Link& parent) {
    const auto env = MustOpen(place.options());
    const Watching watching(FailMetaWrite(EIO));
    const Reason reason = PutOne(*env, kRed, "key", "value");
    parent.Tell();
    parent.Await();
    return reason == Reason::kCommitUnknown ? 0 : 1;
  });
  ASSERT_TRUE(child.Await());
  const auto env = MustOpen(place.options());
  EXPECT_EQ(PutOne(*env, kRed, "key", "mine"), Reason::kNone);
  EXPECT_GT(env->counters().fences, 0u);
  child.Tell();
  EXPECT_EQ(child.Wait(), 0);
}

// hazard L16: a full device refuses the change and nothing else.
TEST(Commit, AFullDeviceIsNoFailure) {
  const Place place;
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "old"), Reason::kNone);
  for (const bool at_sync : {false, true}) {
    const Watching watching([&](const SystemCall& call) {
      const bool write = call.name == "pwrite" || call.name == "writev";
      const bool hit = at_sync ? call.name == "fdatasync" : write && !call.IsMetaWrite();
      return call.Before() && hit ? ENOSPC : 0;
    });
    EXPECT_EQ(PutOne(*env, kRed, "key", "lost"), Reason::kStorageFull) << at_sync;
  }
  EXPECT_EQ(GetOne(*env, kRed, "key"), "old");
  EXPECT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kNone);
  EXPECT_EQ(GetOne(*env, kRed, "key"), "new");
  EXPECT_EQ(env->counters().fences, 0u);
}

// A mark that is far off is of another data file, as after a restore: not a thousand fences.
TEST(Commit, AMarkOfAnotherDataFileCostsOneFence) {
  const Place place;
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(PutOne(*MustOpen(place.options()), kRed, "key", "value"), Reason::kNone);
  }
  const std::string young = [&] {
    const Place other;
    (void)MustOpen(other.options());
    return ReadFile(other.file(kDataFile));
  }();
  (void)KillAWriter(place, SystemCall::Moment::kBefore);
  WriteFile(place.file(kDataFile), young);
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  EXPECT_EQ(env->counters().fences, 1u);
}

}  // namespace
}  // namespace latchkey::kv::testing
