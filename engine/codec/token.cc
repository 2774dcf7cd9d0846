#include "engine/codec/token.h"

#include <string.h>  // explicit_bzero

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/base/invariant.h"
#include "engine/codec/base62.h"
#include "engine/codec/crc32.h"

namespace latchkey::codec {
namespace {

constexpr std::string_view kVersionMark = "1_";
constexpr std::size_t kKeyIdDigits = 22;
constexpr std::size_t kNumberDigits = 4;
constexpr std::size_t kSecretDigits = 43;
constexpr std::size_t kTagDigits = 11;
constexpr std::size_t kCrcDigits = 6;
constexpr std::size_t kHeadDigits = kKeyIdDigits + kNumberDigits + kSecretDigits;
constexpr std::size_t kDigits = kHeadDigits + kTagDigits + kCrcDigits;

std::array<char, kCrcDigits> CrcText(std::uint32_t crc) {
  std::array<char, kCrcDigits> text;
  EncodeBase62(crc, text);
  return text;
}

bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t DigitsStart(std::string_view prefix) { return prefix.size() + kVersionMark.size(); }

bool HasOpening(std::string_view prefix, std::string_view token) {
  return token.substr(0, prefix.size()) == prefix &&
         token.substr(prefix.size(), kVersionMark.size()) == kVersionMark;
}

// Splits by length alone.
TokenText Cut(std::string_view prefix, std::string_view token) {
  const std::size_t head = DigitsStart(prefix) + kHeadDigits;
  return {.head = token.substr(0, head),
          .tag = token.substr(head, kTagDigits),
          .crc = token.substr(head + kTagDigits)};
}

bool HasRightLengths(std::string_view prefix, const TokenText& text) {
  return text.head.size() == DigitsStart(prefix) + kHeadDigits && text.tag.size() == kTagDigits;
}

bool HasRightCrc(const TokenText& text) {
  const auto crc = CrcText(Crc32(text.tag, Crc32(text.head)));
  return text.crc == std::string_view(crc.data(), crc.size());
}

// No call in here branches on the secret before the outcome of all of them is known.
bool DecodeFields(std::string_view digits, TokenFields& fields) {
  std::array<std::uint8_t, 4> number;
  bool canonical = DecodeBase62(digits.substr(0, kKeyIdDigits), fields.key_id);
  canonical &= DecodeBase62(digits.substr(kKeyIdDigits, kNumberDigits), number);
  canonical &= DecodeBase62(digits.substr(kKeyIdDigits + kNumberDigits), fields.secret);
  for (const std::uint8_t byte : number) fields.secret_number = fields.secret_number << 8 | byte;
  return canonical;
}

constexpr std::uint64_t kSixtyTwoToTheEighth = 218'340'105'584'896;

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t EightTimes(char byte) {
  return static_cast<unsigned char>(byte) * 0x0101010101010101U;
}

// Eight digits side by side, the first in the lowest byte. Of other bytes it makes some number.
constexpr std::uint64_t NumberOf(std::uint64_t digits) {
  const std::uint64_t letters = digits >> 6 & EightTimes(1);
  const std::uint64_t lower = digits >> 5 & letters;
  const std::uint64_t values =
      digits - EightTimes('0') - letters * ('A' - '9' - 1) - lower * ('a' - 'Z' - 1);
  constexpr std::uint64_t kPairs = 0x00FF00FF00FF00FF;
  const std::uint64_t pairs = (values & kPairs) * 62 + (values >> 8 & kPairs);
  constexpr std::uint64_t kFours = 0x0000FFFF0000FFFF;
  const std::uint64_t fours = (pairs & kFours) * (62 * 62) + (pairs >> 16 & kFours);
  return (fours & 0xFFFFFFFF) * (62 * 62 * 62 * 62) + (fours >> 32);
}

std::uint64_t Load(const char* eight) {
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  return word;
}

void StoreBigEndian(std::uint64_t number, std::uint8_t* bytes) {
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t swapped = __builtin_bswap64(number);
  std::memcpy(bytes, &swapped, sizeof swapped);
}

bool IsWholeToken(std::string_view prefix, std::string_view token) {
  std::optional<TokenFields> fields = DecodeToken(prefix, Cut(prefix, token));
  if (!fields.has_value()) return false;
  explicit_bzero(&*fields, sizeof *fields);
  return true;
}

}  // namespace

bool IsTokenPrefix(std::string_view prefix) {
  return !prefix.empty() && prefix.size() <= kTokenPrefixMax && IsLetter(prefix.front()) &&
         !IsDigit(prefix.back()) && std::all_of(prefix.begin(), prefix.end(), [](char c) {
           return IsLetter(c) || IsDigit(c);
         });
}

std::size_t TokenLength(std::string_view prefix) { return DigitsStart(prefix) + kDigits; }

// Without \b on either side: a token that leaked into the middle of a longer word must be found
// too.
std::string TokenPattern(std::string_view prefix) {
  return std::string(prefix) + std::string(kVersionMark) + "[0-9A-Za-z]{" +
         std::to_string(kDigits) + "}";
}

std::size_t WriteTokenHead(std::string_view prefix, const TokenFields& fields,
                           std::span<char> out) {
  LATCHKEY_INVARIANT(IsTokenPrefix(prefix), "a token is written with a valid prefix");
  LATCHKEY_INVARIANT(out.size() >= TokenLength(prefix), "the buffer holds a whole token");
  LATCHKEY_INVARIANT(fields.secret_number <= kSecretNumberMax, "the secret number has 4 digits");
  std::copy(prefix.begin(), prefix.end(), out.begin());
  out = out.subspan(prefix.size());
  std::copy(kVersionMark.begin(), kVersionMark.end(), out.begin());
  out = out.subspan(kVersionMark.size());
  EncodeBase62(fields.key_id, out.first(kKeyIdDigits));
  EncodeBase62(fields.secret_number, out.subspan(kKeyIdDigits, kNumberDigits));
  EncodeBase62(fields.secret, out.subspan(kKeyIdDigits + kNumberDigits, kSecretDigits));
  return DigitsStart(prefix) + kHeadDigits;
}

std::size_t FinishToken(std::span<char> out, std::size_t head_length, std::uint64_t tag) {
  const std::size_t covered = head_length + kTagDigits;
  LATCHKEY_INVARIANT(
      head_length <= out.size() && out.size() - head_length >= kTagDigits + kCrcDigits,
      "the buffer holds a whole token");
  EncodeBase62(tag, out.subspan(head_length, kTagDigits));
  const auto crc = CrcText(Crc32(std::string_view(out.data(), covered)));
  std::copy(crc.begin(), crc.end(), out.subspan(covered).begin());
  return covered + kCrcDigits;
}

std::optional<TokenText> SplitToken(std::string_view prefix, std::string_view token) {
  if (token.size() != TokenLength(prefix) || !HasOpening(prefix, token)) return std::nullopt;
  if (!IsBase62(token.substr(DigitsStart(prefix)))) return std::nullopt;
  return Cut(prefix, token);
}

bool PeekKeyId(std::string_view prefix, std::string_view token, std::array<std::uint8_t, 16>& id) {
  if (token.size() != TokenLength(prefix)) return false;
  // Six digits, eight and eight. In front of the first six stands the version mark: two zeros here.
  static_assert(kKeyIdDigits == 22 && kVersionMark.size() == 2);
  const char* const digits = token.data() + DigitsStart(prefix);
  constexpr std::uint64_t kMark = 0xFFFF;
  const std::uint64_t six = (Load(digits - 2) & ~kMark) | (EightTimes('0') & kMark);
  Wide number = NumberOf(six);
  number = number * kSixtyTwoToTheEighth + NumberOf(Load(digits + 6));
  number = number * kSixtyTwoToTheEighth + NumberOf(Load(digits + 14));
  StoreBigEndian(static_cast<std::uint64_t>(number >> 64), id.data());
  StoreBigEndian(static_cast<std::uint64_t>(number), id.data() + 8);
  return true;
}

// 62^11 is more than 2^64: what lies above is no tag, and is not taken for the rest of it.
bool IsTag(std::uint64_t tag, std::string_view text) {
  if (text.size() != kTagDigits) return false;
  std::uint64_t three = EightTimes('0');
  std::memcpy(reinterpret_cast<char*>(&three) + 5, text.data(), 3);
  const Wide number = Wide{NumberOf(three)} * kSixtyTwoToTheEighth + NumberOf(Load(&text[3]));
  const Wide difference = number ^ tag;
  return (static_cast<std::uint64_t>(difference) | static_cast<std::uint64_t>(difference >> 64)) ==
         0;
}

// All returns name one object, which is the caller's: no copy of a secret stays on the stack.
std::optional<TokenFields> DecodeToken(std::string_view prefix, const TokenText& text) {
  std::optional<TokenFields> fields;
  if (!HasRightLengths(prefix, text) || !HasRightCrc(text)) return fields;
  fields.emplace();
  std::array<std::uint8_t, 8> tag;
  bool canonical = DecodeFields(text.head.substr(DigitsStart(prefix)), *fields);
  canonical &= DecodeBase62(text.tag, tag);
  if (canonical) return fields;
  explicit_bzero(&*fields, sizeof *fields);
  fields.reset();
  return fields;
}

// Every token has exactly one '_', at one place. Between two of them lies at most one run of
// digits, and it is looked at once: this makes the scan linear whatever the blob.
void ScanForTokens(std::string_view prefix, std::string_view blob,
                   const std::function<void(std::string_view)>& found) {
  const std::size_t opening = DigitsStart(prefix);
  for (std::size_t mark = blob.find('_'); mark != std::string_view::npos;
       mark = blob.find('_', mark + 1)) {
    if (mark + 1 < opening) continue;
    const std::string_view rest = blob.substr(mark + 1 - opening);
    if (!HasOpening(prefix, rest)) continue;
    if (rest.size() < opening + kDigits) continue;
    const std::string_view token = rest.substr(0, opening + kDigits);
    if (IsBase62(token.substr(opening)) && IsWholeToken(prefix, token)) found(token);
  }
}

}  // namespace latchkey::codec
