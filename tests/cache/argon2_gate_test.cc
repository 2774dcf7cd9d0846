// The gate: how many at once, who is next, and how long a wait lasts.
#include "engine/cache/argon2_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "latchkey/status.h"

namespace latchkey::cache {
namespace {

base::Deadline Long() { return base::Deadline::After(absl::Minutes(5)); }
base::Deadline None() { return base::Deadline::After(absl::ZeroDuration()); }

// hazard K7, hazard C18 as far as the gate goes: never more at once than it was made for.
TEST(Argon2Gate, NeverLetsMoreRunThanItsConcurrency) {
  Argon2Gate gate(2, 100);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 50; ++round) {
        const auto permit = gate.Acquire("account" + std::to_string(i % 3), Long());
        ASSERT_TRUE(permit.ok());
        const int now = ++inside;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        std::this_thread::yield();
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 2);
  EXPECT_EQ(gate.most_running(), 2U);
  EXPECT_EQ(gate.running(), 0U);
}

// A wait ends at its deadline, and one too many is refused at once.
TEST(Argon2Gate, RefusesWhenTheDeadlineComesOrTooManyWait) {
  Argon2Gate gate(1, 0);
  {
    const auto held = gate.Acquire("a", None());
    ASSERT_TRUE(held.ok()) << "a free gate needs no waiting";
    EXPECT_EQ(ReasonOf(gate.Acquire("b", Long()).status()), Reason::kBusy) << "nobody may wait";
  }
  EXPECT_TRUE(gate.Acquire("b", None()).ok());
  Argon2Gate patient(1, 10);
  const auto held = patient.Acquire("a", Long());
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(ReasonOf(patient.Acquire("b", None()).status()), Reason::kBusy);
  EXPECT_EQ(patient.refused_busy(), 1U);
}

// Accounts are served in turn: one that queues many does not delay the others behind all of them.
TEST(Argon2Gate, ServesAccountsInTurn) {
  Argon2Gate gate(1, 100);
  std::vector<std::string> order;
  std::vector<std::thread> threads;
  {
    const auto held = gate.Acquire("first", Long());
    ASSERT_TRUE(held.ok());
    int queued = 0;
    const auto queue = [&](const std::string& account) {
      threads.emplace_back([&, account] {
        const auto permit = gate.Acquire(account, Long());
        ASSERT_TRUE(permit.ok());
        order.push_back(account);  // the permit excludes all others
      });
      ++queued;
      while (gate.waiting() < static_cast<std::uint32_t>(queued)) std::this_thread::yield();
    };
    for (int i = 0; i < 4; ++i) queue("greedy");
    queue("modest");
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(order.size(), 5U);
  EXPECT_EQ(order[1], "modest") << "second, though it came last";
}

// Close ends every wait.
TEST(Argon2Gate, ShutdownEndsEveryWait) {
  Argon2Gate gate(1, 10);
  const auto held = gate.Acquire("a", Long());
  std::thread waiter(
      [&] { EXPECT_EQ(ReasonOf(gate.Acquire("b", Long()).status()), Reason::kClosed); });
  while (gate.waiting() == 0) std::this_thread::yield();
  gate.Shutdown();
  waiter.join();
  EXPECT_EQ(ReasonOf(gate.Acquire("c", Long()).status()), Reason::kClosed);
}

}  // namespace
}  // namespace latchkey::cache
