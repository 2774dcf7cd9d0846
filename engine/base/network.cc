// The text forms of addresses and address ranges.
#include "latchkey/network.h"

#include <arpa/inet.h>

#include <algorithm>

namespace latchkey::inline v0 {
namespace {

using Bytes16 = std::array<std::uint8_t, 16>;

constexpr Bytes16 kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kMappedPrefixLength = 12;
constexpr unsigned kBits = 128;
constexpr unsigned kMappedBits = 96;

bool IsMappedIpv4(const Bytes16& bytes) {
  return std::equal(bytes.begin(), bytes.begin() + kMappedPrefixLength, kMappedPrefix.begin());
}

bool IsIpv4(const IpAddress& address) { return IsMappedIpv4(address.bytes()); }

// The address with every bit from `prefix` on set to `one`.
IpAddress WithHostBits(const IpAddress& address, unsigned prefix, bool one) {
  Bytes16 bytes = address.bytes();
  for (unsigned bit = prefix; bit < kBits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    std::uint8_t& byte = bytes[bit / 8];
    byte = static_cast<std::uint8_t>(one ? byte | mask : byte & ~mask);
  }
  return IpAddress(bytes);
}

// 0..`most`, in decimal without leading zeros.
std::optional<unsigned> ParsePrefix(std::string_view text, unsigned most) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<AddressRange> ParseCidr(std::string_view text, std::size_t slash) {
  const std::optional<IpAddress> address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool dotted = text.substr(0, slash).find(':') == text.npos;
  const unsigned offset = dotted ? kMappedBits : 0;
  const std::optional<unsigned> prefix = ParsePrefix(text.substr(slash + 1), kBits - offset);
  if (!prefix) return std::nullopt;
  const unsigned bits = *prefix + offset;
  if (WithHostBits(*address, bits, false) != *address) return std::nullopt;
  return AddressRange{*address, WithHostBits(*address, bits, true)};
}

std::optional<AddressRange> ParsePair(std::string_view text, std::size_t hyphen) {
  const std::optional<IpAddress> first = IpAddress::Parse(text.substr(0, hyphen));
  const std::optional<IpAddress> last = IpAddress::Parse(text.substr(hyphen + 1));
  if (!first || !last || *last < *first || IsIpv4(*first) != IsIpv4(*last)) return std::nullopt;
  return AddressRange{*first, *last};
}

// The prefix length for which CIDR means exactly this range.
std::optional<unsigned> PrefixOf(const AddressRange& range) {
  for (unsigned bits = 0; bits < kBits; ++bits) {
    if (WithHostBits(range.first, bits, false) == range.first &&
        WithHostBits(range.first, bits, true) == range.last) {
      return bits;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  // inet_pton wants an end mark: a zero byte within would hide what follows it.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
  address.bytes_ = kMappedPrefix;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + kMappedPrefixLength) == 1) {
    return address;
  }
  return std::nullopt;
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  const bool ipv4 = IsMappedIpv4(bytes_);
  const std::uint8_t* const bytes = bytes_.data() + (ipv4 ? kMappedPrefixLength : 0);
  return inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
}

std::optional<AddressRange> AddressRange::Parse(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != text.npos) return ParseCidr(text, slash);
  if (const std::size_t hyphen = text.find('-'); hyphen != text.npos) {
    return ParsePair(text, hyphen);
  }
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  return address ? std::optional(AddressRange{*address, *address}) : std::nullopt;
}

std::string AddressRange::ToString() const {
  if (first == last) return first.ToString();
  const std::optional<unsigned> prefix = PrefixOf(*this);
  if (!prefix) return first.ToString() + "-" + last.ToString();
  const unsigned offset = IsIpv4(first) && IsIpv4(last) ? kMappedBits : 0;
  return first.ToString() + "/" + std::to_string(*prefix - offset);
}

}  // namespace latchkey::inline v0
