#include "engine/codec/crc32.h"

namespace latchkey::codec {
namespace {
constexpr std::uint32_t kPolynomial = 0xEDB88320;  // 0x04C11DB7, bits reversed
}  // namespace

std::uint32_t Crc32(std::string_view text, std::uint32_t before) {
  std::uint32_t crc = ~before;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (kPolynomial & (0U - (crc & 1)));
  }
  return ~crc;
}

}  // namespace latchkey::codec
