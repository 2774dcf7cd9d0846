// Strict UTF-8 against a decoder of another kind; the bridge between the two string views.
//
// Method: engine/base/text.cc follows the table of well-formed byte sequences. The decoder here
// follows the arithmetic of RFC 3629 instead: it decodes first and judges the value afterwards.
// Both judge *all* strings of 1, 2 and 3 bytes and the edges of 4.
#include "engine/base/text.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace latchkey::base {
namespace {

int LeadingOnes(unsigned char byte) {
  int ones = 0;
  for (int bit = 7; bit >= 0 && (byte >> bit & 1) != 0; --bit) ++ones;
  return ones;
}

// The shortest form's length of `value`.
int ShortestForm(std::uint32_t value) {
  if (value < 0x80) return 1;
  if (value < 0x800) return 2;
  return value < 0x10000 ? 3 : 4;
}

// Decodes one character off the front; false if there is none.
bool TakeCharacter(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const int ones = LeadingOnes(lead);
  if (ones == 1 || ones > 4) return false;
  const int length = ones == 0 ? 1 : ones;
  if (text.size() < static_cast<std::size_t>(length)) return false;
  std::uint32_t value = ones == 0 ? lead : lead & (0x7FU >> ones);
  for (int i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[static_cast<std::size_t>(i)]);
    if (LeadingOnes(byte) != 1) return false;
    value = value << 6 | (byte & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (ShortestForm(value) != length || surrogate || value > 0x10FFFF) return false;
  text.remove_prefix(static_cast<std::size_t>(length));
  return true;
}

std::optional<std::size_t> SlowUtf8Length(std::string_view text) {
  std::size_t characters = 0;
  for (; !text.empty(); ++characters) {
    if (!TakeCharacter(text)) return std::nullopt;
  }
  return characters;
}

// Number of the strings of `size` bytes on which the two disagree.
int Disagreements(std::size_t size) {
  int disagreements = 0;
  std::string text(size, '\0');
  const std::uint32_t end = 1U << (8 * size);
  for (std::uint32_t all = 0; all < end; ++all) {
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(all >> (8 * i));
    disagreements += Utf8Length(text) == SlowUtf8Length(text) ? 0 : 1;
  }
  return disagreements;
}

// hazard C32
TEST(Utf8Length, AgreesWithTheDecoderOnAllShortStrings) {
  EXPECT_EQ(Disagreements(1), 0);
  EXPECT_EQ(Disagreements(2), 0);
  EXPECT_EQ(Disagreements(3), 0);
}

// hazard C32: each byte of four at and beside every bound that matters.
TEST(Utf8Length, AgreesWithTheDecoderAtTheEdgesOfFourBytes) {
  constexpr unsigned char kLeads[] = {0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF};
  constexpr unsigned char kEdges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
  for (const unsigned char a : kLeads) {
    for (unsigned b = 0; b < 256; ++b) {
      for (const unsigned char c : kEdges) {
        for (const unsigned char d : kEdges) {
          const unsigned char bytes[] = {a, static_cast<unsigned char>(b), c, d};
          const std::string_view text(reinterpret_cast<const char*>(bytes), sizeof bytes);
          ASSERT_EQ(Utf8Length(text), SlowUtf8Length(text)) << +a << " " << b << " " << +c;
        }
      }
    }
  }
}

// Known answers, so that both cannot be wrong alike.
TEST(Utf8Length, CountsCharactersNotBytes) {
  EXPECT_EQ(Utf8Length(""), 0U);
  EXPECT_EQ(Utf8Length(std::string_view("a\0b", 3)), 3U);
  EXPECT_EQ(Utf8Length("na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x94\x91"), 9U);
  EXPECT_EQ(Utf8Length("\xF4\x8F\xBF\xBF"), 1U);            // U+10FFFF
  EXPECT_EQ(Utf8Length("\xF4\x90\x80\x80"), std::nullopt);  // U+110000
  EXPECT_EQ(Utf8Length("\xED\x9F\xBF"), 1U);                // U+D7FF
  EXPECT_EQ(Utf8Length("\xED\xA0\x80"), std::nullopt);      // the first surrogate
  EXPECT_EQ(Utf8Length("\xC0\x80"), std::nullopt);          // an overlong zero
  EXPECT_EQ(Utf8Length("\xF0\x82\x82\xAC"), std::nullopt);  // an overlong euro sign
  EXPECT_EQ(Utf8Length("abc\xE2\x82"), std::nullopt);       // cut in the middle
}

TEST(IsPrintableAscii, TakesExactlyTheVisibleBytes) {
  EXPECT_TRUE(IsPrintableAscii(""));
  for (int byte = 0; byte < 256; ++byte) {
    const char text[] = {'a', static_cast<char>(byte), 'z'};
    EXPECT_EQ(IsPrintableAscii({text, sizeof text}), byte > ' ' && byte < 127) << byte;
  }
}

TEST(TextBridge, KeepsPointerAndLength) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(ToAbsl(text).data(), text.data());
  EXPECT_EQ(ToAbsl(text).size(), 3U);
  EXPECT_EQ(ToStd(ToAbsl(text)).data(), text.data());
  EXPECT_EQ(ToStd(ToAbsl(text)), text);
  EXPECT_TRUE(ToStd(ToAbsl({})).empty());
}

}  // namespace
}  // namespace latchkey::base
