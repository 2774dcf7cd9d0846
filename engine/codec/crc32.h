// engine/codec/crc32.h: the CRC-32 of IEEE 802.3 and zlib.
#ifndef LATCHKEY_ENGINE_CODEC_CRC32_H_
#define LATCHKEY_ENGINE_CODEC_CRC32_H_

#include <cstdint>
#include <string_view>

namespace latchkey::codec {

// The CRC of some text followed by `text`, where `before` is the CRC of the former. Bit by bit: no
// table, so that no address depends on a secret (hazard K8). Cost: 1 us for a token.
[[nodiscard]] std::uint32_t Crc32(std::string_view text, std::uint32_t before = 0);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_CRC32_H_
