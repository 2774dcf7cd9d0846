// Base62: one text per number and one number per text.
//
// Method: exhaustive on small fields; the code has one loop for all widths, so what holds for all
// texts of 2, 3 and 4 digits is checked at the edges only for 11, 22 and 43.
#include "engine/codec/base62.h"

#include <array>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace latchkey::codec {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

using Bytes = std::vector<std::uint8_t>;

std::string TextOf(const Bytes& number, std::size_t digits) {
  std::string text(digits, '?');
  EncodeBase62(number, text);
  return text;
}

// The text of `value` by the definition of a positional system.
std::string SlowTextOf(std::uint64_t value, std::size_t digits) {
  std::string text;
  for (std::size_t i = 0; i < digits; ++i, value /= 62)
    text.insert(text.begin(), kDigits[value % 62]);
  return text;
}

Bytes BytesOf(std::uint64_t value, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = size; i-- > 0; value >>= 8) bytes[i] = static_cast<std::uint8_t>(value);
  return bytes;
}

// Decodes all texts of `digits` digits in order: text n is number n as long as it fits `size`
// bytes, and is refused from there on.
void CheckAllTexts(std::size_t digits, std::size_t size) {
  std::uint64_t texts = 1;
  for (std::size_t i = 0; i < digits; ++i) texts *= 62;
  const std::uint64_t numbers = std::uint64_t{1} << (8 * size);
  Bytes number(size);
  std::string encoded(digits, '?');
  for (std::uint64_t value = 0; value < texts; ++value) {
    const std::string text = SlowTextOf(value, digits);
    const bool fits = value < numbers;
    ASSERT_EQ(DecodeBase62(text, number), fits) << text;
    ASSERT_EQ(number, BytesOf(fits ? value : 0, size)) << text;
    if (!fits) continue;
    EncodeBase62(number, encoded);
    ASSERT_EQ(encoded, text);
    EncodeBase62(value, encoded);
    ASSERT_EQ(encoded, text);
  }
}

// hazard C3: exhaustive. One byte in 2 digits: 256 of 3,844 texts are numbers. Two bytes in 3.
TEST(Base62, HasOneTextPerNumberOnSmallFields) {
  CheckAllTexts(1, 1);
  CheckAllTexts(2, 1);
  CheckAllTexts(3, 1);
  CheckAllTexts(3, 2);
}

// hazard C3: the field of the secret number, all 238,328 texts of its lower three digits and the
// edges of its four.
TEST(Base62, FourDigitsAlwaysFitFourBytes) {
  CheckAllTexts(3, 4);
  Bytes number(4);
  EXPECT_TRUE(DecodeBase62("zzzz", number));
  EXPECT_EQ(number, BytesOf(14776335, 4));
  EXPECT_EQ(TextOf(number, 4), "zzzz");
}

struct Edge {
  std::size_t bytes;
  std::string_view largest;  // 2^(8 * bytes) - 1
  std::string_view beyond;   // 2^(8 * bytes)
};

// Made with Python: repeated divmod(2**BITS - 1, 62) and divmod(2**BITS, 62), padded with '0'.
constexpr Edge kEdges[] = {
    {4, "4gfFC3", "4gfFC4"},
    {8, "LygHa16AHYF", "LygHa16AHYG"},
    {16, "7n42DGM5Tflk9n8mt7Fhc7", "7n42DGM5Tflk9n8mt7Fhc8"},
    {32, "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1",
     "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp2"},
};

// hazard C3, K10: a value of 2^32, 2^64, 2^128 or 2^256 and more is no number.
TEST(Base62, EndsExactlyAtTheLargestNumber) {
  for (const Edge& edge : kEdges) {
    const Bytes largest(edge.bytes, 0xFF);
    Bytes number(edge.bytes);
    EXPECT_EQ(TextOf(largest, edge.largest.size()), edge.largest);
    EXPECT_TRUE(DecodeBase62(edge.largest, number)) << edge.bytes;
    EXPECT_EQ(number, largest);
    EXPECT_FALSE(DecodeBase62(edge.beyond, number)) << edge.bytes;
    EXPECT_EQ(number, Bytes(edge.bytes)) << "nothing is left of a refused text";
    EXPECT_FALSE(DecodeBase62(std::string(edge.largest.size(), 'z'), number)) << edge.bytes;
    EXPECT_TRUE(DecodeBase62(std::string(edge.largest.size(), '0'), number)) << edge.bytes;
    EXPECT_EQ(number, Bytes(edge.bytes));
  }
}

// hazard C2: whatever byte stands in whatever place, only the 62 digits are taken.
TEST(Base62, RefusesEveryOtherByteInEveryPlace) {
  for (std::size_t at = 0; at < 43; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(43, '0');
      text[at] = static_cast<char>(byte);
      const bool digit = kDigits.find(text[at]) != std::string_view::npos;
      Bytes number(33);  // one byte more than the widest field: every text of digits fits
      ASSERT_EQ(DecodeBase62(text, number), digit) << at << " " << byte;
      ASSERT_EQ(IsBase62(text), digit) << at << " " << byte;
    }
  }
}

// hazard C2: the check by eights, at every length and place.
TEST(Base62, IsBase62LooksAtEveryByte) {
  EXPECT_TRUE(IsBase62(""));
  EXPECT_TRUE(IsBase62(kDigits));
  for (std::size_t size = 1; size < 90; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'z');
      ASSERT_TRUE(IsBase62(text));
      text[at] = '_';
      ASSERT_FALSE(IsBase62(text)) << size << " " << at;
    }
  }
}

TEST(Base62DeathTest, ANumberThatDoesNotFitIsOurOwnMistake) {
  std::array<char, 2> two;
  EXPECT_DEATH(EncodeBase62(62 * 62, two), "fits its digits");
  EXPECT_DEATH(EncodeBase62(Bytes{0x0F, 0x04}, two), "fits its digits");
  EXPECT_DEATH(EncodeBase62(Bytes(33), two), "at most 32 bytes");
}

}  // namespace
}  // namespace latchkey::codec
