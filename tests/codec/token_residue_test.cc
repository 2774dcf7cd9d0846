// What the work with a token leaves on the stack: nothing of its secret.
//
// Method: the code runs deep in the stack, which is then read through /proc/self/mem. What the test
// itself holds is static or on the heap.
#include <string.h>  // explicit_bzero

#include <string>

#include "gtest/gtest.h"

#include "engine/codec/token.h"
#include "tests/base/own_memory.h"
#include "tests/codec/token_sample.h"

namespace latchkey::codec {
namespace {

// The sample's fields under another secret, in static memory.
TokenFields& Canary() {
  static TokenFields fields;
  for (std::size_t i = 0; i < fields.secret.size(); ++i) {
    fields.secret[i] = static_cast<std::uint8_t>(i * 37 + 11);
  }
  return fields;
}

bool StackHoldsTheSecret() {
  return testing::StackBelowHolds(Canary().secret.data(), Canary().secret.size());
}

[[gnu::noinline]] void LeaveOnTheStack() {
  volatile std::uint8_t copy[32];
  for (std::size_t i = 0; i < sizeof copy; ++i) copy[i] = Canary().secret[i];
}

// Decodes and wipes the one copy that the caller is given.
[[gnu::noinline]] bool DecodeAndWipe(std::string_view token) {
  std::optional<TokenFields> fields = Decode("lk", token);
  const bool right = fields.has_value() && fields->secret == Canary().secret;
  if (fields.has_value()) explicit_bzero(&*fields, sizeof *fields);
  return right;
}

// The control: the look finds what a careless function leaves.
TEST(TokenResidue, IsSeenWhereThereIsSome) {
  testing::RunDeepInTheStack(LeaveOnTheStack);
  EXPECT_TRUE(StackHoldsTheSecret());
  // And is gone before the next test.
  testing::RunDeepInTheStack([] {
    char fodder[256];
    explicit_bzero(fodder, sizeof fodder);
  });
  EXPECT_FALSE(StackHoldsTheSecret());
}

// hazard K12
TEST(TokenResidue, IsNotLeftByWriting) {
  static char out[128];
  testing::RunDeepInTheStack(
      [] { (void)FinishToken(out, WriteTokenHead("lk", Canary(), out), kSampleTag); });
  EXPECT_FALSE(StackHoldsTheSecret());
}

// hazard K12: the one copy is the caller's.
TEST(TokenResidue, IsNotLeftByDecoding) {
  const std::string token = MakeToken("lk", Canary(), kSampleTag);
  bool decoded = false;
  testing::RunDeepInTheStack([&] { decoded = DecodeAndWipe(token); });
  EXPECT_TRUE(decoded);
  EXPECT_FALSE(StackHoldsTheSecret());
}

// hazard K12: the secret is decoded before the tag turns out to be no number.
TEST(TokenResidue, IsNotLeftByARefusal) {
  std::string token = MakeToken("lk", Canary(), kSampleTag);
  token = WithRightCrc(token.replace(token.size() - 17, 11, "zzzzzzzzzzz"));
  bool decoded = true;
  testing::RunDeepInTheStack([&] { decoded = DecodeAndWipe(token); });
  EXPECT_FALSE(decoded);
  EXPECT_FALSE(StackHoldsTheSecret());
}

// hazard K12
TEST(TokenResidue, IsNotLeftByAScan) {
  const std::string token = MakeToken("lk", Canary(), kSampleTag);
  int found = 0;
  testing::RunDeepInTheStack(
      [&] { ScanForTokens("lk", token, [&](std::string_view) { ++found; }); });
  EXPECT_EQ(found, 1);
  EXPECT_FALSE(StackHoldsTheSecret());
}

}  // namespace
}  // namespace latchkey::codec
