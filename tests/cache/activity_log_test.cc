// Counting by threads: nothing is lost, nothing is counted twice, whoever takes out meanwhile.
#include "engine/cache/activity_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::cache {
namespace {

KeyId Key(std::uint8_t first) {
  KeyId::Bytes bytes{};
  bytes[0] = first;
  return KeyId(bytes);
}
absl::Time Second(std::int64_t second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

std::int64_t At(std::int64_t second) { return absl::ToUnixMicros(Second(second)); }

using Counts = std::map<std::pair<KeyId, std::uint32_t>, std::uint64_t>;

// Everything that is counted, taken out.
void TakeInto(ActivityLog& log, Counts& counts) {
  log.Gather();
  for (std::size_t shard = 0; shard < ActivityLog::kShards; ++shard) {
    for (const ActivityLog::KeyUses& key : log.Take(shard)) {
      for (const base::SecretUses& secret : key.secrets) {
        counts[{key.key, secret.number}] += secret.uses.count;
      }
    }
  }
}

// domain K-13: per key and per secret, with the latest second of each.
TEST(ActivityLog, KnowsCountAndLastUseOfEachSecret) {
  ActivityLog log;
  log.Count(Key(1), 1, At(5));
  log.Count(Key(1), 2, At(9) + 999'999);
  log.Count(Key(1), 2, At(7));
  log.Count(Key(17), 1, At(6));  // in the same shard
  log.Gather();
  ActivityLog::SecretsUses uses = log.Of(Key(1));
  ASSERT_EQ(uses.size(), 2U);
  std::ranges::sort(uses, {}, &base::SecretUses::number);
  EXPECT_EQ(uses[0].number, 1U);
  EXPECT_EQ(uses[0].uses.count, 1U);
  EXPECT_EQ(uses[1].uses.count, 2U);
  EXPECT_EQ(uses[1].uses.last, Second(9)) << "to the second, and the latest";
  EXPECT_TRUE(log.Of(Key(2)).empty());
}

// domain K-13: a full ring is moved by its own thread, and the entries stay in their order.
TEST(ActivityLog, AFullRingLosesNothing) {
  ActivityLog log;
  constexpr std::uint64_t kCounts = 10 * ActivityLog::kRingEntries + 17;
  for (std::uint64_t i = 0; i < kCounts; ++i) {
    log.Count(Key(static_cast<std::uint8_t>(i)), 1, At(static_cast<std::int64_t>(i)));
    if (i % 1000 == 900) log.Gather();  // the ring does not begin at its first place
  }
  Counts counts;
  TakeInto(log, counts);
  std::uint64_t sum = 0;
  for (const auto& [secret, count] : counts) sum += count;
  EXPECT_EQ(sum, kCounts);
  EXPECT_EQ(counts.size(), 256U);
  TakeInto(log, counts);
  EXPECT_EQ(counts.begin()->second, kCounts / 256 + 1) << "nothing is left behind";
}

// domain K-13: what could not be kept elsewhere counts again.
TEST(ActivityLog, WhatIsPutBackCountsAgain) {
  ActivityLog log;
  for (int i = 0; i < 3; ++i) log.Count(Key(1), 1, At(i));
  log.Gather();
  const auto taken = log.Take(1);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_TRUE(log.Of(Key(1)).empty());
  log.Count(Key(1), 1, At(1));
  log.PutBack(taken);
  log.Gather();
  ASSERT_EQ(log.Of(Key(1)).size(), 1U);
  EXPECT_EQ(log.Of(Key(1))[0].uses.count, 4U);
  EXPECT_EQ(log.Of(Key(1))[0].uses.last, Second(2));
}

// domain K-13: 8 threads count while another takes out all the time.
TEST(ActivityLog, EightThreadsCountExactly) {
  ActivityLog log;
  constexpr int kThreads = 8;
  constexpr std::uint64_t kEach = 20'000;
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        log.Count(Key(static_cast<std::uint8_t>(i % 50)), static_cast<std::uint32_t>(t % 2 + 1),
                  At(static_cast<std::int64_t>(i)));
      }
      --running;
    });
  }
  Counts counts;
  while (running > 0) TakeInto(log, counts);
  for (std::thread& thread : threads) thread.join();
  TakeInto(log, counts);
  EXPECT_EQ(counts.size(), 100U);
  for (const auto& [secret, count] : counts) EXPECT_EQ(count, kThreads / 2 * kEach / 50);
}

// domain K-13: rings of ended threads are given on, so that threads that come and go take no more
// memory.
TEST(ActivityLog, ThreadsThatEndLeaveTheirRings) {
  ActivityLog log;
  for (int i = 0; i < 100; ++i) {
    std::thread([&] { log.Count(Key(1), 1, At(0)); }).join();
  }
  EXPECT_EQ(log.rings(), 1U);
  Counts counts;
  TakeInto(log, counts);
  EXPECT_EQ((counts[{Key(1), 1}]), 100U);
}

// One thread that goes from engine to engine, more of them than it has seats, and engines that end
// before the thread does.
TEST(ActivityLog, AThreadCountsInManyLogs) {
  std::array<ActivityLog, 9> logs;
  for (int i = 0; i < 50; ++i) {
    for (ActivityLog& log : logs) log.Count(Key(1), 1, At(0));
    ActivityLog short_lived;
    short_lived.Count(Key(2), 1, At(0));
  }
  for (ActivityLog& log : logs) {
    Counts counts;
    TakeInto(log, counts);
    EXPECT_EQ(counts.size(), 1U);
    EXPECT_EQ((counts[{Key(1), 1}]), 50U);
    EXPECT_EQ(log.rings(), 1U);
  }
}

// Counts when the thread's own objects are being destroyed, after its seats.
struct CountsAtTheEnd {
  ~CountsAtTheEnd() {
    if (log != nullptr) log->Count(Key(1), 1, At(0));
  }
  ActivityLog* log = nullptr;
};

TEST(ActivityLog, AThreadThatEndsMayStillCount) {
  ActivityLog log;
  std::thread([&] {
    thread_local CountsAtTheEnd at_the_end;
    at_the_end.log = &log;
    log.Count(Key(1), 1, At(0));
  }).join();
  Counts counts;
  TakeInto(log, counts);
  EXPECT_EQ((counts[{Key(1), 1}]), 2U);
}

}  // namespace
}  // namespace latchkey::cache
