// What first uses and floods of tokens cost, however many come at once.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/codec/base62.h"
#include "engine/codec/crc32.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

// A field of /proc/self/status, in KiB.
std::int64_t StatusKib(std::string_view field) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(field)) return std::stoll(line.substr(field.size() + 1));
  }
  ADD_FAILURE() << "the kernel does not tell " << field;
  return 0;
}

// From now on VmHWM is the most memory that there was since.
void ForgetPeak() {
  std::ofstream refs("/proc/self/clear_refs");
  refs << "5" << std::flush;
  ASSERT_TRUE(refs.good());
}

// hazard C18, hazard K7
TEST(ColdLoad, ManyFirstUsesTakeTheMemoryOfAsManyAsMayRun) {
  constexpr std::int64_t kHashKib = 64 * 1024;
  constexpr std::int64_t kAtOnce = 2;
  Service service([](Options& options) {
    options.argon2_concurrency = kAtOnce;
    options.argon2.memory_kib = kHashKib;
    options.argon2.passes = 1;
  });
  std::vector<CreatedKey> keys;
  for (int i = 0; i < 16; ++i) keys.push_back(service.NewKey("bob"));
  const std::int64_t before = StatusKib("VmRSS");
  ASSERT_NO_FATAL_FAILURE(ForgetPeak());
  std::vector<std::thread> threads;
  for (const CreatedKey& key : keys) {
    threads.emplace_back([&] {
      EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::int64_t most = StatusKib("VmHWM") - before;
  EXPECT_GE(most, kHashKib) << "a hash is seen";
  EXPECT_LT(most, (kAtOnce + 1) * kHashKib);
}

// Right length, alphabet and checksum; nobody issued it.
std::string Forged(std::mt19937_64& random) {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string token = "lk1_";
  for (int i = 0; i < 80; ++i) token += kDigits[random() % kDigits.size()];
  std::string crc(6, '0');
  codec::EncodeBase62(codec::Crc32(token), crc);
  return token + crc;
}

// hazard C20
TEST(ColdLoad, AFloodOfForgedTokensCostsNothingAndTakesNoPlace) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const auto uses = [&] {
    return service.access().Authenticate(key.secret.ExposeSecret()).authenticated();
  };
  ASSERT_TRUE(uses());
  const EngineCounters before = Must(service.engine().Info()).counters;
  std::mt19937_64 random(20);
  constexpr std::uint64_t kFlood = 200'000;
  for (std::uint64_t i = 0; i < kFlood; ++i) {
    ASSERT_EQ(service.access().Authenticate(Forged(random)).reason(), Reason::kUnknownCredential);
  }
  EXPECT_TRUE(uses());
  const EngineCounters after = Must(service.engine().Info()).counters;
  EXPECT_EQ(after.unissued_refused, before.unissued_refused + kFlood);
  EXPECT_EQ(after.argon2_runs, before.argon2_runs);
  EXPECT_EQ(after.snapshots, before.snapshots + 1) << "the second Info itself";
}

}  // namespace
}  // namespace latchkey::test
