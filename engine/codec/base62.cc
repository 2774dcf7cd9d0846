#include "engine/codec/base62.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/invariant.h"

namespace latchkey::codec {
namespace {

// A number, its most significant part first.
using Limbs = std::array<std::uint32_t, kBase62BytesMax / sizeof(std::uint32_t)>;

// As many digits as a remainder of 32 bits has room for.
constexpr std::size_t kGroupDigits = 5;
constexpr std::uint64_t kGroupBase = 62ULL * 62 * 62 * 62 * 62;
static_assert(kGroupBase < std::uint64_t{1} << 32);

// All ones if `a` < `b`, else 0. Both are below 2^31.
constexpr std::uint32_t IfLess(std::uint32_t a, std::uint32_t b) { return 0U - ((a - b) >> 31); }

// '0'..'9', 'A'..'Z', 'a'..'z' without a table: the gaps between the ranges are added by mask.
constexpr char DigitOf(std::uint32_t value) {
  return static_cast<char>('0' + value + (~IfLess(value, 10) & ('A' - '9' - 1)) +
                           (~IfLess(value, 36) & ('a' - 'Z' - 1)));
}

// All ones if `low` <= `byte` <= `high`, else 0.
constexpr std::uint32_t IfWithin(std::uint32_t byte, char low, char high) {
  return ~IfLess(byte, static_cast<std::uint32_t>(low)) &
         IfLess(byte, static_cast<std::uint32_t>(high) + 1);
}

// 0..61, or with bit 31 set if `digit` is no digit.
constexpr std::uint32_t ValueOf(char digit) {
  const std::uint32_t byte = static_cast<unsigned char>(digit);
  const std::uint32_t number = IfWithin(byte, '0', '9');
  const std::uint32_t upper = IfWithin(byte, 'A', 'Z');
  const std::uint32_t lower = IfWithin(byte, 'a', 'z');
  return (number & (byte - '0')) | (upper & (byte - 'A' + 10)) | (lower & (byte - 'a' + 36)) |
         (~(number | upper | lower) & 0x80000000U);
}

constexpr std::uint64_t EightTimes(unsigned char byte) { return byte * 0x0101010101010101U; }
constexpr std::uint64_t kHighBits = EightTimes(0x80);

// The high bit of each byte of `word` that is at least `least`. Both are below 0x80.
constexpr std::uint64_t AtLeast(std::uint64_t word, char least) {
  return ((word | kHighBits) - EightTimes(static_cast<unsigned char>(least))) & kHighBits;
}

// Not 0 if one of eight bytes is no digit. Eight at a time, because this check meets every token
// that is presented; letters are compared in lower case.
std::uint64_t NoDigits(const char* eight) {
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  const std::uint64_t folded = word | EightTimes('a' - 'A');
  const std::uint64_t number = AtLeast(word, '0') & ~AtLeast(word, '9' + 1);
  const std::uint64_t letter = AtLeast(folded, 'a') & ~AtLeast(folded, 'z' + 1);
  return (word | ~(number | letter)) & kHighBits;
}

}  // namespace

void EncodeBase62(std::uint64_t number, std::span<char> digits) {
  for (std::size_t at = digits.size(); at-- > 0; number /= 62) {
    digits[at] = DigitOf(static_cast<std::uint32_t>(number % 62));
  }
  LATCHKEY_INVARIANT(number == 0, "the number fits its digits");
}

void EncodeBase62(std::span<const std::uint8_t> number, std::span<char> digits) {
  LATCHKEY_INVARIANT(number.size() <= kBase62BytesMax, "a number of at most 32 bytes");
  Limbs rest{};
  for (std::size_t i = 0; i < number.size(); ++i) {
    const std::size_t place = kBase62BytesMax - number.size() + i;
    rest[place / 4] |= std::uint32_t{number[i]} << (24 - place % 4 * 8);
  }
  std::uint64_t left = 0;
  for (std::size_t at = digits.size(); at > 0;) {
    // One long division; that by a constant is a multiplication on our targets.
    std::uint64_t group = 0;
    for (std::uint32_t& limb : rest) {
      const std::uint64_t part = group << 32 | limb;
      limb = static_cast<std::uint32_t>(part / kGroupBase);
      group = part % kGroupBase;
    }
    for (std::size_t i = 0; i < kGroupDigits && at > 0; ++i) {
      digits[--at] = DigitOf(static_cast<std::uint32_t>(group % 62));
      group /= 62;
    }
    left |= group;
  }
  // What is left is zero: nothing to wipe.
  for (const std::uint32_t limb : rest) left |= limb;
  LATCHKEY_INVARIANT(left == 0, "the number fits its digits");
}

bool DecodeBase62(std::string_view digits, std::span<std::uint8_t> number) {
  std::fill(number.begin(), number.end(), std::uint8_t{0});
  std::uint32_t refused = 0;
  for (const char digit : digits) {
    const std::uint32_t value = ValueOf(digit);
    refused |= value >> 31;
    std::uint32_t carry = value & 0x3F;
    for (std::size_t i = number.size(); i-- > 0;) {
      carry += number[i] * 62U;
      number[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    refused |= carry;
  }
  if (refused == 0) return true;
  if (!number.empty()) explicit_bzero(number.data(), number.size());
  return false;
}

bool IsBase62(std::string_view text) {
  std::uint64_t refused = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) refused |= NoDigits(text.data() + at);
  std::array<char, 8> rest;
  rest.fill('0');
  std::copy(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), rest.begin());
  return (refused | NoDigits(rest.data())) == 0;
}

}  // namespace latchkey::codec
