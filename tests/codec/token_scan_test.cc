// Finding tokens in text that was not written for it.
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "engine/codec/token.h"
#include "tests/codec/token_sample.h"

namespace latchkey::codec {
namespace {

std::vector<std::string> Found(std::string_view blob, std::string_view prefix = "lk") {
  std::vector<std::string> found;
  ScanForTokens(prefix, blob, [&](std::string_view token) { found.emplace_back(token); });
  return found;
}

using Tokens = std::vector<std::string>;

struct Sample {
  std::mt19937_64 random{4};
  std::string a = RandomToken("lk", random);
  std::string b = RandomToken("lk", random);
};

// domain K-12
TEST(ScanForTokens, FindsTokensWhereTheyLeak) {
  const Sample s;
  const std::string places[] = {
      "%",
      "curl -H 'Authorization: Bearer %' https://example.com",
      R"({"apikey":"%","name":"ci"})",
      R"({\"apikey\":\"%\"})",
      "https://example.com/?k=%&page=2",
      "https://lk:%@example.com/",
      "static const char* kKey = \"%\";  // lk1_",
      "export LK_KEY=%\r\n",
      "lk1_lk1_%",
      "my_lk1_%_backup",
      "xlk1_%",
      std::string("\0\xFF%\x80", 4),
  };
  for (std::string place : places) {
    place.replace(place.find('%'), 1, s.a);
    EXPECT_EQ(Found(place), Tokens{s.a}) << place;
  }
}

// domain K-12: in the order in which they stand, and also where nothing lies between them.
TEST(ScanForTokens, FindsAdjacentAndRepeatedTokens) {
  const Sample s;
  EXPECT_EQ(Found(s.a + s.b), (Tokens{s.a, s.b}));
  EXPECT_EQ(Found(s.a + s.a + "," + s.b), (Tokens{s.a, s.a, s.b}));
  EXPECT_EQ(Found(s.a + "\n" + s.b + "\n"), (Tokens{s.a, s.b}));
}

// A token whose last three characters are the opening of the next: only a scan that does not skip
// what it found sees the second. The CRC must end in "lk1": secrets are tried until it does.
TEST(ScanForTokens, FindsOverlappingTokens) {
  std::mt19937_64 random(5);
  std::string first;
  while (!first.ends_with("lk1")) first = RandomToken("lk", random);
  const std::string second = RandomToken("lk", random);
  EXPECT_EQ(Found(first + second.substr(3)), (Tokens{first, second}));
}

// Neither the form alone nor the CRC alone is enough.
TEST(ScanForTokens, FindsNothingElse) {
  const Sample s;
  std::string wrong_crc = s.a;
  wrong_crc.back() = wrong_crc.back() == '0' ? '1' : '0';
  std::string too_large = s.a;
  too_large.replace(4, 22, std::string(22, 'z'));
  EXPECT_EQ(Found(""), Tokens{});
  EXPECT_EQ(Found("_"), Tokens{});
  EXPECT_EQ(Found("lk1_"), Tokens{});
  EXPECT_EQ(Found(wrong_crc), Tokens{});
  EXPECT_EQ(Found(WithRightCrc(too_large)), Tokens{});
  EXPECT_EQ(Found(s.a, "kl"), Tokens{});
  EXPECT_EQ(Found("k1_" + s.a.substr(4)), Tokens{});
}

TEST(ScanForTokens, FindsATokenThatIsCutNowhere) {
  const Sample s;
  for (std::size_t size = 0; size < s.a.size(); ++size) {
    EXPECT_EQ(Found(s.a.substr(0, size)), Tokens{}) << size;
    EXPECT_EQ(Found(s.a.substr(s.a.size() - size)), Tokens{}) << size;
  }
}

// Against the definition: every stretch of the right length, tried one by one.
TEST(ScanForTokens, AgreesWithTryingEveryPlace) {
  std::mt19937_64 random(6);
  const std::string pieces[] = {"lk1_", "lk", "1_", "_", "z", "lk1_lk1_", std::string(86, '0')};
  for (int round = 0; round < 300; ++round) {
    std::string blob;
    for (int i = 0; i < 12; ++i) {
      const std::string token = RandomToken("lk", random);
      const std::size_t pick = random() % 12;
      blob +=
          pick < std::size(pieces) ? pieces[pick] : token.substr(0, pick == 8 ? random() % 90 : 90);
    }
    Tokens slow;
    for (std::size_t at = 0; at < blob.size(); ++at) {
      const std::string_view stretch = std::string_view(blob).substr(at, TokenLength("lk"));
      if (Decode("lk", stretch).has_value()) slow.emplace_back(stretch);
    }
    ASSERT_EQ(Found(blob), slow) << blob;
  }
}

// Blobs of 16 MiB made of what keeps a scan busy. Were it quadratic, each would take hours, and the
// limit on the time of any test would end it.
TEST(ScanForTokens, IsLinearOnAdversarialBlobs) {
  constexpr std::size_t kSize = 16 << 20;
  const std::string units[] = {"lk1_",
                               "_",
                               "lk1_z",
                               "l",
                               "lk1_" + std::string(85, 'z') + "_",
                               "lk1_" + std::string(86, 'z')};
  for (const std::string& unit : units) {
    std::string blob;
    while (blob.size() < kSize) blob += unit;
    EXPECT_EQ(Found(blob), Tokens{});
  }
  EXPECT_EQ(Found("lk1_" + std::string(kSize, 'z')), Tokens{});
}

}  // namespace
}  // namespace latchkey::codec
