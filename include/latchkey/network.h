// latchkey/network.h: addresses, and ranges of them.
//
// Rules
//   [domain R-3]  CIDR for IPv4 and IPv6; an IPv4-mapped IPv6 address equals its IPv4 address; an
//                 absent source address lies in no network zone.
#ifndef LATCHKEY_NETWORK_H_
#define LATCHKEY_NETWORK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/version.h"

namespace latchkey::inline v0 {

// An IPv4 or IPv6 address in one canonical form: 16 bytes, IPv4 as ::ffff:a.b.c.d.
class IpAddress {
 public:
  IpAddress() = default;  // "::"
  explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) : bytes_(bytes) {}
  // Dotted IPv4 or textual IPv6, without zone and without prefix length; nothing for anything else.
  [[nodiscard]] static std::optional<IpAddress> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// The addresses from `first` to `last`, both included. All of IPv4 lies in one place among the IPv6
// addresses (::ffff:0:0/96), so that a range is one pair of bounds: "::/0" holds every address of
// both.
struct AddressRange {
  IpAddress first;
  IpAddress last;

  // "192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9", and the same in IPv6. Nothing for anything
  // else: a prefix with bits of the host set, a first address after the last, bounds of which only
  // one is IPv4, blanks.
  [[nodiscard]] static std::optional<AddressRange> Parse(std::string_view text);
  // The shortest of these forms that means the range. Parse(ToString()) is the same range.
  [[nodiscard]] std::string ToString() const;
  [[nodiscard]] bool Contains(const IpAddress& address) const {
    return first <= address && address <= last;
  }
  bool operator==(const AddressRange&) const = default;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_NETWORK_H_
