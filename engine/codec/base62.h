// engine/codec/base62.h: numbers as base62 text of a fixed width (domain K-8).
//
// Digits 0-9, A-Z, a-z, most significant first; a number is its bytes, most significant first. One
// number has one text: texts that do not fit the bytes are refused, and every text of fewer digits
// than the width is no text at all (hazard C3). No branch and no address here depends on the
// contents (hazard K8).
#ifndef LATCHKEY_ENGINE_CODEC_BASE62_H_
#define LATCHKEY_ENGINE_CODEC_BASE62_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace latchkey::codec {

// Size of the largest number that EncodeBase62 takes.
inline constexpr std::size_t kBase62BytesMax = 32;

// Fills all of `digits`. The number must fit them: an invariant.
void EncodeBase62(std::span<const std::uint8_t> number, std::span<char> digits);
void EncodeBase62(std::uint64_t number, std::span<char> digits);

// Fills all of `number`. False, with `number` all zero: a byte that is no digit, or a value that
// does not fit.
[[nodiscard]] bool DecodeBase62(std::string_view digits, std::span<std::uint8_t> number);

// True if every byte is a digit. Of empty text: true.
[[nodiscard]] bool IsBase62(std::string_view text);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_BASE62_H_
