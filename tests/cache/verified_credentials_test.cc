// What was verified, in bounded memory, and never more than that.
#include "engine/cache/verified_credentials.h"

#include <gtest/gtest.h>

namespace latchkey::cache {
namespace {

crypto::Hash128 TokenHash(std::uint64_t n) { return {n * 0x9E3779B97F4A7C15U, n}; }

base::Verifier VerifierOf(std::uint8_t n) {
  base::Verifier verifier;
  verifier.salt.fill(n);
  verifier.hash.fill(static_cast<std::uint8_t>(n + 1));
  return verifier;
}

// hazard K5: an entry says "this token matched this verifier" and nothing about any other.
TEST(VerifiedCredentials, AnEntryIsOneTokenAgainstOneVerifier) {
  VerifiedCredentials table(64);
  table.Insert(TokenHash(1), VerifierOf(1));
  EXPECT_TRUE(table.Contains(TokenHash(1), VerifierOf(1)));
  EXPECT_FALSE(table.Contains(TokenHash(2), VerifierOf(1)));
  EXPECT_FALSE(table.Contains(TokenHash(1), VerifierOf(2)));
  base::Verifier same_salt = VerifierOf(1);
  same_salt.hash[0] ^= 1;
  EXPECT_FALSE(table.Contains(TokenHash(1), same_salt));
  crypto::Hash128 half = TokenHash(1);
  half.high ^= 1;
  EXPECT_FALSE(table.Contains(half, VerifierOf(1))) << "all 128 bits count";
  EXPECT_FALSE(VerifiedCredentials(64).Contains({}, base::Verifier())) << "an empty place is empty";
}

// hazard C22 as far as built: memory is bounded; what is used stays before what is not.
TEST(VerifiedCredentials, ForgetsTheLeastRecentlyUsed) {
  VerifiedCredentials table(8);  // one set of eight
  for (std::uint8_t n = 0; n < 8; ++n) table.Insert(TokenHash(n + 1U), VerifierOf(n));
  ASSERT_TRUE(table.Contains(TokenHash(1), VerifierOf(0)));
  table.Insert(TokenHash(100), VerifierOf(100));
  EXPECT_TRUE(table.Contains(TokenHash(1), VerifierOf(0))) << "it was just used";
  EXPECT_FALSE(table.Contains(TokenHash(2), VerifierOf(1))) << "the oldest went";
  EXPECT_TRUE(table.Contains(TokenHash(100), VerifierOf(100)));
}

}  // namespace
}  // namespace latchkey::cache
