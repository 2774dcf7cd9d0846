// Goal: the map's size: space that dead readers hold back, a map that is really full, a map that
// another process enlarged (hazards L1, L3, L4).
#include <signal.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/kv/env.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

EnvOptions Small(const Place& place, std::uint64_t bytes) {
  EnvOptions options = place.options();
  options.map_size_bytes = bytes;
  return options;
}

constexpr std::uint64_t kSmallMap = 512 << 10;

TEST(Map, FullIsAnAnswerAndDeletingHelps) {
  const Place place;
  const auto env = MustOpen(Small(place, kSmallMap));
  int written = 0;
  Reason reason = Reason::kNone;
  while (reason == Reason::kNone) {
    reason = PutOne(*env, kRed, "key" + std::to_string(written), std::string(9000, 'v'));
    written += reason == Reason::kNone ? 1 : 0;
  }
  EXPECT_EQ(reason, Reason::kStorageFull);
  EXPECT_EQ(*env->BeginRead()->Count(kRed), static_cast<std::uint64_t>(written));
  for (int i = 0; i < written; ++i) {
    auto txn = env->BeginWrite(Soon());
    ASSERT_TRUE(txn.ok());
    ASSERT_TRUE(txn->Delete(kRed, "key" + std::to_string(i)).ok());
    ASSERT_TRUE(std::move(*txn).Commit().ok()) << i;
  }
  EXPECT_EQ(PutOne(*env, kRed, "key", std::string(9000, 'v')), Reason::kNone);
  EXPECT_EQ(env->counters().fences, 0u);
}

TEST(Map, AFailedChangeCannotBeCommitted) {
  const Place place;
  const auto env = MustOpen(Small(place, kSmallMap));
  auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  ASSERT_TRUE(txn->Put(kRed, "small", "value").ok());
  EXPECT_EQ(ReasonOf(txn->Put(kRed, "large", std::string(1 << 20, 'v'))), Reason::kStorageFull);
  EXPECT_EQ(ReasonOf(txn->Put(kRed, "other", "value")), Reason::kStorageFull);
  EXPECT_EQ(ReasonOf(std::move(*txn).Commit()), Reason::kStorageFull);
  EXPECT_EQ(GetOne(*env, kRed, "small"), std::nullopt);
}

// A process that is killed while it reads.
void LeaveADeadReader(const EnvOptions& options) {
  Child child([&](const Child::Link& parent) {
    const auto own = MustOpen(options);
    const auto txn = own->BeginRead();
    parent.Tell();
    parent.Await();
    return txn.ok() ? 0 : 1;
  });
  EXPECT_TRUE(child.Await());
  child.Signal(SIGKILL);
  EXPECT_EQ(child.Wait(), 1000 + SIGKILL);
}

// hazard L1, as measured: one killed reader, then overwrites of one key until the map is full. The
// transaction that meets the end, in a change or in its commit, clears the dead reader and makes
// all of its changes again.
TEST(Map, SpaceOfADeadReaderIsFoundAgain) {
  for (const std::size_t bytes : {5'000u, 9'000u, 20'000u, 30'000u}) {
    const Place place;
    const auto env = MustOpen(Small(place, kSmallMap));
    const std::string value(bytes, 'v');
    ASSERT_EQ(PutOne(*env, kRed, "key", value), Reason::kNone);
    LeaveADeadReader(Small(place, kSmallMap));
    constexpr int kCommits = 62;  // fewer than lie between two routine sweeps, more than fit
    for (int i = 0; i < kCommits; ++i) {
      const std::string number = std::to_string(100 + i);
      auto txn = env->BeginWrite(Soon());
      ASSERT_TRUE(txn.ok());
      ASSERT_TRUE(txn->Put(kBlue, "a" + number, "kept").ok());
      ASSERT_TRUE(txn->Put(kBlue, "b" + number, "removed by the next").ok());
      EXPECT_EQ(*txn->Delete(kBlue, "b" + std::to_string(99 + i)), i > 0);
      auto cursor = txn->OpenCursor(kBlue);
      ASSERT_TRUE(cursor.ok());
      EXPECT_EQ((*cursor->Seek("a" + number))->key, "a" + number);
      ASSERT_TRUE(txn->Put(kRed, "key", value).ok()) << i;
      EXPECT_EQ((*cursor->Next())->key, "b" + number) << "the cursor goes on";
      ASSERT_TRUE(std::move(*txn).Commit().ok()) << i;
    }
    EXPECT_EQ(env->counters().stale_readers_cleared, 1u) << bytes;
    EXPECT_EQ(env->counters().failed_commits, 0u) << bytes;
    EXPECT_EQ(*env->BeginRead()->Count(kBlue), kCommits + 1u) << bytes;
  }
}

// hazard L4: two processes enlarge it in turn.
TEST(Map, IsAdoptedWhenAnotherProcessEnlargesIt) {
  const Place place;
  Child child([&](const Child::Link& parent) {
    parent.Await();
    const auto large = MustOpen(Small(place, 4 << 20));
    const std::string value(1 << 20, 'v');
    if (PutOne(*large, kRed, "first", value) != Reason::kNone) return 1;
    parent.Tell();
    parent.Await();  // a third one enlarged it further
    if (GetOne(*large, kRed, "second")->size() != 6u << 20) return 2;
    if (PutOne(*large, kRed, "third", value) != Reason::kNone) return 3;
    parent.Tell();
    parent.Await();
    return 0;
  });
  const auto env = MustOpen(Small(place, kSmallMap));
  ASSERT_EQ(PutOne(*env, kBlue, "key", "value"), Reason::kNone);
  child.Tell();
  ASSERT_TRUE(child.Await());
  EXPECT_EQ(GetOne(*env, kRed, "first")->size(), 1u << 20) << "by a reader";
  Child third([&](const Child::Link&) {
    const auto larger = MustOpen(Small(place, 32 << 20));
    return PutOne(*larger, kRed, "second", std::string(6 << 20, 'v')) == Reason::kNone ? 0 : 1;
  });
  EXPECT_EQ(third.Wait(), 0);
  EXPECT_EQ(PutOne(*env, kBlue, "key", "other"), Reason::kNone) << "by a writer";
  child.Tell();
  ASSERT_TRUE(child.Await());
  EXPECT_EQ(GetOne(*env, kRed, "third")->size(), 1u << 20);
  child.Tell();
  EXPECT_EQ(child.Wait(), 0);
}

// A snapshot that is in use keeps the old map where it is.
TEST(Map, IsNotExchangedUnderAReader) {
  const Place place;
  Child child([&](const Child::Link& parent) {
    parent.Await();
    const auto large = MustOpen(Small(place, 4 << 20));
    const Reason reason = PutOne(*large, kRed, "large", std::string(1 << 20, 'v'));
    parent.Tell();
    parent.Await();
    return reason == Reason::kNone ? 0 : 1;
  });
  const auto env = MustOpen(Small(place, kSmallMap));
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  {
    const auto old = env->BeginRead();
    ASSERT_TRUE(old.ok());
    const Bytes value = **old->Get(kRed, "key");
    child.Tell();
    ASSERT_TRUE(child.Await());
    EXPECT_EQ(ReasonOf(env->BeginRead().status()), Reason::kBusy);
    EXPECT_EQ(value, "value");
  }
  EXPECT_EQ(GetOne(*env, kRed, "large")->size(), 1u << 20);
}

// The exchange waits for readers that end, and readers wait for the exchange.
TEST(Map, IsAdoptedBetweenTheReadsOfManyThreads) {
  const Place place;
  Child child([&](const Child::Link& parent) {
    parent.Await();
    const auto large = MustOpen(Small(place, 4 << 20));
    const Reason reason = PutOne(*large, kRed, "large", std::string(1 << 20, 'v'));
    parent.Tell();
    parent.Await();
    return reason == Reason::kNone ? 0 : 1;
  });
  const auto env = MustOpen(Small(place, kSmallMap));
  std::vector<std::thread> threads;
  std::atomic<bool> told{false};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (;;) {
        const auto large = GetOne(*env, kRed, "large");
        (void)env->LastTxnId();
        if (!told.exchange(true)) child.Tell();
        if (!large.has_value()) continue;
        EXPECT_EQ(large->size(), 1u << 20);
        return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(child.Await());
  child.Tell();
  EXPECT_EQ(child.Wait(), 0);
}

}  // namespace
}  // namespace latchkey::kv::testing
