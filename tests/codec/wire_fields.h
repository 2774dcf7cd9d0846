// tests/codec/wire_fields.h: Protobuf's wire format taken apart and put together again by hand, so
// that tests can build what no writer of ours would write.
#ifndef LATCHKEY_TESTS_CODEC_WIRE_FIELDS_H_
#define LATCHKEY_TESTS_CODEC_WIRE_FIELDS_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::codec {

inline std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
  return bytes;
}

// One field: a varint, or bytes (a text, a nested message).
struct WireField {
  std::uint32_t number = 0;
  bool is_varint = false;
  std::uint64_t varint = 0;
  std::string bytes;

  std::string Encoded() const {
    if (is_varint) return Varint(number << 3) + Varint(varint);
    return Varint(number << 3 | 2) + Varint(bytes.size()) + bytes;
  }
};

inline WireField Number(std::uint32_t number, std::uint64_t value) {
  return {.number = number, .is_varint = true, .varint = value, .bytes = {}};
}
inline WireField Bytes(std::uint32_t number, std::string bytes) {
  return {.number = number, .is_varint = false, .varint = 0, .bytes = std::move(bytes)};
}

class WireFields {
 public:
  explicit WireFields(std::string_view message) {
    while (!message.empty()) {
      const std::uint64_t tag = TakeVarint(message);
      WireField field{.number = static_cast<std::uint32_t>(tag >> 3),
                      .is_varint = (tag & 7) == 0,
                      .varint = TakeVarint(message),
                      .bytes = {}};
      if (!field.is_varint) {
        field.bytes = message.substr(0, field.varint);
        message.remove_prefix(field.varint);
      }
      fields.push_back(std::move(field));
    }
  }

  WireField& operator[](std::uint32_t number) {
    const auto found = Find(number);
    if (found != fields.end()) return *found;
    return *fields.insert(
        std::find_if(fields.begin(), fields.end(),
                     [&](const WireField& field) { return field.number > number; }),
        Number(number, 0));
  }
  bool Has(std::uint32_t number) { return Find(number) != fields.end(); }
  WireFields& Set(std::uint32_t number, std::uint64_t value) {
    (*this)[number] = Number(number, value);
    return *this;
  }
  WireFields& Set(std::uint32_t number, std::string bytes) {
    (*this)[number] = Bytes(number, std::move(bytes));
    return *this;
  }
  WireFields& Drop(std::uint32_t number) {
    std::erase_if(fields, [&](const WireField& field) { return field.number == number; });
    return *this;
  }

  std::string Encoded() const {
    std::string bytes;
    for (const WireField& field : fields) bytes += field.Encoded();
    return bytes;
  }

  std::vector<WireField> fields;

 private:
  std::vector<WireField>::iterator Find(std::uint32_t number) {
    return std::find_if(fields.begin(), fields.end(),
                        [&](const WireField& field) { return field.number == number; });
  }

  static std::uint64_t TakeVarint(std::string_view& message) {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(message.front());
      message.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
  }
};

}  // namespace latchkey::codec

#endif  // LATCHKEY_TESTS_CODEC_WIRE_FIELDS_H_
