#include "engine/base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace latchkey::base {
namespace {

// Length of the well-formed sequence that starts at `text`, 0 if there is none (Unicode 15, table
// 3-7: the second byte's range depends on the first).
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

// How many bytes of ASCII `text` begins with, as far as whole words of them go: all of it, if it is
// ASCII throughout. Nearly every text is.
std::size_t AsciiRun(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080U;
  std::uint64_t word = 0;
  std::size_t at = 0;
  for (; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & kHighBits) != 0) return at;
  }
  std::uint8_t high = 0;
  for (std::size_t i = at; i < text.size(); ++i) high |= static_cast<std::uint8_t>(text[i]);
  return high < 0x80 ? text.size() : at;
}

}  // namespace

std::optional<std::size_t> Utf8Length(std::string_view text) {
  std::size_t characters = AsciiRun(text);
  text.remove_prefix(characters);
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) return std::nullopt;
    text.remove_prefix(length);
    ++characters;
  }
  return characters;
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
}

}  // namespace latchkey::base
