// Close: from any thread, any number of times, beside calls of all kinds (hazards C60, C61).
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/real_mlock.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

// Of this process, in KiB.
std::uint64_t LockedMemory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::uint64_t kib = 0;
  while (status >> word) {
    if (word == "VmLck:" && status >> kib) return kib;
  }
  ADD_FAILURE() << "the kernel does not tell how much is locked";
  return 0;
}

// hazard O5: the key of the process is gone with Close, though a handle lives on.
TEST(Close, ForgetsTheKeyOfTheProcess) {
  const std::uint64_t before = LockedMemory();
  Service service;
  std::string token;
  {
    const CreatedKey key = service.NewKey("bob");
    token = key.secret.ExposeSecret();
  }
  const Access access = service.access();
  EXPECT_TRUE(access.Authenticate(token).authenticated());
  EXPECT_GT(LockedMemory(), before);
  service.engine().Close();
  EXPECT_EQ(LockedMemory(), before);
  EXPECT_EQ(access.Authenticate(token).reason(), Reason::kClosed);
}

// Whoever returns from Close finds the store closed, also if another thread was closing it: it can
// be opened again at once (hazard C61 refuses a second opening), and what was counted is kept.
TEST(Close, FromManyThreadsAtOnceEndsOnce) {
  Service service([](Options& options) { options.maintenance_interval = absl::Milliseconds(10); });
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  for (int round = 0; round < 20; ++round) {
    const Access access = service.access();
    ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        service.engine().Close();
        EXPECT_EQ(access.Authenticate(token).reason(), Reason::kClosed);
      });
    }
    threads.emplace_back([&] {
      while (access.Authenticate(token).authenticated()) {
      }
    });
    service.engine().Close();
    {
      const Engine again = Must(Engine::Open(service.options()));
      const auto counted = Must(again.keys().ActivityOf(service.host(), key.key.id));
      EXPECT_GT(counted.authentications.count, static_cast<std::uint64_t>(round));
    }
    for (std::thread& thread : threads) thread.join();
    service.Reopen();
  }
}

}  // namespace
}  // namespace latchkey::test
