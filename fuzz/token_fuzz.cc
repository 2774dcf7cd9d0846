// The token's text: any bytes end without a crash, and whatever decodes has exactly one spelling
// (domain K-8, hazards C1, C2, C3).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/codec/base62.h"
#include "engine/codec/crc32.h"
#include "engine/codec/token.h"

namespace {

using latchkey::codec::TokenFields;

constexpr std::string_view kPrefix = "lk";
constexpr std::size_t kHead = 73;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::optional<TokenFields> Decode(std::string_view token) {
  const auto text = latchkey::codec::SplitToken(kPrefix, token);
  return text.has_value() ? latchkey::codec::DecodeToken(kPrefix, *text) : std::nullopt;
}

std::string Write(const TokenFields& fields, std::uint64_t tag) {
  std::string token(latchkey::codec::TokenLength(kPrefix), '?');
  const std::size_t head = latchkey::codec::WriteTokenHead(kPrefix, fields, token);
  Require(latchkey::codec::FinishToken(token, head, tag) == token.size());
  return token;
}

std::uint64_t TagOf(std::string_view token) {
  std::uint8_t bytes[8];
  Require(latchkey::codec::DecodeBase62(token.substr(kHead, 11), bytes));
  std::uint64_t tag = 0;
  for (const std::uint8_t byte : bytes) tag = tag << 8 | byte;
  return tag;
}

// If it decodes, it is what its own fields are written as.
void CheckOneSpelling(std::string_view token) {
  const std::optional<TokenFields> fields = Decode(token);
  if (fields.has_value()) Require(Write(*fields, TagOf(token)) == token);
}

// The bytes as digits of a token whose CRC is right, so that the values are reached.
void CheckAsDigits(std::string_view input) {
  std::string token = std::string(kPrefix) + "1_" + std::string(input.substr(0, 80));
  token.resize(kHead + 11, '0');
  for (char& c : token) {
    if (!latchkey::codec::IsBase62({&c, 1}) && c != '_') c = 'z';
  }
  token.append(6, '0');
  latchkey::codec::EncodeBase62(latchkey::codec::Crc32({token.data(), kHead + 11}),
                                std::span(token).last(6));
  CheckOneSpelling(token);
}

// The bytes as fields: written, read, equal.
void CheckAsFields(std::string_view input) {
  TokenFields fields;
  std::string bytes(input.substr(0, 59));
  bytes.resize(59);
  std::copy_n(bytes.begin(), 16, fields.key_id.begin());
  std::copy_n(bytes.begin() + 16, 32, fields.secret.begin());
  std::uint64_t tag = 0;
  for (std::size_t i = 48; i < 51; ++i) {
    fields.secret_number = fields.secret_number << 8 | static_cast<std::uint8_t>(bytes[i]);
  }
  for (std::size_t i = 51; i < 59; ++i) tag = tag << 8 | static_cast<std::uint8_t>(bytes[i]);
  fields.secret_number %= latchkey::codec::kSecretNumberMax + 1;
  const std::string token = Write(fields, tag);
  const std::optional<TokenFields> decoded = Decode(token);
  Require(decoded.has_value() && decoded->key_id == fields.key_id &&
          decoded->secret_number == fields.secret_number && decoded->secret == fields.secret &&
          TagOf(token) == tag);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  CheckOneSpelling(input);
  CheckAsDigits(input);
  CheckAsFields(input);
  latchkey::codec::ScanForTokens(
      kPrefix, input, [](std::string_view token) { Require(Decode(token).has_value()); });
  return 0;
}
