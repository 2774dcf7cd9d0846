#include "engine/facade/new_id.h"

#include "engine/base/error.h"
#include "engine/crypto/crypto.h"

namespace latchkey::inline v0::facade {

absl::StatusOr<std::string> NewId(std::string_view prefix) {
  crypto::Bytes16 bytes{};
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(bytes));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  constexpr char kHex[] = "0123456789abcdef";
  std::string id(prefix);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id.push_back('-');
    id.push_back(kHex[bytes[i] >> 4]);
    id.push_back(kHex[bytes[i] & 0x0F]);
  }
  return id;
}

}  // namespace latchkey::inline v0::facade
