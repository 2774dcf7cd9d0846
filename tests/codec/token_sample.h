// tests/codec/token_sample.h: tokens for tests of the token's text.
#ifndef LATCHKEY_TESTS_CODEC_TOKEN_SAMPLE_H_
#define LATCHKEY_TESTS_CODEC_TOKEN_SAMPLE_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "engine/codec/crc32.h"
#include "engine/codec/token.h"

namespace latchkey::codec {

inline constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Key id 00 01 .. 0f, secret number 62, secret 80 81 .. 9f, tag 0123456789abcdef. Made with Python,
// not with this code: fields by repeated divmod(value, 62), CRC by zlib.crc32.
inline constexpr std::string_view kSampleToken =
    "lk1_000SYW7RiJxkEgOGusQGwp0010UTJ58rYrgZIquWVfkfbxYLgUC62ZqGtExHZJdPsKoCF063UfDVRKBz2Fi9Hd";
inline constexpr std::uint64_t kSampleTag = 0x0123456789abcdef;

inline TokenFields SampleFields() {
  TokenFields fields;
  for (std::size_t i = 0; i < 16; ++i) fields.key_id[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < 32; ++i) fields.secret[i] = static_cast<std::uint8_t>(0x80 + i);
  fields.secret_number = 62;
  return fields;
}

inline std::string MakeToken(std::string_view prefix, const TokenFields& fields,
                             std::uint64_t tag) {
  std::string token(TokenLength(prefix), '?');
  token.resize(FinishToken(token, WriteTokenHead(prefix, fields, token), tag));
  return token;
}

inline std::string RandomToken(std::string_view prefix, std::mt19937_64& random) {
  TokenFields fields;
  for (std::uint8_t& byte : fields.key_id) byte = static_cast<std::uint8_t>(random());
  for (std::uint8_t& byte : fields.secret) byte = static_cast<std::uint8_t>(random());
  fields.secret_number = static_cast<std::uint32_t>(random() % (kSecretNumberMax + 1));
  return MakeToken(prefix, fields, random());
}

// `token` with the CRC that belongs to what stands before it.
inline std::string WithRightCrc(std::string token) {
  std::uint32_t crc = Crc32(std::string_view(token).substr(0, token.size() - 6));
  for (std::size_t at = token.size(); at-- > token.size() - 6; crc /= 62) {
    token[at] = kDigits[crc % 62];
  }
  return token;
}

// Both steps: what is left of the tag's comparison is the caller's.
inline std::optional<TokenFields> Decode(std::string_view prefix, std::string_view token) {
  const std::optional<TokenText> text = SplitToken(prefix, token);
  return text.has_value() ? DecodeToken(prefix, *text) : std::nullopt;
}

}  // namespace latchkey::codec

#endif  // LATCHKEY_TESTS_CODEC_TOKEN_SAMPLE_H_
