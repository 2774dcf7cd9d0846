// engine/codec/token.h: the text form of a key's secret, as published (domain K-8).
//
//   <prefix>1_<key id 22><secret number 4><secret 43><tag 11><crc 6>      all fields base62
//
// Digits are 0-9, A-Z, a-z in this order (ASCII order), most significant first, left-padded with
// '0' to the fixed width; a value that does not fit its bytes is not canonical and is refused, so
// there is exactly one spelling per token (hazard C3). This file knows text only: the tag is
// computed and compared by whoever holds the tag key.
#ifndef LATCHKEY_ENGINE_CODEC_TOKEN_H_
#define LATCHKEY_ENGINE_CODEC_TOKEN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::codec {

struct TokenFields {
  std::array<std::uint8_t, 16> key_id{};
  std::uint32_t secret_number = 0;  // 0..62^4-1
  std::array<std::uint8_t, 32> secret{};
};

inline constexpr std::size_t kTokenPrefixMax = 16;
inline constexpr std::uint32_t kSecretNumberMax = 62 * 62 * 62 * 62 - 1;

// 1..16 of [A-Za-z][A-Za-z0-9]*, not ending in a digit.
[[nodiscard]] bool IsTokenPrefix(std::string_view prefix);

// prefix + 2 + 86.
[[nodiscard]] std::size_t TokenLength(std::string_view prefix);

// The published regular expression (ECMAScript) that matches tokens of `prefix`.
[[nodiscard]] std::string TokenPattern(std::string_view prefix);

// Writes the text before the tag into `out` (at least TokenLength bytes); returns its length.
std::size_t WriteTokenHead(std::string_view prefix, const TokenFields& fields, std::span<char> out);
// Appends tag and CRC to the head already in `out`; returns the whole length.
std::size_t FinishToken(std::span<char> out, std::size_t head_length, std::uint64_t tag);

// A token of the right length, prefix and alphabet, split but not yet decoded: nothing
// secret-dependent has been branched on (hazard K8).
struct TokenText {
  std::string_view head;  // what the tag covers
  std::string_view tag;   // 11
  std::string_view crc;   // 6
};
[[nodiscard]] std::optional<TokenText> SplitToken(std::string_view prefix, std::string_view token);

// The key id that a text of a token's length would name, to find a candidate with which the whole
// text is then compared: nothing else is checked, and a text that is no token names anything.
// False for any other length. No branch and no address depends on the text.
[[nodiscard]] bool PeekKeyId(std::string_view prefix, std::string_view token,
                             std::array<std::uint8_t, 16>& id);

// Whether TokenText::tag, which SplitToken found to be digits, says `tag`. In constant time.
[[nodiscard]] bool IsTag(std::uint64_t tag, std::string_view text);

// After the tag matched: checks the CRC and decodes. Nothing for a wrong CRC or a field that is not
// canonical.
[[nodiscard]] std::optional<TokenFields> DecodeToken(std::string_view prefix,
                                                     const TokenText& text);

// Offline scan of a blob (domain K-12): calls `found` with each stretch that has the form and the
// CRC of a token of `prefix`, whether issued or not. Linear in `blob`.
void ScanForTokens(std::string_view prefix, std::string_view blob,
                   const std::function<void(std::string_view)>& found);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_TOKEN_H_
