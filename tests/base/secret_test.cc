// Secret: one owner, no copies, nothing left behind.
//
// Method: this program defines munmap itself, so that it sees the page of a secret at the last
// moment before it is given back; the kernel's own account of the page is read from
// /proc/self/smaps.
#include "latchkey/secret.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/base/secret_pages.h"
#include "tests/base/child.h"
#include "tests/base/own_memory.h"
#include "tests/base/real_mlock.h"

namespace {

// What the munmap below saw of the page at `watched`.
const void* watched = nullptr;
int unmapped = 0;
std::size_t bytes_left = 0;

}  // namespace

extern "C" int munmap(void* address, std::size_t size) noexcept {
  if (watched != nullptr && address == watched) {
    const char* const page = static_cast<const char*>(address);
    ++unmapped;
    bytes_left = size - static_cast<std::size_t>(std::count(page, page + size, '\0'));
  }
  return static_cast<int>(syscall(SYS_munmap, address, size));
}

namespace latchkey {
namespace {

// hazard K13: what cannot be written cannot happen.
template <typename T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};
template <typename T>
concept Unequal = requires(const T& a, const T& b) {
  a != b;
};
template <typename T>
concept Ordered = requires(const T& a, const T& b) {
  a < b;
};
template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept Hashable = requires(const T& value) {
  std::hash<T>{}(value);
};

static_assert(!std::is_copy_constructible_v<Secret>);
static_assert(!std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(std::is_nothrow_move_assignable_v<Secret>);
static_assert(!Comparable<Secret> && !Unequal<Secret> && !Ordered<Secret>);
static_assert(!Streamable<Secret> && !Hashable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string_view, Secret>);
static_assert(!std::is_constructible_v<std::string, Secret>);
// The concepts can say yes.
static_assert(Comparable<std::string> && Unequal<std::string> && Ordered<std::string>);
static_assert(Streamable<std::string> && Hashable<std::string>);

constexpr std::string_view kText = "lk1_this-is-the-text-of-a-secret";

void Watch(const Secret& secret) {
  watched = secret.ExposeSecret().data();
  unmapped = 0;
  bytes_left = 0;
}

TEST(Secret, HoldsNothingByDefault) {
  const Secret secret;
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(secret.ExposeSecret(), "");
}

TEST(Secret, ShowsTheTextOnAPageOfItsOwn) {
  const Secret secret = Secret::CopyOf(kText);
  EXPECT_FALSE(secret.empty());
  EXPECT_EQ(secret.ExposeSecret(), kText);
  EXPECT_NE(secret.ExposeSecret().data(), kText.data());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(secret.ExposeSecret().data()) % 4096, 0U);
}

TEST(Secret, HoldsOneTo4096Bytes) {
  for (const std::size_t size : {1U, 4095U, 4096U}) {
    const std::string text(size, 's');
    EXPECT_EQ(Secret::CopyOf(text).ExposeSecret(), text);
  }
}

TEST(SecretDeathTest, OfNoBytesOrTooManyEndsTheProcess) {
  EXPECT_DEATH((void)Secret::CopyOf(""), "a secret has 1..4096 bytes");
  EXPECT_DEATH((void)Secret::CopyOf(std::string(4097, 's')), "a secret has 1..4096 bytes");
}

TEST(SecretDeathTest, WithoutAPageEndsTheProcess) {
  const rlimit no_memory = {0, 0};
  EXPECT_DEATH(
      {
        setrlimit(RLIMIT_AS, &no_memory);
        (void)Secret::CopyOf(kText);
      },
      "page for a secret");
}

TEST(Secret, MovedFromIsEmpty) {
  Secret first = Secret::CopyOf(kText);
  const char* const page = first.ExposeSecret().data();
  Secret second = std::move(first);
  EXPECT_EQ(second.ExposeSecret().data(), page);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(first.ExposeSecret(), "");
  Secret third;
  third = std::move(second);
  EXPECT_EQ(third.ExposeSecret(), kText);
  EXPECT_TRUE(second.empty());
}

TEST(Secret, SurvivesAMoveToItself) {
  Secret secret = Secret::CopyOf(kText);
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(secret.ExposeSecret(), kText);
}

// hazard K13
TEST(Secret, IsWipedAndUnmappedWhenDestroyed) {
  {
    const Secret secret = Secret::CopyOf(std::string(4096, 's'));
    Watch(secret);
  }
  EXPECT_EQ(unmapped, 1);
  EXPECT_EQ(bytes_left, 0U);
  EXPECT_TRUE(testing::ReadOwnMemory(reinterpret_cast<std::uintptr_t>(watched), 1).empty());
}

// hazard K13
TEST(Secret, WipesWhatItHeldWhenItIsGivenAnother) {
  Secret secret = Secret::CopyOf(kText);
  Watch(secret);
  secret = Secret::CopyOf("another");
  EXPECT_EQ(unmapped, 1);
  EXPECT_EQ(bytes_left, 0U);
  EXPECT_EQ(secret.ExposeSecret(), "another");
}

// The control of the two tests above: the watch does see bytes that were not wiped.
TEST(Secret, TheWatchSeesBytesThatAreLeft) {
  void* const page =
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  std::fill_n(static_cast<char*>(page), 7, 's');
  watched = page;
  unmapped = 0;
  munmap(page, 4096);
  EXPECT_EQ(unmapped, 1);
  EXPECT_EQ(bytes_left, 7U);
}

// Each of those that were made together is a secret like any other.
TEST(SecretPages, EachSecretHasAPageOfItsOwn) {
  std::vector<Secret> secrets;
  {
    SecretPages pages(5);
    for (const char* const text : {"one", "two", "three"}) secrets.push_back(pages.CopyOf(text));
    Watch(secrets[2]);
    watched = secrets[2].ExposeSecret().data() + 4096;
  }
  EXPECT_EQ(unmapped, 1) << "those that were not used";
  const auto place = [&](std::size_t i) { return secrets[i].ExposeSecret().data(); };
  EXPECT_EQ(place(0) + 4096, place(1));
  Watch(secrets[1]);
  secrets.erase(secrets.begin() + 1);
  EXPECT_EQ(unmapped, 1);
  EXPECT_EQ(bytes_left, 0U);
  EXPECT_TRUE(testing::ReadOwnMemory(reinterpret_cast<std::uintptr_t>(watched), 1).empty());
  EXPECT_EQ(secrets[0].ExposeSecret(), "one");
  EXPECT_EQ(secrets[1].ExposeSecret(), "three");
  for (const Secret& secret : secrets) {
    const std::string flags = testing::FlagsOfMapping(secret.ExposeSecret().data());
    for (const char* const flag : {" dd ", " wf ", " lo "}) {
      EXPECT_NE(flags.find(flag), std::string::npos) << flag << flags;
    }
  }
}

TEST(SecretPagesDeathTest, OneSecretTooManyEndsTheProcess) {
  SecretPages pages(1);
  const Secret secret = pages.CopyOf(kText);
  EXPECT_DEATH((void)pages.CopyOf(kText), "a page for each secret");
}

// hazard C24: where the limit is in the middle of them, those before it are locked.
TEST(SecretPages, AsManyAreLockedAsMayBe) {
  EXPECT_EQ(test::ResultInChild([] {
              const rlimit two = {8192, 8192};
              if (setrlimit(RLIMIT_MEMLOCK, &two) != 0 || setuid(65534) != 0) return 1;
              SecretPages pages(3);
              const Secret first = pages.CopyOf(kText);
              const Secret second = pages.CopyOf(kText);
              const Secret third = pages.CopyOf(kText);
              const auto is_locked = [](const Secret& secret) {
                const std::string flags = testing::FlagsOfMapping(secret.ExposeSecret().data());
                return flags.find(" lo ") != std::string::npos;
              };
              if (!is_locked(first) || !is_locked(second)) return 2;
              return is_locked(third) ? 3 : 0;
            }),
            0);
}

// hazard L8
TEST(Secret, IsZeroInAForkedChild) {
  const Secret secret = Secret::CopyOf(kText);
  EXPECT_EQ(test::ResultInChild(
                [&] { return secret.ExposeSecret() == std::string(kText.size(), '\0') ? 0 : 1; }),
            0);
  EXPECT_EQ(secret.ExposeSecret(), kText);
}

// hazard K12
TEST(Secret, IsNotDumpedAndLocked) {
  const Secret secret = Secret::CopyOf(kText);
  const std::string flags = testing::FlagsOfMapping(secret.ExposeSecret().data());
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  EXPECT_NE(flags.find(" wf "), std::string::npos) << flags;
  EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
}

// hazard C24: locking is best effort.
TEST(Secret, WorksWithoutTheRightToLockMemory) {
  EXPECT_EQ(test::ResultInChild([] {
              const rlimit none = {0, 0};
              if (setrlimit(RLIMIT_MEMLOCK, &none) != 0) return 1;
              // Root may lock whatever the limit says: become nobody.
              if (geteuid() == 0 && setuid(65534) != 0) return 2;
              return Secret::CopyOf(kText).ExposeSecret() == kText ? 0 : 3;
            }),
            0);
}

}  // namespace
}  // namespace latchkey
