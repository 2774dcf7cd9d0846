// The kernel's randomness, and each way in which it can fail.
//
// Method: SetRandomSourceForTests stands in for getrandom(2). What libsodium itself would do
// without randomness is tried in processes of their own, under a seccomp filter.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/crypto/crypto.h"
#include "engine/crypto/random_source.h"
#include "tests/crypto/hex.h"

namespace latchkey::crypto {
namespace {

class Random : public ::testing::Test {
 protected:
  ~Random() override { SetRandomSourceForTests(nullptr); }
};

template <int kError>
ssize_t Failing(void*, std::size_t, unsigned) {
  errno = kError;
  return -1;
}

ssize_t EndOfFile(void*, std::size_t, unsigned) { return 0; }
ssize_t TooLong(void*, std::size_t size, unsigned) { return static_cast<ssize_t>(size) + 1; }

ssize_t Zeros(void* buffer, std::size_t size, unsigned) {
  std::memset(buffer, 0, size);
  return static_cast<ssize_t>(size);
}

// The same bytes at every call, none twice in a row of 256.
ssize_t SameEveryTime(void* buffer, std::size_t size, unsigned) {
  auto* bytes = static_cast<std::uint8_t*>(buffer);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i + 1);
  return static_cast<ssize_t>(size);
}

ssize_t OneByteForEver(void* buffer, std::size_t size, unsigned) {
  std::memset(buffer, 0x5A, size);
  return static_cast<ssize_t>(size);
}

int calls = 0;

// At most 3 bytes a call, and EINTR at every second.
ssize_t ShortAndInterrupted(void* buffer, std::size_t size, unsigned flags) {
  if (++calls % 2 == 0) return Failing<EINTR>(buffer, size, flags);
  return getrandom(buffer, std::min<std::size_t>(size, 3), flags);
}

ssize_t ShortThenNothing(void* buffer, std::size_t size, unsigned flags) {
  if (++calls > 1) return Failing<EAGAIN>(buffer, size, flags);
  return getrandom(buffer, std::min<std::size_t>(size, 3), flags);
}

ssize_t RequiresNonblock(void* buffer, std::size_t size, unsigned flags) {
  if (flags != GRND_NONBLOCK) return Failing<EINVAL>(buffer, size, flags);
  return getrandom(buffer, size, flags);
}

// hazard K11, C10
TEST_F(Random, EveryFailureOfTheKernelIsAnErrorAndLeavesNothing) {
  constexpr struct {
    const char* what;
    RandomSource source;
  } kFailures[] = {
      {"EAGAIN", &Failing<EAGAIN>},  {"ENOSYS", &Failing<ENOSYS>}, {"EPERM", &Failing<EPERM>},
      {"end of file", &EndOfFile},   {"too long", &TooLong},       {"zeros", &Zeros},
      {"one byte", &OneByteForEver}, {"short", &ShortThenNothing},
  };
  for (const auto& failure : kFailures) {
    calls = 0;
    SetRandomSourceForTests(failure.source);
    Bytes32 out;
    out.fill(0xAA);
    const absl::Status status = FillRandom(out);
    EXPECT_EQ(ReasonOf(status), Reason::kNoEntropy) << failure.what;
    EXPECT_TRUE(IsRetryable(ReasonOf(status)));
    EXPECT_EQ(HexOf(out), HexOf(Bytes32{})) << failure.what;
  }
  SetRandomSourceForTests(nullptr);
  Bytes32 out{};
  EXPECT_TRUE(FillRandom(out).ok());
}

// hazard K11: 16 bytes, the least that is judged.
TEST_F(Random, RefusesSixteenZeros) {
  SetRandomSourceForTests(&Zeros);
  Bytes16 out;
  EXPECT_EQ(ReasonOf(FillRandom(out)), Reason::kNoEntropy);
}

// hazard K11: the second answer repeats the first, at the same length and at another.
TEST_F(Random, RefusesAnAnswerThatStartsLikeTheLast) {
  SetRandomSourceForTests(&SameEveryTime);
  Bytes32 first{};
  ASSERT_TRUE(FillRandom(first).ok());
  Bytes32 second{};
  EXPECT_EQ(ReasonOf(FillRandom(second)), Reason::kNoEntropy);
  Bytes16 shorter{};
  EXPECT_EQ(ReasonOf(FillRandom(shorter)), Reason::kNoEntropy);
}

TEST_F(Random, AnAnswerBelowSixteenBytesIsNotJudged) {
  SetRandomSourceForTests(&Zeros);
  std::array<std::uint8_t, 15> out;
  EXPECT_TRUE(FillRandom(out).ok());
  EXPECT_TRUE(FillRandom(out).ok());
}

// hazard K11: short reads and signals are put together.
TEST_F(Random, PutsShortAnswersTogether) {
  SetRandomSourceForTests(&ShortAndInterrupted);
  std::array<std::uint8_t, 1000> out{};
  ASSERT_TRUE(FillRandom(out).ok());
  // 1,000 random bytes without any 8 zeros in a row, the tail included.
  const std::array<std::uint8_t, 8> zeros{};
  EXPECT_EQ(std::search(out.begin(), out.end(), zeros.begin(), zeros.end()), out.end());
  EXPECT_FALSE(std::all_of(out.end() - 4, out.end(), [](std::uint8_t byte) { return byte == 0; }));
}

// hazard K11: a kernel that is not seeded yet must not stall the host.
TEST_F(Random, AsksWithoutWaiting) {
  SetRandomSourceForTests(&RequiresNonblock);
  Bytes16 out;
  EXPECT_TRUE(FillRandom(out).ok());
}

TEST_F(Random, FillsAnyLengthFromTheKernel) {
  EXPECT_TRUE(FillRandom({}).ok());
  for (const std::size_t size : {1U, 15U, 16U, 17U, 255U, 257U, 1U << 20}) {
    std::vector<std::uint8_t> a(size);
    std::vector<std::uint8_t> b(size);
    ASSERT_TRUE(FillRandom(a).ok() && FillRandom(b).ok());
    EXPECT_TRUE(size < 15 || a != b) << size;
  }
}

TEST_F(Random, IsSafeFromManyThreads) {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&failures] {
      Bytes32 out;
      for (int round = 0; round < 1000; ++round) failures += FillRandom(out).ok() ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
}

// Makes every later getrandom of this process answer ENOSYS, libsodium's own as well.
bool ForbidGetrandom() {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {sizeof code / sizeof code[0], code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// Neither the system call nor the device files: no descriptor can be opened.
bool ForbidAllRandomness() {
  const rlimit no_files = {0, 0};
  return ForbidGetrandom() && setrlimit(RLIMIT_NOFILE, &no_files) == 0;
}

[[noreturn]] void ExitAfterInitializingTwice() {
  SetRandomSourceForTests(&Failing<ENOSYS>);
  const bool refused = ReasonOf(Initialize()) == Reason::kNoEntropy;
  SetRandomSourceForTests(nullptr);
  _exit(refused && Initialize().ok() && Initialize().ok() ? 0 : 1);
}

[[noreturn]] void ExitAfterInitializingWithout() {
  if (!ForbidAllRandomness()) _exit(2);
  _exit(ReasonOf(Initialize()) == Reason::kNoEntropy ? 0 : 1);
}

[[noreturn]] void ExitAfterDeceivingTheProbe() {
  if (!ForbidAllRandomness()) _exit(2);
  SetRandomSourceForTests(&SameEveryTime);
  _exit(Initialize().ok() ? 0 : 1);
}

// Each runs in a process of its own, in which libsodium has not been started ("threadsafe" starts
// the program anew).
class InitializeDeathTest : public Random {
 protected:
  InitializeDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

// hazard K11, C10: the host is not aborted; and what failed once may succeed later.
TEST_F(InitializeDeathTest, FailsWithoutEntropyAndSucceedsLater) {
  EXPECT_EXIT(ExitAfterInitializingTwice(), ::testing::ExitedWithCode(0), "");
}

// hazard K11, C10
TEST_F(InitializeDeathTest, DoesNotAbortTheHostWithoutAnyRandomness) {
  EXPECT_EXIT(ExitAfterInitializingWithout(), ::testing::ExitedWithCode(0), "");
}

// The control of the test above: where the probe is deceived, libsodium does abort.
TEST_F(InitializeDeathTest, WithoutTheProbeLibsodiumWouldAbort) {
  EXPECT_EXIT(ExitAfterDeceivingTheProbe(), ::testing::KilledBySignal(SIGABRT), "");
}

}  // namespace
}  // namespace latchkey::crypto
