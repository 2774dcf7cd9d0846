// The token's text: one spelling per token, nothing else is one.
#include "engine/codec/token.h"

#include <array>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>

#include "gtest/gtest.h"

#include "engine/codec/base62.h"
#include "tests/codec/token_sample.h"

namespace latchkey::codec {
namespace {

constexpr std::size_t kHead = 4;  // "lk1_"

bool Same(const TokenFields& a, const TokenFields& b) {
  return a.key_id == b.key_id && a.secret_number == b.secret_number && a.secret == b.secret;
}

// domain K-8
TEST(TokenPrefix, IsLettersAndDigitsBetweenLetters) {
  for (const char* good : {"lk", "a", "Z", "AcmeCloud", "a1b", "abcdefghijklmnop"}) {
    EXPECT_TRUE(IsTokenPrefix(good)) << good;
  }
  for (const char* bad : {"", "1a", "a1", "lk_", "_lk", "l-k", "l k", " lk", "lk ", "l\xC3\xA9k",
                          "abcdefghijklmnopq", "lk\n"}) {
    EXPECT_FALSE(IsTokenPrefix(bad)) << bad;
  }
  EXPECT_FALSE(IsTokenPrefix(std::string_view("l\0k", 3)));
}

// domain K-8, against a token made without this code.
TEST(Token, IsWrittenAsPublished) {
  EXPECT_EQ(MakeToken("lk", SampleFields(), kSampleTag), kSampleToken);
  EXPECT_EQ(TokenLength("lk"), kSampleToken.size());
  EXPECT_EQ(MakeToken("AcmeCloud", SampleFields(), kSampleTag),
            "AcmeCloud1_000SYW7RiJxkEgOGusQGwp0010UTJ58rYrgZIquWVfkfbxYLgUC62ZqGtExHZJdPsKoCF063Uf"
            "DVRKBz2betZs");
}

// domain K-8: head, tag and CRC lie where the format says, and the tag covers all before it.
TEST(Token, SplitsIntoHeadTagAndCrc) {
  const std::optional<TokenText> text = SplitToken("lk", kSampleToken);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->head, kSampleToken.substr(0, kHead + 22 + 4 + 43));
  EXPECT_EQ(text->tag, "063UfDVRKBz");
  EXPECT_EQ(text->crc, "2Fi9Hd");
  EXPECT_TRUE(IsTag(kSampleTag, text->tag));
}

// hazard C4: a tag has one spelling, of eleven digits; what lies above 2^64 is none.
TEST(Token, ATagIsElevenDigits) {
  EXPECT_TRUE(IsTag(0, "00000000000"));
  EXPECT_TRUE(IsTag(18446744073709551615U, "LygHa16AHYF"));
  EXPECT_FALSE(IsTag(0, "LygHa16AHYG")) << "2^64";
  EXPECT_FALSE(IsTag(0, "0000000000"));
  EXPECT_FALSE(IsTag(0, "000000000000"));
  EXPECT_FALSE(IsTag(0, ""));
  std::mt19937_64 random(4);
  for (int round = 0; round < 10'000; ++round) {
    const std::uint64_t tag = random() >> random() % 64;
    std::string text(11, '?');
    EncodeBase62(tag, text);
    ASSERT_TRUE(IsTag(tag, text)) << text;
    ASSERT_FALSE(IsTag(tag ^ std::uint64_t{1} << random() % 64, text)) << text;
    text[random() % text.size()] ^= '\x01';
    ASSERT_FALSE(IsTag(tag, text)) << text;
  }
}

TEST(Token, DecodesWhatWasWritten) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    TokenFields fields;
    for (std::uint8_t& byte : fields.key_id) byte = static_cast<std::uint8_t>(random());
    for (std::uint8_t& byte : fields.secret) byte = static_cast<std::uint8_t>(random());
    fields.secret_number = static_cast<std::uint32_t>(random() % (kSecretNumberMax + 1));
    const std::string token = MakeToken("lk", fields, random());
    const std::optional<TokenFields> decoded = Decode("lk", token);
    ASSERT_TRUE(decoded.has_value()) << token;
    ASSERT_TRUE(Same(*decoded, fields)) << token;
  }
}

TEST(Token, DecodesTheEdgesOfEachField) {
  for (const std::uint8_t byte : std::initializer_list<std::uint8_t>{0x00, 0xFF}) {
    for (const std::uint32_t number : {0U, 61U, 62U, 255U, 256U, kSecretNumberMax}) {
      TokenFields fields;
      fields.key_id.fill(byte);
      fields.secret.fill(byte);
      fields.secret_number = number;
      const std::uint64_t tag = byte == 0 ? 0 : ~std::uint64_t{0};
      const std::optional<TokenFields> decoded = Decode("lk", MakeToken("lk", fields, tag));
      ASSERT_TRUE(decoded.has_value()) << number;
      EXPECT_TRUE(Same(*decoded, fields)) << number;
    }
  }
}

// hazard C1
TEST(SplitToken, RefusesEveryLengthButTheExactOne) {
  const std::string longer = std::string(kSampleToken) + std::string(200, 'z');
  for (std::size_t size = 0; size <= longer.size(); ++size) {
    EXPECT_EQ(SplitToken("lk", longer.substr(0, size)).has_value(), size == kSampleToken.size());
  }
  for (std::size_t from = 1; from <= kSampleToken.size(); ++from) {
    EXPECT_FALSE(SplitToken("lk", kSampleToken.substr(from)).has_value()) << from;
  }
  EXPECT_FALSE(SplitToken("lk", std::string(1 << 20, 'z')).has_value());
}

// hazard C2: every byte in every place: the opening is exact, the rest is of the 62 digits.
TEST(SplitToken, TakesOnlyTheAlphabetAndTheExactOpening) {
  for (std::size_t at = 0; at < kSampleToken.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string token(kSampleToken);
      token[at] = static_cast<char>(byte);
      const bool right = at < kHead ? token[at] == kSampleToken[at]
                                    : kDigits.find(token[at]) != std::string_view::npos;
      ASSERT_EQ(SplitToken("lk", token).has_value(), right) << at << " " << byte;
    }
  }
}

// hazard C2
TEST(SplitToken, RefusesWhatPeopleAndAttackersMakeOfAToken) {
  const std::string rest(kSampleToken.substr(kHead));
  for (const std::string& token :
       {"LK1_" + rest, "lk2_" + rest, "lk1-" + rest, "lk1_" + rest.substr(1) + " ",
        " " + std::string(kSampleToken).substr(0, kSampleToken.size() - 1),
        "lk1_" + rest.substr(0, 84) + "\r\n", std::string(kSampleToken) + "\n",
        " " + std::string(kSampleToken),
        "\xEF\xBD\x8C"
        "k1_" +
            rest.substr(2)}) {
    EXPECT_FALSE(SplitToken("lk", token).has_value()) << token;
  }
}

// hazard C2: the prefix of another embedder, also where the lengths agree.
TEST(SplitToken, RefusesAnotherPrefix) {
  EXPECT_FALSE(SplitToken("kl", kSampleToken).has_value());
  EXPECT_FALSE(SplitToken("l", kSampleToken).has_value());
  EXPECT_FALSE(SplitToken("lka", kSampleToken).has_value());
  EXPECT_FALSE(SplitToken("", kSampleToken).has_value());
}

// hazard C4, the text's part: no other CRC is right, digit by digit.
TEST(DecodeToken, RefusesAWrongCrc) {
  for (std::size_t at = kSampleToken.size() - 6; at < kSampleToken.size(); ++at) {
    for (const char digit : kDigits) {
      std::string token(kSampleToken);
      token[at] = digit;
      EXPECT_EQ(Decode("lk", token).has_value(), token == kSampleToken) << token;
    }
  }
}

// hazard C4: one other digit anywhere, and the CRC is wrong: head and tag are both covered.
TEST(DecodeToken, TheCrcCoversEverythingBeforeIt) {
  for (std::size_t at = kHead; at < kSampleToken.size() - 6; ++at) {
    std::string token(kSampleToken);
    token[at] = token[at] == '0' ? '1' : '0';
    EXPECT_FALSE(Decode("lk", token).has_value()) << at;
    // With the CRC put right the text is a token again, but another one.
    EXPECT_TRUE(Decode("lk", WithRightCrc(token)).has_value()) << at;
  }
}

struct Field {
  const char* name;
  std::size_t at;
  std::string_view largest;
  std::string_view beyond;
};

// 2^128, 2^256 and 2^64, less one and not, made with Python.
constexpr Field kFields[] = {
    {"key id", kHead, "7n42DGM5Tflk9n8mt7Fhc7", "7n42DGM5Tflk9n8mt7Fhc8"},
    {"secret", kHead + 26, "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1",
     "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp2"},
    {"tag", kHead + 69, "LygHa16AHYF", "LygHa16AHYG"},
};

// hazard C3, K10: with a right CRC, so that only the value is wrong. Added 2^n gives no second
// spelling of a token.
TEST(DecodeToken, RefusesAValueThatDoesNotFitItsField) {
  for (const Field& field : kFields) {
    std::string token(kSampleToken);
    token.replace(field.at, field.largest.size(), field.largest);
    EXPECT_TRUE(Decode("lk", WithRightCrc(token)).has_value()) << field.name;
    token.replace(field.at, field.beyond.size(), field.beyond);
    EXPECT_FALSE(Decode("lk", WithRightCrc(token)).has_value()) << field.name;
    token.replace(field.at, field.beyond.size(), std::string(field.beyond.size(), 'z'));
    EXPECT_FALSE(Decode("lk", WithRightCrc(token)).has_value()) << field.name;
  }
}

// hazard C3: any text that decodes is the text that its fields and tag are written as.
TEST(DecodeToken, WhateverDecodesIsCanonical) {
  std::mt19937_64 random(2);
  int decoded = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string token(kSampleToken);
    for (std::size_t at = kHead; at < token.size(); ++at) token[at] = kDigits[random() % 62];
    token = WithRightCrc(token);
    const std::optional<TokenFields> fields = Decode("lk", token);
    if (!fields.has_value()) continue;
    ++decoded;
    std::string written(token.size(), '?');
    const std::size_t head = WriteTokenHead("lk", *fields, written);
    ASSERT_EQ(written.substr(0, head), token.substr(0, head));
  }
  EXPECT_GT(decoded, 100);
}

// hazard C20: a look at the id alone is the id that decoding finds, and takes any bytes.
TEST(PeekKeyId, IsTheIdOfEveryToken) {
  std::mt19937_64 random(3);
  const auto peek = [](std::string_view prefix, std::string_view token) {
    std::array<std::uint8_t, 16> id{};
    return PeekKeyId(prefix, token, id) ? std::optional(id) : std::nullopt;
  };
  EXPECT_EQ(peek("lk", kSampleToken), SampleFields().key_id);
  TokenFields largest;
  largest.key_id.fill(0xFF);
  EXPECT_EQ(peek("lk", MakeToken("lk", largest, 0)), largest.key_id);
  for (int round = 0; round < 10'000; ++round) {
    const std::string token = RandomToken("AcmeCloud", random);
    ASSERT_EQ(peek("AcmeCloud", token), Decode("AcmeCloud", token)->key_id);
  }
  for (std::size_t length = 0; length < 120; ++length) {
    std::string bytes(length, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(peek("lk", bytes).has_value(), length == TokenLength("lk"));
  }
}

TEST(DecodeToken, RefusesPartsOfWrongLengths) {
  const TokenText text = *SplitToken("lk", kSampleToken);
  EXPECT_FALSE(DecodeToken("lk", {}).has_value());
  EXPECT_FALSE(DecodeToken("", text).has_value());
  EXPECT_FALSE(DecodeToken("lkx", text).has_value());
  EXPECT_FALSE(DecodeToken("lk", {text.head, text.tag, {}}).has_value());
  EXPECT_FALSE(DecodeToken("lk", {text.head, {}, text.crc}).has_value());
  EXPECT_FALSE(DecodeToken("lk", {text.head.substr(1), text.tag, text.crc}).has_value());
}

TEST(TokenDeathTest, WritingWhatIsNoTokenIsOurOwnMistake) {
  std::string out(200, '?');
  TokenFields fields;
  EXPECT_DEATH(WriteTokenHead("l_k", fields, out), "valid prefix");
  EXPECT_DEATH(WriteTokenHead("lk", fields, std::span(out).first(89)), "whole token");
  EXPECT_DEATH(FinishToken(std::span(out).first(89), 73, 1), "whole token");
  EXPECT_DEATH(FinishToken(out, 201, 1), "whole token");
  fields.secret_number = kSecretNumberMax + 1;
  EXPECT_DEATH(WriteTokenHead("lk", fields, out), "secret number has 4 digits");
}

}  // namespace
}  // namespace latchkey::codec
