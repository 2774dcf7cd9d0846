// Argon2id against another implementation, at the edges of its cost, and without memory.
#include <sys/resource.h>

#include <fstream>
#include <limits>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/crypto/crypto.h"
#include "tests/base/child.h"
#include "tests/crypto/hex.h"

namespace latchkey::crypto {
namespace {

Bytes16 SaltOf(std::string_view text) {
  Bytes16 salt{};
  std::copy_n(text.begin(), salt.size(), salt.begin());
  return salt;
}

const Bytes16 kSalt = SaltOf("0123456789abcdef");

struct Vector {
  std::string_view input;
  std::string_view salt;
  std::uint32_t memory_kib;
  std::uint32_t passes;
  std::string_view hash;
};

// Made with the `argon2` program of Debian 12 (package argon2 0~20171227-0.3+deb12u1, the reference
// implementation, which shares no code with libsodium):
//   printf %s INPUT | argon2 SALT -id -v 13 -t PASSES -k MEMORY_KIB -p 1 -l 32 -r
constexpr Vector kVectors[] = {
    {"password", "0123456789abcdef", 8, 1,
     "771338d819573c67116b39e1788ae8e04b0eb0cf9dfbbfe2e6d746cf3e464fc7"},
    {"password", "0123456789abcdef", 19456, 2,
     "d2ab07b39ef7f8b806227cd86fbb11aa5393066a98e17eacacd126eb26e9276d"},
    {"password", "0123456789abcdef", 64, 3,
     "4b5dc7fd03bc8449b6becb981762b597e860b2322fc34685d1fd2dc21aaf07cb"},
    {"correct-horse", "ABCDEFGHIJKLMNOP", 1024, 2,
     "626625bd45b1feaadc579da4ca61a2c4bddf1443730a027db467bc148bfc3f26"},
    {"password", "0123456789abcdef", 8, 10,
     "9caa2b9f26c94e7ea003e2dabc05e9bf6f9626f02c06c4f5a61e073ce26d3d4b"},
    {"password", "0123456789abcdef", 262144, 1,
     "10306e78f9993244aecd02356bcd7af57cc11c8f605f8fb752edf6b8ff34e434"},
};

// hazard K1, K2: version 1.3, one lane, 32 bytes, at both ends of the accepted cost.
TEST(Argon2id, AgreesWithTheReferenceImplementation) {
  ASSERT_TRUE(Initialize().ok());
  for (const Vector& row : kVectors) {
    Bytes32 out{};
    const absl::Status status =
        Argon2id(BytesOf(row.input), SaltOf(row.salt), row.memory_kib, row.passes, out);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(HexOf(out), row.hash) << row.memory_kib << " KiB, " << row.passes << " passes";
  }
}

TEST(Argon2id, TakesAnEmptyInput) {
  Bytes32 out{};
  ASSERT_TRUE(Argon2id({}, kSalt, kArgon2MemoryMinKib, 1, out).ok());
  EXPECT_NE(HexOf(out), HexOf(Bytes32{}));
}

// hazard K2, C17: a cost from a damaged or hostile record ends before any work or memory. Had
// 64 GiB been tried for, the answer would be kOutOfMemory or a long wait.
TEST(Argon2id, RefusesACostOutOfRangeWithoutTryingIt) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  constexpr std::uint32_t k64Gib = 64U * 1024 * 1024;
  constexpr struct {
    std::uint32_t memory_kib;
    std::uint32_t passes;
  } kCosts[] = {
      {k64Gib, 2}, {kMost, 2}, {8, kMost}, {kMost, kMost},      {0, 2},
      {7, 2},      {8, 0},     {8, 11},    {256 * 1024 + 1, 1},
  };
  for (const auto& cost : kCosts) {
    Bytes32 out;
    out.fill(0xAA);
    const absl::Status status =
        Argon2id(BytesOf("password"), kSalt, cost.memory_kib, cost.passes, out);
    EXPECT_EQ(ReasonOf(status), Reason::kCorrupt) << cost.memory_kib << " " << cost.passes;
    EXPECT_EQ(HexOf(out), HexOf(Bytes32{}));
  }
}

rlim_t MappedBytes() {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

// In a child that may map 4 MiB more: the Reason of hashing the right input, and whether `out` was
// left empty.
int HashWithoutMemory() {
  const rlim_t limit = MappedBytes() + 4 * 1024 * 1024;
  const rlimit memory = {limit, limit};
  if (setrlimit(RLIMIT_AS, &memory) != 0) return 1;
  Bytes32 out;
  out.fill(0xAA);
  const absl::Status status = Argon2id(BytesOf("password"), kSalt, 19456, 2, out);
  if (ReasonOf(status) != Reason::kOutOfMemory) return 2;
  if (status.code() != absl::StatusCode::kUnavailable) return 3;
  if (out != Bytes32{}) return 4;
  // The limit itself is no reason to refuse what fits.
  return Argon2id(BytesOf("password"), kSalt, 64, 3, out).ok() ? 0 : 5;
}

// hazard F1, C16: the right input without memory is "out of memory", never "wrong".
TEST(Argon2id, WithoutMemorySaysSoAndNothingAboutTheInput) {
  ASSERT_TRUE(Initialize().ok());
  EXPECT_EQ(test::ResultInChild(HashWithoutMemory), 0);
}

}  // namespace
}  // namespace latchkey::crypto
