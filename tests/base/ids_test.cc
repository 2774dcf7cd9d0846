// Text forms of ids, entity tags and addresses: one spelling each.
#include <array>
#include <string>

#include "gtest/gtest.h"

#include "latchkey/caller.h"
#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/lifecycle.h"

namespace latchkey {
namespace {

using Bytes = std::array<std::uint8_t, 16>;
constexpr Bytes kBytes = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                          0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
constexpr char kKeyId[] = "ApiKey-01234567-89ab-cdef-fedc-ba9876543210";
constexpr char kTag[] = "7-0123456789abcdeffedcba9876543210";

// domain K-5
TEST(KeyIdText, IsThePrefixAndALowerCaseUuid) {
  EXPECT_EQ(KeyId(kBytes).ToString(), kKeyId);
  EXPECT_EQ(KeyId::Parse(kKeyId), KeyId(kBytes));
  EXPECT_EQ(KeyId::Parse(KeyId().ToString()), KeyId());
}

// Whatever byte is put in whatever place: refused, or it is the one spelling of another id.
TEST(KeyIdText, HasOneSpelling) {
  for (std::size_t at = 0; at < sizeof kKeyId - 1; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = kKeyId;
      text[at] = static_cast<char>(byte);
      const std::optional<KeyId> id = KeyId::Parse(text);
      ASSERT_TRUE(!id.has_value() || id->ToString() == text) << text;
      ASSERT_EQ(id == KeyId(kBytes), text == kKeyId) << text;
    }
  }
}

TEST(KeyIdText, HasOneLength) {
  const std::string text = std::string(kKeyId) + "0";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_EQ(KeyId::Parse(text.substr(0, size)).has_value(), size == sizeof kKeyId - 1) << size;
  }
  EXPECT_FALSE(KeyId::Parse(text.substr(1)).has_value());
}

// domain K-5, K-6
TEST(EntityTagText, IsTheNumberAndTheNonce) {
  EntityTag tag;
  tag.n = 7;
  tag.nonce = kBytes;
  EXPECT_EQ(tag.ToString(), kTag);
  EXPECT_EQ(EntityTag::Parse(kTag), tag);
  tag.n = 18446744073709551615U;
  EXPECT_EQ(EntityTag::Parse(tag.ToString()), tag);
}

TEST(EntityTagText, HasOneSpelling) {
  for (std::size_t at = 0; at < sizeof kTag - 1; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = kTag;
      text[at] = static_cast<char>(byte);
      const std::optional<EntityTag> tag = EntityTag::Parse(text);
      ASSERT_TRUE(!tag.has_value() || tag->ToString() == text) << text;
    }
  }
}

TEST(EntityTagText, RefusesWhatIsNotATag) {
  const std::string nonce = std::string(kTag).substr(1);
  for (const char* number : {"", "0", "-1", "+7", " 7", "07", "7 ", "7-", "18446744073709551616"}) {
    EXPECT_FALSE(EntityTag::Parse(number + nonce).has_value()) << number;
  }
  for (std::size_t size = 0; size < sizeof kTag - 1; ++size) {
    EXPECT_FALSE(EntityTag::Parse(std::string_view(kTag).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(EntityTag::Parse(std::string(kTag) + "0").has_value());
}

// domain K-6
TEST(IfMatch, AcceptsAnyOrExactlyItsTag) {
  const EntityTag stored = {.n = 7, .nonce = kBytes};
  const EntityTag other_number = {.n = 8, .nonce = kBytes};
  const EntityTag other_nonce = {.n = 7, .nonce = {}};
  EXPECT_TRUE(IfMatch::Any().Accepts(stored));
  EXPECT_TRUE(IfMatch::Tag(stored).Accepts(stored));
  EXPECT_FALSE(IfMatch::Tag(other_number).Accepts(stored));
  EXPECT_FALSE(IfMatch::Tag(other_nonce).Accepts(stored));
}

TEST(IpAddressText, ReadsBothFamiliesIntoOneForm) {
  EXPECT_EQ(IpAddress::Parse("192.0.2.1")->ToString(), "192.0.2.1");
  EXPECT_EQ(IpAddress::Parse("::ffff:192.0.2.1"), IpAddress::Parse("192.0.2.1"));
  EXPECT_EQ(IpAddress::Parse("2001:DB8:0:0:0:0:0:1")->ToString(), "2001:db8::1");
  EXPECT_NE(IpAddress::Parse("::192.0.2.1"), IpAddress::Parse("192.0.2.1"));
  EXPECT_EQ(IpAddress::Parse("::")->bytes(), Bytes{});
  EXPECT_TRUE(IpAddress::Parse("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255").has_value());
}

TEST(IpAddressText, RefusesWhatIsNotAnAddress) {
  const std::string hidden("192.0.2.1\0.evil", 15);
  for (const std::string& text :
       {std::string(), std::string("192.0.2"), std::string("192.0.2.256"),
        std::string("192.0.2.01"), std::string("0x7f.0.0.1"), std::string("192.0.2.1 "),
        std::string(" ::1"), std::string("192.0.2.0/24"), std::string("fe80::1%eth0"),
        std::string("[::1]"), std::string(100, ':'), hidden}) {
    EXPECT_FALSE(IpAddress::Parse(text).has_value()) << text;
  }
}

TEST(LifecycleNames, AreUniqueAndUnknownOnlyForUnknownValues) {
  std::string all = ",";
  for (int state = 1; state <= 5; ++state) {
    const std::string name(NameOf(static_cast<KeyState>(state)));
    EXPECT_EQ(all.find("," + name + ","), std::string::npos) << name;
    all += name + ",";
  }
  for (int command = 1; command <= 14; ++command) {
    const std::string name(NameOf(static_cast<KeyCommand>(command)));
    EXPECT_EQ(all.find("," + name + ","), std::string::npos) << name;
    all += name + ",";
  }
  EXPECT_EQ(all.find(",unknown,"), std::string::npos);
  EXPECT_EQ(NameOf(static_cast<KeyState>(0)), "unknown");
  EXPECT_EQ(NameOf(static_cast<KeyCommand>(0)), "unknown");
}

}  // namespace
}  // namespace latchkey
