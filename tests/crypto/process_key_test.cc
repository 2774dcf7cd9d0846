// The key of a process: random, locked, gone in children.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/crypto/crypto.h"
#include "engine/crypto/random_source.h"
#include "tests/base/child.h"
#include "tests/base/own_memory.h"
#include "tests/base/real_mlock.h"
#include "tests/crypto/hex.h"

namespace latchkey::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<ProcessKey>);
static_assert(!std::is_copy_assignable_v<ProcessKey>);

ProcessKey MakeKey() {
  absl::StatusOr<ProcessKey> key = ProcessKey::Make();
  EXPECT_TRUE(key.ok()) << key.status();
  return std::move(key).value();
}

// hazard K5
TEST(ProcessKey, IsRandomAndSurvivesAMove) {
  ProcessKey a = MakeKey();
  const ProcessKey b = MakeKey();
  EXPECT_NE(a.bytes(), b.bytes());
  EXPECT_NE(a.bytes(), Bytes16{});
  const Bytes16 before = a.bytes();
  const ProcessKey moved = std::move(a);
  EXPECT_EQ(moved.bytes(), before);
}

// hazard O5, L8: every live key, moved or not, is zero in the child and untouched in the parent.
TEST(ProcessKey, IsWipedInAForkedChild) {
  ProcessKey first = MakeKey();
  const ProcessKey second = MakeKey();
  const ProcessKey moved = std::move(first);
  const Bytes16 before = moved.bytes();
  EXPECT_EQ(test::ResultInChild([&] {
              return (moved.bytes() == Bytes16{} ? 0 : 1) + (second.bytes() == Bytes16{} ? 0 : 2);
            }),
            0);
  EXPECT_EQ(moved.bytes(), before);
  EXPECT_NE(second.bytes(), Bytes16{});
}

// hazard K5: two texts differ, and so do two keys; hazard O5: a child has no numbers to hash with.
TEST(ProcessKey, HashesWithNumbersOfItsOwn) {
  const ProcessKey key = MakeKey();
  const ProcessKey other = MakeKey();
  const std::string text(90, 'x');
  EXPECT_EQ(key.HashOf(text), key.HashOf(std::string(90, 'x')));
  EXPECT_NE(key.HashOf(text), key.HashOf(std::string(89, 'x')));
  EXPECT_NE(key.HashOf(text), other.HashOf(text));
  EXPECT_NE(key.HashOf(text).low, key.HashOf(text).high);
  EXPECT_EQ(test::ResultInChild([&] { return key.HashOf(text) == Hash128{} ? 0 : 1; }), 0);
}

// hazard O5: the child may make keys of its own, and they are wiped in *its* children.
TEST(ProcessKey, WorksInAForkedChild) {
  const ProcessKey parents = MakeKey();
  EXPECT_EQ(test::ResultInChild([] {
              const ProcessKey own = MakeKey();
              if (own.bytes() == Bytes16{}) return 1;
              return test::ResultInChild([&] { return own.bytes() == Bytes16{} ? 0 : 1; });
            }),
            0);
}

// hazard O5: a child may also destroy what it inherited.
TEST(ProcessKey, CanBeDestroyedInAForkedChild) {
  std::optional<ProcessKey> key(MakeKey());
  EXPECT_EQ(test::ResultInChild([&] {
              key.reset();
              return 0;
            }),
            0);
}

// hazard O5: a destroyed key is forgotten: its memory is gone, and a fork does not touch it.
TEST(ProcessKey, IsForgottenOnceDestroyed) {
  const void* address = nullptr;
  {
    const ProcessKey key = MakeKey();
    address = &key.bytes();
    EXPECT_EQ(testing::ReadOwnMemory(reinterpret_cast<std::uintptr_t>(address), 16).size(), 16U);
  }
  EXPECT_TRUE(testing::ReadOwnMemory(reinterpret_cast<std::uintptr_t>(address), 16).empty());
  EXPECT_EQ(test::ResultInChild([] { return 0; }), 0);
}

// hazard K11, C10: no randomness, no key; and nothing of the attempt is left to trip over.
TEST(ProcessKey, IsRefusedWithoutEntropy) {
  ASSERT_TRUE(Initialize().ok());
  SetRandomSourceForTests([](void*, std::size_t, unsigned) -> ssize_t { return 0; });
  EXPECT_EQ(ReasonOf(ProcessKey::Make().status()), Reason::kNoEntropy);
  SetRandomSourceForTests(nullptr);
  EXPECT_EQ(test::ResultInChild([] { return 0; }), 0);
}

// hazard O5: fork while other threads make and destroy keys: no child hangs, none sees a key.
TEST(ProcessKey, SurvivesForksAtAnyMoment) {
  const ProcessKey key = MakeKey();
  std::atomic<bool> stop{false};
  std::thread maker([&stop] {
    while (!stop) (void)ProcessKey::Make();
  });
  int wrong = 0;
  for (int round = 0; round < 100; ++round) {
    wrong += test::ResultInChild([&] { return key.bytes() == Bytes16{} ? 0 : 1; }) != 0 ? 1 : 0;
  }
  stop = true;
  maker.join();
  EXPECT_EQ(wrong, 0);
}

// hazard K12: not in core dumps, and locked where the limit permits.
TEST(ProcessKey, LivesInMemoryThatIsNotDumped) {
  const ProcessKey key = MakeKey();
  const std::string flags = testing::FlagsOfMapping(&key.bytes());
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  EXPECT_EQ(key.locked(), flags.find(" lo ") != std::string::npos) << flags;
}

// hazard C24: without the right to lock memory the key works and says that it is not locked.
TEST(ProcessKey, SaysWhenItsMemoryIsNotLocked) {
  ASSERT_TRUE(Initialize().ok());
  EXPECT_EQ(test::ResultInChild([] {
              const rlimit none = {0, 0};
              if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) return 1;
              // Root may lock whatever the limit says: become nobody.
              if (geteuid() == 0 && setuid(65534) != 0) return 2;
              const ProcessKey key = MakeKey();
              return key.locked() || key.bytes() == Bytes16{} ? 3 : 0;
            }),
            0);
}

}  // namespace
}  // namespace latchkey::crypto
