// The keys of the tables: different parts never make the same bytes, and a prefix of parts is a
// prefix of bytes and nothing else's. Exhaustively over small alphabets with every byte that could
// pass for a separator or a length, then at random.
#include "engine/store/composite_key.h"

#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace latchkey::store {
namespace {

// All texts of up to `length` bytes over the alphabet.
std::vector<std::string> AllTexts(std::string_view alphabet, std::size_t length) {
  std::vector<std::string> texts = {""};
  for (std::size_t begin = 0, i = 0; i < length; ++i) {
    const std::size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char c : alphabet) texts.push_back(texts[begin] + c);
    }
  }
  return texts;
}

constexpr std::string_view kTricky("\0\1|:/", 5);

// hazard C34, hazard C85
TEST(CompositeKey, IsInjectiveForTwoTextsOverSeparators) {
  const std::vector<std::string> texts = AllTexts(kTricky, 3);
  std::map<std::string, std::pair<std::string, std::string>> seen;
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      const auto key = KeyIn<TableId::kGroups>(AccountId(a), GroupId(b));
      ASSERT_TRUE(key.ok());
      const auto [old, fresh] = seen.emplace(*key, std::pair(a, b));
      ASSERT_TRUE(fresh) << "two pairs share a key";
    }
  }
  EXPECT_EQ(seen.size(), texts.size() * texts.size());
}

// hazard C34: three parts over an alphabet whose bytes are also lengths.
TEST(CompositeKey, IsInjectiveForThreeTextsOverLengthBytes) {
  const std::vector<std::string> texts = AllTexts(std::string_view("\0\1\2", 3), 2);
  std::map<std::string, int> seen;
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      for (const std::string& c : texts) {
        ++seen[*KeyIn<TableId::kGroupMembers>(AccountId(a), GroupId(b), IamId(c))];
      }
    }
  }
  EXPECT_EQ(seen.size(), texts.size() * texts.size() * texts.size());
}

// hazard C85: what one account's walk sees is its own.
TEST(CompositeKey, PrefixOfOneTextIsAPrefixOfNoOther) {
  const std::vector<std::string> texts = AllTexts(kTricky, 3);
  for (const std::string& a : texts) {
    const std::string prefix = *PrefixIn<TableId::kGroups>(AccountId(a));
    for (const std::string& b : texts) {
      const std::string key = *KeyIn<TableId::kGroups>(AccountId(b), GroupId("x"));
      ASSERT_EQ(key.starts_with(prefix), a == b);
    }
  }
}

// domain D-7: compared byte by byte, so case tells keys apart (hazard C85).
TEST(CompositeKey, TellsCaseApart) {
  EXPECT_NE(*KeyIn<TableId::kAccounts>(AccountId("Acct")),
            *KeyIn<TableId::kAccounts>(AccountId("acct")));
}

std::string RandomText(std::mt19937_64& random, std::size_t longest) {
  std::string text(random() % (longest + 1), '\0');
  // Few different bytes, so that collisions would be met.
  for (char& c : text) c = kTricky[random() % kTricky.size()];
  return text;
}

// hazard C34
TEST(CompositeKey, GivesItsPartsBackForEveryTable) {
  std::mt19937_64 random(20261122);
  for (std::uint32_t table = 0; table < kTables.size(); ++table) {
    for (int round = 0; round < 200; ++round) {
      CompositeKey key;
      std::vector<KeyPart> parts;
      for (const char kind : kTables[table].parts) {
        if (kind == 't') {
          parts.emplace_back(RandomText(random, 120));
          key.Add(std::string_view(std::get<std::string>(parts.back())));
        } else if (kind == 'n') {
          parts.emplace_back(std::uint64_t{random()});
          key.Add(std::get<std::uint64_t>(parts.back()));
        } else {
          KeyBytes bytes;
          for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
          parts.emplace_back(bytes);
          key.Add(bytes);
        }
      }
      const std::string bytes = *key.Finish();
      const auto id = static_cast<TableId>(table);
      EXPECT_EQ(ParseKey(id, bytes), parts);
      EXPECT_EQ(ParseKey(id, bytes + '\0'), std::nullopt);
      EXPECT_EQ(ParseKey(id, std::string_view(bytes).substr(0, bytes.size() - 1)), std::nullopt);
    }
  }
}

// Walks in numeric order: serials of policies, revisions, sequence numbers.
TEST(CompositeKey, SortsNumbersByValue) {
  std::string last;
  for (const std::uint64_t number : {0ULL, 1ULL, 255ULL, 256ULL, 65'536ULL, ~0ULL}) {
    const std::string key = *KeyIn<TableId::kChanges>(std::uint64_t{number});
    EXPECT_LT(last, key);
    last = key;
  }
}

// hazard L21: 1..511 bytes, at and beside both ends.
TEST(CompositeKey, HasBetweenOneAnd511Bytes) {
  EXPECT_EQ(ReasonOf(JoinKey().status()), Reason::kMalformed);
  EXPECT_EQ(JoinKey(std::string_view())->size(), 2u);
  EXPECT_EQ(JoinKey(std::string_view(std::string(508, 'x')))->size(), 510u);
  EXPECT_EQ(JoinKey(std::string_view(std::string(509, 'x')))->size(), 511u);
  EXPECT_EQ(ReasonOf(JoinKey(std::string_view(std::string(510, 'x'))).status()),
            Reason::kMalformed);
  const std::string half(255, 'x');
  EXPECT_EQ(ReasonOf(JoinKey(std::string_view(half), std::string_view(half)).status()),
            Reason::kMalformed);
}

// A length of 65,536 and more must not wrap around in its 2 bytes.
TEST(CompositeKey, RefusesTextsWhoseLengthWouldWrap) {
  const std::string wraps(65'536 + 3, 'x');
  EXPECT_EQ(ReasonOf(JoinKey(std::string_view(wraps), std::string_view("x")).status()),
            Reason::kMalformed);
}

// hazard C82: descriptions show ids; names are there as hashes only.
TEST(CompositeKey, DescribesIdsAndHashes) {
  const KeyId id(KeyBytes{1, 2, 3});
  const KeyBytes hash{0xab};
  EXPECT_EQ(
      DescribeKey(TableId::kKeysByName, *KeyIn<TableId::kKeysByName>(AccountId("acct"), hash, id)),
      "acct ab000000000000000000000000000000 ApiKey-01020300-0000-0000-0000-000000000000");
  EXPECT_EQ(DescribeKey(TableId::kHistory, *KeyIn<TableId::kHistory>(id, std::uint64_t{7})),
            "ApiKey-01020300-0000-0000-0000-000000000000 7");
  EXPECT_EQ(DescribeKey(TableId::kKeys, "odd"), "6f6464");
}

}  // namespace
}  // namespace latchkey::store
