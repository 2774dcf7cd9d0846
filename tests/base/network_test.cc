// Goal: a range holds exactly the addresses that its text means. Method: a table of texts with the
// bounds they mean, single bits around every prefix length, and random round trips.
#include "latchkey/network.h"

#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace latchkey {
namespace {

IpAddress At(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  EXPECT_TRUE(address.has_value()) << text;
  return address.value_or(IpAddress());
}

// domain R-3, hazard C93
TEST(Ranges, MeanTheirBounds) {
  struct Row {
    std::string_view text, first, last, canonical;
  };
  constexpr Row kRows[] = {
      {"192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1"},
      {"192.0.2.1/32", "192.0.2.1", "192.0.2.1", "192.0.2.1"},
      {"192.0.2.0/24", "192.0.2.0", "192.0.2.255", "192.0.2.0/24"},
      {"192.0.2.128/25", "192.0.2.128", "192.0.2.255", "192.0.2.128/25"},
      {"0.0.0.0/0", "0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
      {"::ffff:0:0/96", "0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
      {"::ffff:192.0.2.0/120", "192.0.2.0", "192.0.2.255", "192.0.2.0/24"},
      {"10.0.0.1-10.0.0.9", "10.0.0.1", "10.0.0.9", "10.0.0.1-10.0.0.9"},
      {"10.0.0.0-10.0.0.255", "10.0.0.0", "10.0.0.255", "10.0.0.0/24"},
      {"::ffff:10.0.0.1-10.0.0.9", "10.0.0.1", "10.0.0.9", "10.0.0.1-10.0.0.9"},
      {"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"},
      {"2001:db8::1-2001:db8::3", "2001:db8::1", "2001:db8::3", "2001:db8::1-2001:db8::3"},
      {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
      {"::1/128", "::1", "::1", "::1"}};
  for (const Row& row : kRows) {
    const std::optional<AddressRange> range = AddressRange::Parse(row.text);
    ASSERT_TRUE(range.has_value()) << row.text;
    EXPECT_EQ(range->first, At(row.first)) << row.text;
    EXPECT_EQ(range->last, At(row.last)) << row.text;
    EXPECT_EQ(range->ToString(), row.canonical);
    EXPECT_EQ(AddressRange::Parse(range->ToString()), range) << row.text;
  }
}

// domain R-3: what is not exactly a range is none.
TEST(Ranges, RefuseWhatIsNotOne) {
  for (const std::string_view text : {"",
                                      "/",
                                      "-",
                                      "10.0.0.0/",
                                      "/8",
                                      "10.0.0.0/33",
                                      "10.0.0.0/08",
                                      "10.0.0.0/+8",
                                      "10.0.0.0/8 ",
                                      "10.0.0.1/8",
                                      "2001:db8::/129",
                                      "2001:db8::1/64",
                                      "10.0.0.9-10.0.0.1",
                                      "10.0.0.1-",
                                      "-10.0.0.1",
                                      "10.0.0.1-::ffff",
                                      "::1-10.0.0.1",
                                      "10.0.0.1 - 10.0.0.9",
                                      "10.0.0.0/8/8",
                                      "10.0.0.1-10.0.0.2-10.0.0.3",
                                      "10.0.0.0/1000",
                                      "*",
                                      "10.0.0.*"}) {
    EXPECT_FALSE(AddressRange::Parse(text).has_value()) << text;
  }
}

// domain R-3: for every prefix length, the bounds are inside and their neighbours outside.
TEST(Ranges, EndWhereThePrefixEnds) {
  for (unsigned prefix = 1; prefix <= 32; ++prefix) {
    const std::uint32_t mask = prefix == 32 ? 0xffffffffU : ~(0xffffffffU >> prefix);
    const std::uint32_t base = 0x5a5a5a5aU & mask;
    const auto address = [](std::uint32_t value) {
      return std::to_string(value >> 24) + "." + std::to_string(value >> 16 & 0xff) + "." +
             std::to_string(value >> 8 & 0xff) + "." + std::to_string(value & 0xff);
    };
    const auto range = AddressRange::Parse(address(base) + "/" + std::to_string(prefix));
    ASSERT_TRUE(range.has_value()) << prefix;
    EXPECT_TRUE(range->Contains(At(address(base))));
    EXPECT_TRUE(range->Contains(At(address(base | ~mask))));
    EXPECT_FALSE(range->Contains(At(address(base - 1)))) << prefix;
    EXPECT_FALSE(range->Contains(At(address((base | ~mask) + 1)))) << prefix;
  }
}

// hazard C93: both spellings of one IPv4 address lie in the same ranges.
TEST(Ranges, TakeMappedAddressesForIpv4) {
  const AddressRange range = AddressRange::Parse("192.0.2.0/24").value();
  EXPECT_TRUE(range.Contains(At("::ffff:192.0.2.7")));
  EXPECT_TRUE(range.Contains(At("::ffff:c000:207")));
  EXPECT_FALSE(range.Contains(At("::192.0.2.7")));
  EXPECT_FALSE(AddressRange::Parse("2001:db8::/32").value().Contains(At("192.0.2.7")));
  EXPECT_TRUE(AddressRange::Parse("::/0").value().Contains(At("192.0.2.7")));
}

// domain R-3: text and back is the same range, whatever its bounds.
TEST(Ranges, KeepTheirMeaningInText) {
  std::mt19937_64 random(20261123);
  for (int i = 0; i < 2'000; ++i) {
    std::array<std::uint8_t, 16> first{}, last{};
    const std::size_t same = random() % 17;
    for (std::size_t byte = 0; byte < 16; ++byte) {
      first[byte] = byte < same ? static_cast<std::uint8_t>(random()) : std::uint8_t{0};
      last[byte] = byte < same ? first[byte] : static_cast<std::uint8_t>(random() | random());
    }
    AddressRange range{IpAddress(first), IpAddress(last)};
    if (range.last < range.first) std::swap(range.first, range.last);
    EXPECT_EQ(AddressRange::Parse(range.ToString()), range) << range.ToString();
  }
}

}  // namespace
}  // namespace latchkey
