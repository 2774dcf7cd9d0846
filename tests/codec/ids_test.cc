// The text forms of ids, entity tags, addresses and lifecycle names: exactly one spelling per value
// is read, and what is written is that spelling.
#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

#include "latchkey/caller.h"
#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/lifecycle.h"

namespace latchkey {
namespace {

constexpr std::string_view kKeyText = "ApiKey-00112233-4455-6677-8899-aabbccddeeff";
constexpr KeyId kKey(KeyId::Bytes{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa,
                                  0xbb, 0xcc, 0xdd, 0xee, 0xff});
constexpr std::string_view kNonceText = "00112233445566778899aabbccddeeff";

// domain K-5
TEST(KeyIds, AreWrittenAsApiKeyAndUuid) {
  EXPECT_EQ(kKey.ToString(), kKeyText);
  EXPECT_EQ(KeyId().ToString(), "ApiKey-00000000-0000-0000-0000-000000000000");
}

// domain K-5
TEST(KeyIds, AreReadBack) {
  EXPECT_EQ(KeyId::Parse(kKeyText), kKey);
  EXPECT_EQ(KeyId::Parse(KeyId().ToString()), KeyId());
}

// domain D-7, hazard C3
TEST(KeyIds, HaveOneSpelling) {
  for (const std::string_view text :
       {"", "ApiKey-", "ApiKey", "00112233-4455-6677-8899-aabbccddeeff",
        "apikey-00112233-4455-6677-8899-aabbccddeeff",
        "ApiKey-00112233-4455-6677-8899-AABBCCDDEEFF", "ApiKey-00112233445566778899aabbccddeeff",
        "ApiKey-0011223-34455-6677-8899-aabbccddeeff", "ApiKey-00112233-4455-6677-8899-aabbccddeef",
        "ApiKey-00112233-4455-6677-8899-aabbccddeeff0",
        "ApiKey-00112233-4455-6677-8899-aabbccddeefg",
        "ApiKey-00112233_4455-6677-8899-aabbccddeeff",
        "ApiKey-{0112233-4455-6677-8899-aabbccddeef}",
        " ApiKey-00112233-4455-6677-8899-aabbccddeeff",
        "ApiKey-00112233-4455-6677-8899-aabbccddeeff\n"}) {
    EXPECT_FALSE(KeyId::Parse(text).has_value()) << text;
  }
}

// Whatever one character of an id is changed to, it is another id or none.
// domain D-7
TEST(KeyIds, DifferWhereTheirTextsDiffer) {
  for (std::size_t i = 0; i < kKeyText.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string text(kKeyText);
      text[i] = static_cast<char>(c);
      const std::optional<KeyId> id = KeyId::Parse(text);
      if (text == kKeyText) continue;
      EXPECT_NE(id, kKey) << i << ' ' << c;
      if (id) {
        EXPECT_EQ(id->ToString(), text);
      }
    }
  }
}

// domain K-5, K-6
TEST(EntityTags, AreANumberAndHex) {
  const EntityTag tag{.n = 7, .nonce = kKey.bytes()};
  EXPECT_EQ(tag.ToString(), "7-" + std::string(kNonceText));
  EXPECT_EQ(EntityTag::Parse(tag.ToString()), tag);
}

// domain K-6
TEST(EntityTags, CountToTheEndOfTheirRange) {
  const std::string largest = "18446744073709551615-" + std::string(kNonceText);
  ASSERT_TRUE(EntityTag::Parse(largest).has_value());
  EXPECT_EQ(EntityTag::Parse(largest)->n, ~std::uint64_t{0});
  EXPECT_EQ(EntityTag::Parse(largest)->ToString(), largest);
  EXPECT_FALSE(EntityTag::Parse("18446744073709551616-" + std::string(kNonceText)).has_value());
}

// domain K-6
TEST(EntityTags, HaveOneSpelling) {
  const std::string nonce(kNonceText);
  for (const std::string& text :
       {std::string(), nonce, "-" + nonce, "0-" + nonce, "01-" + nonce, "+1-" + nonce,
        "-1-" + nonce, " 1-" + nonce, "1 -" + nonce, "1" + nonce, "1--" + nonce, "1-" + nonce + "0",
        "1-" + nonce.substr(1), std::string("1-00112233445566778899AABBCCDDEEFF"),
        std::string("1-"), std::string("1"), "\"1-" + nonce + "\"", "1-" + nonce + "\n",
        "0x1-" + nonce}) {
    EXPECT_FALSE(EntityTag::Parse(text).has_value()) << text;
  }
}

// hazard C93
TEST(Addresses, MappedIpv4EqualsIpv4) {
  const std::optional<IpAddress> dotted = IpAddress::Parse("192.0.2.1");
  ASSERT_TRUE(dotted.has_value());
  for (const std::string_view text :
       {"::ffff:192.0.2.1", "::FFFF:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:c000:0201"}) {
    EXPECT_EQ(IpAddress::Parse(text), dotted) << text;
  }
  EXPECT_EQ(dotted->ToString(), "192.0.2.1");
  EXPECT_NE(IpAddress::Parse("::192.0.2.1"), dotted);
}

// domain R-3
TEST(Addresses, AreWrittenInOneForm) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
      {"2001:db8::1", "2001:db8::1"},
      {"fe80::1", "fe80::1"},
      {"::fffe:192.0.2.1", "::fffe:c000:201"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}};
  for (const auto& [text, canonical] : rows) {
    const std::optional<IpAddress> address = IpAddress::Parse(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->ToString(), canonical);
    EXPECT_EQ(IpAddress::Parse(canonical), address);
  }
}

// domain R-3
TEST(Addresses, RefuseWhatIsNotOne) {
  using std::string_literals::operator""s;
  for (const std::string& text : {""s,
                                  "1"s,
                                  "1.2.3"s,
                                  "1.2.3.4.5"s,
                                  "256.0.0.1"s,
                                  "01.2.3.4"s,
                                  "1.2.3.4 "s,
                                  " 1.2.3.4"s,
                                  "1.2.3.4/32"s,
                                  "::/0"s,
                                  "fe80::1%eth0"s,
                                  "[::1]"s,
                                  "::1::"s,
                                  "12345::"s,
                                  "localhost"s,
                                  "1.2.3.4\0"s,
                                  "::1\0::2"s,
                                  "0x7f.0.0.1"s,
                                  std::string(100, '1'),
                                  std::string(100, ':')}) {
    EXPECT_FALSE(IpAddress::Parse(text).has_value()) << text;
  }
}

// domain section 3
TEST(LifecycleNames, AreStable) {
  EXPECT_EQ(NameOf(KeyState::kActive), "active");
  EXPECT_EQ(NameOf(KeyState::kLocked), "locked");
  EXPECT_EQ(NameOf(KeyState::kDisabled), "disabled");
  EXPECT_EQ(NameOf(KeyState::kDisabledLocked), "disabled_locked");
  EXPECT_EQ(NameOf(KeyState::kDeleted), "deleted");
  EXPECT_EQ(NameOf(KeyCommand::kUpdate), "update");
  EXPECT_EQ(NameOf(KeyCommand::kRotate), "rotate");
  EXPECT_EQ(NameOf(KeyCommand::kCreate), "create");
}

// domain K-14, section 3
TEST(LifecycleNames, AreDistinct) {
  std::set<std::string_view> names;
  for (const KeyState state : kKeyStates) names.insert(NameOf(state));
  EXPECT_EQ(names.size(), kKeyStates.size());
  names.clear();
  for (const KeyCommand command : kKeyCommands) names.insert(NameOf(command));
  names.insert(NameOf(KeyCommand::kCreate));
  EXPECT_EQ(names.size(), kKeyCommands.size() + 1);
  EXPECT_FALSE(names.contains("unknown"));
}

// A number that no version has given a meaning never reads as a live state.
// hazard C75
TEST(LifecycleNames, AnUnknownStateIsNotActive) {
  EXPECT_EQ(NameOf(static_cast<KeyState>(0)), "unknown");
  EXPECT_EQ(NameOf(static_cast<KeyState>(6)), "unknown");
}

}  // namespace
}  // namespace latchkey
