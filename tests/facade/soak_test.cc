// Everything at once on four threads, for LATCHKEY_TSAN_SECONDS (2): what ThreadSanitizer watches.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

std::chrono::seconds Duration() {
  const char* const wanted = std::getenv("LATCHKEY_TSAN_SECONDS");
  return std::chrono::seconds(wanted != nullptr ? std::atoi(wanted) : 2);
}

// Two writers, two checkers; no unexpected reason, and a deleted key is never allowed again.
TEST(Soak, FourThreadsKeepTheRules) {
  Service service;
  service.Grant("acme", service.staff, kReader);
  const CreatedKey steady = service.NewKey("bob", "steady");
  const auto end = std::chrono::steady_clock::now() + Duration();
  const auto running = [&] { return std::chrono::steady_clock::now() < end; };
  std::atomic<std::uint64_t> decisions{0};
  std::atomic<std::uint64_t> changes{0};
  std::atomic<std::uint64_t> surprises{0};
  const auto expect = [&](bool as_expected) {
    if (!as_expected) ++surprises;
  };

  std::thread lifecycle([&] {
    const Caller bob = service.By("bob");
    const Keys keys = service.keys();
    while (running()) {
      NewApiKey request;
      request.name = "short";
      const CreatedKey key = Must(keys.Create(bob, request));
      expect(service.Check(key.secret.ExposeSecret(), "shop.item.read").reason() !=
             Reason::kUnknownCredential);
      Must(keys.Lock(bob, key.key.id, IfMatch::Any()));
      expect(ReasonOf(keys.Delete(bob, key.key.id, IfMatch::Any())) == Reason::kLocked);
      Must(keys.Unlock(bob, key.key.id, IfMatch::Any()));
      const CreatedKey rotated =
          Must(keys.Rotate(bob, key.key.id, IfMatch::Any(), absl::ZeroDuration()));
      expect(!service.Check(key.secret.ExposeSecret(), "shop.item.read").allowed());
      Must(keys.Delete(bob, key.key.id, IfMatch::Any()));
      expect(service.Check(rotated.secret.ExposeSecret(), "shop.item.read").reason() ==
             Reason::kUnknownCredential);
      changes += 5;
    }
  });
  std::thread policies([&] {
    const AccountId acme("acme");
    while (running()) {
      const Policy policy = service.Grant("acme", User("dan"), kWriter);
      Must(service.directory().RemoveFromGroup(service.host(), acme, service.staff, User("bob")));
      expect(!service.Check(steady.secret.ExposeSecret(), "shop.item.read").allowed());
      Must(service.directory().AddToGroup(service.host(), acme, service.staff, User("bob")));
      expect(service.Check(steady.secret.ExposeSecret(), "shop.item.read").allowed());
      Must(service.policies().Delete(service.host(), acme, policy.id, IfMatch::Any()));
      changes += 4;
    }
  });
  std::thread checker([&] {
    while (running()) {
      const Decision decision = service.Check(steady.secret.ExposeSecret(), "shop.item.read");
      expect(decision.reason() == Reason::kAllowedByPolicy ||
             decision.reason() == Reason::kNoPolicy);
      expect(!service.Check("lk1_nonsense", "shop.item.read").allowed());
      ++decisions;
    }
  });
  std::thread reader([&] {
    const Principal alice = service.As("alice");
    KeyQuery query;
    query.account_id = AccountId("acme");
    std::uint64_t revision = 0;
    while (running()) {
      expect(service.keys().List(Caller::Acting(alice), query, PageRequest()).ok());
      expect(service.keys().History(Caller::Acting(alice), steady.key.id).ok());
      const ChangePage page = Must(service.engine().feed().Read(service.host(), revision, 50));
      for (const Change& change : page.changes) {
        expect(change.revision == revision + 1);
        revision = change.revision;
      }
      ++decisions;
    }
  });
  for (std::thread* thread : std::array{&lifecycle, &policies, &checker, &reader}) thread->join();
  EXPECT_EQ(surprises, 0U);
  EXPECT_GT(decisions, 0U);
  EXPECT_GT(changes, 0U);
}

// The quota holds when many threads race for the last place [domain K-4] [hazard C51].
TEST(Soak, TheQuotaHoldsUnderARace) {
  Service service;
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        NewApiKey request;
        request.name = "race";
        const auto key = service.keys().Create(service.By("dan"), request);
        if (key.ok()) {
          ++made;
        } else {
          EXPECT_EQ(ReasonOf(key.status()), Reason::kLimitExceeded);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 20);
}

}  // namespace
}  // namespace latchkey::test
