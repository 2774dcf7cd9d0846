// What was verified, in bounded memory, and never more than that.
#include "engine/cache/verified_credentials.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace latchkey::cache {
namespace {

crypto::Hash128 TokenHash(std::uint64_t n) { return {n * 0x9E3779B97F4A7C15U, n}; }

base::Verifier VerifierOf(std::uint64_t n) {
  base::Verifier verifier;
  std::memcpy(verifier.salt.data(), &n, sizeof n);
  verifier.hash.fill(static_cast<std::uint8_t>(n + 1));
  return verifier;
}

class VerifiedCredentialsTest : public testing::Test {
 protected:
  std::unique_ptr<VerifiedCredentials> TableOf(std::size_t capacity) const {
    return *VerifiedCredentials::Make(capacity, key_);
  }

 private:
  const crypto::ProcessKey key_ = *crypto::ProcessKey::Make();
};

// hazard K5: an entry says "this token matched this verifier" and nothing about any other.
TEST_F(VerifiedCredentialsTest, AnEntryIsOneTokenAgainstOneVerifier) {
  const auto table = TableOf(64);
  table->Insert(TokenHash(1), VerifierOf(1), "acme");
  EXPECT_TRUE(table->Contains(TokenHash(1), VerifierOf(1)));
  EXPECT_FALSE(table->Contains(TokenHash(2), VerifierOf(1)));
  EXPECT_FALSE(table->Contains(TokenHash(1), VerifierOf(2)));
  for (std::size_t at = 0; at < 16; ++at) {
    base::Verifier other = VerifierOf(1);
    other.salt[at] ^= 1;
    EXPECT_FALSE(table->Contains(TokenHash(1), other)) << at;
  }
  for (std::size_t at = 0; at < 32; ++at) {
    base::Verifier other = VerifierOf(1);
    other.hash[at] ^= 1;
    EXPECT_FALSE(table->Contains(TokenHash(1), other)) << at;
  }
  crypto::Hash128 half = TokenHash(1);
  half.high ^= 1;
  EXPECT_FALSE(table->Contains(half, VerifierOf(1))) << "all 128 bits count";
  EXPECT_FALSE(TableOf(64)->Contains({}, base::Verifier())) << "an empty place is empty";
}

// hazard C22: memory is bounded; what is used stays before what is not.
TEST_F(VerifiedCredentialsTest, ForgetsTheLeastRecentlyUsed) {
  const auto table = TableOf(1);
  table->Insert(TokenHash(1), VerifierOf(1), "acme");
  table->Insert(TokenHash(2), VerifierOf(2), "acme");
  for (std::uint64_t n = 3; n <= 5'000; ++n) {
    table->Insert(TokenHash(n), VerifierOf(n), "acme");
    ASSERT_TRUE(table->Contains(TokenHash(n), VerifierOf(n)));
    ASSERT_TRUE(table->Contains(TokenHash(1), VerifierOf(1))) << "it was just used";
  }
  EXPECT_FALSE(table->Contains(TokenHash(2), VerifierOf(2)));
}

// hazard C22: an account that fills the table takes its own places only.
TEST_F(VerifiedCredentialsTest, NoAccountTakesThePlacesOfOthers) {
  const auto table = TableOf(1);
  table->Insert(TokenHash(1), VerifierOf(1), "small");
  table->Insert(TokenHash(2), VerifierOf(2), "another");
  for (std::uint64_t n = 3; n <= 5'000; ++n) table->Insert(TokenHash(n), VerifierOf(n), "large");
  EXPECT_TRUE(table->Contains(TokenHash(1), VerifierOf(1)));
  EXPECT_TRUE(table->Contains(TokenHash(2), VerifierOf(2)));
  EXPECT_TRUE(table->Contains(TokenHash(5'000), VerifierOf(5'000)));
}

// hazard C22: as many as were asked for find room.
TEST_F(VerifiedCredentialsTest, HoldsItsCapacity) {
  const auto table = TableOf(10'000);
  for (std::uint64_t n = 0; n < 10'000; ++n) table->Insert(TokenHash(n), VerifierOf(n), "acme");
  int kept = 0;
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    kept += table->Contains(TokenHash(n), VerifierOf(n)) ? 1 : 0;
  }
  EXPECT_GE(kept, 9'990);
}

}  // namespace
}  // namespace latchkey::cache
