// tests/crypto/hex.h: bytes as hexadecimal text, for vectors.
#ifndef LATCHKEY_TESTS_CRYPTO_HEX_H_
#define LATCHKEY_TESTS_CRYPTO_HEX_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::crypto {

inline std::string HexOf(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

inline std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace latchkey::crypto

#endif  // LATCHKEY_TESTS_CRYPTO_HEX_H_
