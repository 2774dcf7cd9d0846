// Everything at once on caches that are far too small, for LATCHKEY_TSAN_SECONDS (2): what
// ThreadSanitizer watches.
//
// Method: two writers, one that rotates keys and one that takes grants away and gives them back,
// and four checkers, over many more keys and identities than fit; so entries are replaced, freed
// and compiled anew all the time. What a writer has said is over is never allowed.
#include <gtest/gtest.h>
#include <malloc.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "staleness/stage.h"

namespace latchkey::test {
namespace {

constexpr std::size_t kIdentities = 96;
constexpr std::size_t kAccounts = 40;  // so that there are more pairs than places
constexpr std::size_t kCheckers = 4;
const IfMatch kAny = IfMatch::Any();

std::chrono::milliseconds HalfOfTheTime() {
  const char* const wanted = std::getenv("LATCHKEY_TSAN_SECONDS");
  return std::chrono::milliseconds(500 * (wanted != nullptr ? std::atoi(wanted) : 2));
}

// A key and what is known of it. `dead` is the token of a secret whose rotation has returned; while
// `turns` is odd, the identity has no grant.
struct Slot {
  IamId identity;
  KeyId key;
  PolicyId policy;
  std::mutex mutex;
  std::string live;
  std::string dead;
  std::atomic<std::uint64_t> turns{0};
};

class Churn {
 public:
  Churn() : stage_(place_) {
    stage_.options().verified_credentials = 16;
    stage_.options().compiled_access_bytes = 1 << 20;  // the least that there is
    stage_.Open();
    stage_.Build();
    for (std::size_t i = 0; i < kAccounts; ++i) {
      others_[i] = AccountId("other" + std::to_string(i));
      Must(stage_.directory().CreateAccount(stage_.host, {others_[i], "Other", User("bea")}));
    }
    for (Slot& slot : slots_) {
      slot.identity = stage_.identity = stage_.AddRobot();
      stage_.GrantIdentity();
      slot.policy = stage_.policy;
      const CreatedKey key = stage_.NewKeyOf(slot.identity);
      slot.key = key.key.id;
      slot.live = key.secret.ExposeSecret();
    }
  }

  void Run(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    const auto running = [&] { return std::chrono::steady_clock::now() < end; };
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
      for (std::mt19937 random(1); running();) Rotate(slots_[random() % kIdentities]);
    });
    threads.emplace_back([&] {
      for (std::mt19937 random(2); running();) Withdraw(slots_[random() % kIdentities], running);
    });
    for (unsigned seed = 0; seed < kCheckers; ++seed) {
      threads.emplace_back([&, seed] {
        for (std::mt19937 random(10 + seed); running();) {
          AskFor(slots_[random() % kIdentities], others_[random() % kAccounts]);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  std::atomic<std::uint64_t> decisions{0};
  std::atomic<std::uint64_t> allowed{0};
  std::atomic<std::uint64_t> denied_in_time{0};
  std::atomic<std::uint64_t> stale{0};
  std::atomic<std::uint64_t> faults{0};
  std::atomic<std::uint64_t> changes{0};

 private:
  void Rotate(Slot& slot) {
    const CreatedKey next =
        Must(stage_.keys().Rotate(stage_.host, slot.key, kAny, absl::ZeroDuration()));
    const std::lock_guard lock(slot.mutex);
    slot.dead = std::exchange(slot.live, std::string(next.secret.ExposeSecret()));
    ++changes;
  }

  // Until the checkers have asked for a while, or have ended.
  template <class Running>
  void Withdraw(Slot& slot, Running running) {
    Must(stage_.policies().Deactivate(stage_.host, stage_.home, slot.policy, kAny));
    slot.turns.fetch_add(1);
    for (std::uint64_t until = decisions.load() + 50; decisions.load() < until && running();) {
      std::this_thread::yield();
    }
    slot.turns.fetch_add(1);
    Must(stage_.policies().Restore(stage_.host, stage_.home, slot.policy, kAny));
    ++changes;
  }

  void AskFor(Slot& slot, const AccountId& other) {
    std::string live;
    std::string dead;
    {
      const std::lock_guard lock(slot.mutex);
      live = slot.live;
      dead = slot.dead;
    }
    if (!dead.empty() && Ask(dead, stage_.home)) ++stale;
    if (Ask(live, other)) ++stale;
    for (int i = 0; i < 2; ++i) {
      const std::uint64_t turn = slot.turns.load();
      const bool allows = Ask(live, stage_.home);
      const bool withdrawn = turn % 2 == 1 && slot.turns.load() == turn;
      if (allows) ++allowed;
      if (withdrawn && allows) ++stale;
      if (withdrawn && !allows) ++denied_in_time;
    }
  }

  bool Ask(const std::string& token, const AccountId& account) {
    const Decision decision = stage_.access().Check(token, {account.text(), "shop", kAction, {}});
    ++decisions;
    if (decision.outcome() == Outcome::kFault) ++faults;
    return decision.allowed();
  }

  const Place place_;
  Stage stage_;
  std::array<Slot, kIdentities> slots_;
  std::array<AccountId, kAccounts> others_;
};

// domain A-3, hazards C22, C87: no race, nothing stale, and memory stays where it was.
TEST(Churn, TinyCachesStayTrueAndSmall) {
  Churn churn;
  churn.Run(HalfOfTheTime());
  const std::size_t before = mallinfo2().uordblks;
  churn.Run(HalfOfTheTime());
  const std::size_t after = mallinfo2().uordblks;
  std::printf("churn decisions %llu allowed %llu changes %llu stale %llu heap %zu -> %zu\n",
              static_cast<unsigned long long>(churn.decisions),
              static_cast<unsigned long long>(churn.allowed),
              static_cast<unsigned long long>(churn.changes),
              static_cast<unsigned long long>(churn.stale), before, after);
  EXPECT_EQ(churn.stale, 0U);
  EXPECT_EQ(churn.faults, 0U);
  EXPECT_GT(churn.allowed, 0U);
  EXPECT_GT(churn.denied_in_time, 0U);
  EXPECT_GT(churn.changes, 0U);
  constexpr std::size_t kGrowthMax = std::size_t{1} << 20;  // of sixty times as many blocks
  EXPECT_LT(after, before + kGrowthMax);
}

}  // namespace
}  // namespace latchkey::test
