// The regular expression that is given to offline scanners.
#include <random>
#include <string>

// g++ 12 with -fsanitize=address warns about members of a std::function inside its own <regex>.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <regex>

#include "gtest/gtest.h"

#include "engine/codec/token.h"
#include "tests/codec/token_sample.h"

namespace latchkey::codec {
namespace {

// domain K-8
TEST(TokenPattern, MatchesTokensAndNotTheirTruncations) {
  std::mt19937_64 random(3);
  for (const char* prefix : {"lk", "a", "AcmeCloud", "a1b"}) {
    const std::regex pattern(TokenPattern(prefix));
    for (int round = 0; round < 20; ++round) {
      const std::string token = RandomToken(prefix, random);
      EXPECT_TRUE(std::regex_match(token, pattern)) << token;
      EXPECT_TRUE(std::regex_search("key=\"" + token + "\";", pattern)) << token;
      EXPECT_FALSE(std::regex_match(token + "z", pattern));
      EXPECT_FALSE(std::regex_search(token.substr(1), pattern));
      for (std::size_t size = 0; size < token.size(); ++size) {
        EXPECT_FALSE(std::regex_search(token.substr(0, size), pattern)) << size;
      }
    }
  }
}

// domain K-8: published, so it changes for no reason of ours.
TEST(TokenPattern, IsThePublishedOne) { EXPECT_EQ(TokenPattern("lk"), "lk1_[0-9A-Za-z]{86}"); }

}  // namespace
}  // namespace latchkey::codec
