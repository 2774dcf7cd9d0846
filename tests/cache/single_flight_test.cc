// One run for many callers; only completed work is shared.
#include "engine/cache/single_flight.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>
#include <vector>

#include "latchkey/status.h"

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

base::Deadline Long() { return base::Deadline::After(absl::Minutes(5)); }

SingleFlight::Key KeyOf(std::uint64_t token) { return {{token, 0}, {}}; }

// hazard C87: work that throws leaves nobody waiting, and the next caller works for itself.
TEST(SingleFlight, WorkThatThrowsIsOver) {
  SingleFlight flights;
  bool shared = false;
  const auto no_memory = []() -> absl::StatusOr<bool> { throw std::bad_alloc(); };
  EXPECT_THROW((void)flights.Do(KeyOf(1), Long(), shared, no_memory), std::bad_alloc);
  const auto result = flights.Do(KeyOf(1), base::Deadline::After(absl::ZeroDuration()), shared,
                                 []() -> absl::StatusOr<bool> { return true; });
  EXPECT_TRUE(result.ok() && *result);
  EXPECT_FALSE(shared);
}

// hazard C21: many threads, one token, one run.
TEST(SingleFlight, RunsOnceForAllWhoAskMeanwhile) {
  SingleFlight flights;
  std::atomic<int> runs{0};
  std::atomic<int> asked{0};
  std::atomic<int> shared_answers{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      ++asked;
      bool shared = false;
      const auto result = flights.Do(KeyOf(1), Long(), shared, [&]() -> absl::StatusOr<bool> {
        ++runs;
        while (asked < 8) std::this_thread::yield();
        return true;
      });
      EXPECT_TRUE(result.ok() && *result);
      if (shared) ++shared_answers;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(runs, 8);
  EXPECT_EQ(runs + shared_answers, 8);
}

// hazard C87: a failure is the leader's own; a follower tries for itself.
TEST(SingleFlight, DoesNotShareAFailure) {
  SingleFlight flights;
  std::atomic<bool> leader_works{false};
  std::atomic<bool> follower_asks{false};
  std::thread leader([&] {
    bool shared = false;
    const auto result = flights.Do(KeyOf(1), Long(), shared, [&]() -> absl::StatusOr<bool> {
      leader_works = true;
      while (!follower_asks) std::this_thread::yield();
      for (int turn = 0; turn < 10'000; ++turn) std::this_thread::yield();  // it waits by now
      return base::Error(Reason::kOutOfMemory, "no memory");
    });
    EXPECT_EQ(ReasonOf(result.status()), Reason::kOutOfMemory);
  });
  while (!leader_works) std::this_thread::yield();
  follower_asks = true;
  bool shared = true;
  const absl::StatusOr<bool> result =
      flights.Do(KeyOf(1), Long(), shared, [] { return absl::StatusOr<bool>(true); });
  leader.join();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(*result);
  EXPECT_FALSE(shared);
}

// Different tokens, and one token against different verifiers, do not wait for each other.
TEST(SingleFlight, SharesOnlyEqualQuestions) {
  SingleFlight flights;
  bool shared = false;
  const auto outer = flights.Do(KeyOf(1), Long(), shared, [&] {
    bool inner_shared = false;
    SingleFlight::Key other_salt = KeyOf(1);
    other_salt.salt[0] = 1;
    EXPECT_FALSE(
        *flights.Do(other_salt, Long(), inner_shared, [] { return absl::StatusOr<bool>(false); }));
    EXPECT_FALSE(inner_shared);
    return flights.Do(KeyOf(2), Long(), inner_shared, [] { return absl::StatusOr<bool>(true); });
  });
  EXPECT_TRUE(*outer);
  EXPECT_FALSE(shared);
}

// A follower waits no longer than its deadline.
TEST(SingleFlight, AFollowerKeepsItsDeadline) {
  SingleFlight flights;
  std::atomic<bool> running{false};
  std::atomic<bool> finish{false};
  std::thread leader([&] {
    bool shared = false;
    const auto result = flights.Do(KeyOf(1), Long(), shared, [&]() -> absl::StatusOr<bool> {
      running = true;
      while (!finish) std::this_thread::yield();
      return true;
    });
    EXPECT_TRUE(result.ok());
  });
  while (!running) std::this_thread::yield();
  bool shared = false;
  const auto hurried = flights.Do(KeyOf(1), base::Deadline::After(absl::ZeroDuration()), shared,
                                  [] { return absl::StatusOr<bool>(true); });
  EXPECT_EQ(ReasonOf(hurried.status()), Reason::kBusy);
  finish = true;
  leader.join();
}

}  // namespace
}  // namespace latchkey::cache
