// The checksum at the end of every value: any flip and any move shows, with and without record key.
#include "engine/store/seal.h"

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

class Seal : public ::testing::TestWithParam<bool> {
 protected:
  Seal() : sealer_(GetParam() ? std::optional<RecordKey>(TestRecordKey()) : std::nullopt) {}

  [[nodiscard]] bool Opens(TableId table, std::string_view key, std::string_view value) const {
    const auto record = sealer_.Open(table, key, value);
    EXPECT_TRUE(record.ok() || ReasonOf(record.status()) == Reason::kCorrupt);
    return record.ok();
  }

  Sealer sealer_;
};

INSTANTIATE_TEST_SUITE_P(Keyed, Seal, ::testing::Bool(), [](const auto& with_key) {
  return with_key.param ? "WithRecordKey" : "WithoutRecordKey";
});

TEST_P(Seal, GivesTheRecordBack) {
  for (const std::string record : {"", "x", "a longer record"}) {
    const std::string value = sealer_.Seal(TableId::kKeys, "key", record);
    EXPECT_EQ(value.size(), record.size() + kSealBytes);
    EXPECT_EQ(*sealer_.Open(TableId::kKeys, "key", value), record);
  }
}

// hazard L20, hazard C69: every bit of record and seal.
TEST_P(Seal, ShowsEveryFlippedBit) {
  const std::string value = sealer_.Seal(TableId::kKeys, "key", "record bytes of some length");
  for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string flipped = value;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(Opens(TableId::kKeys, "key", flipped)) << bit;
  }
}

// hazard C8, hazard F12: a record copied over another's, or into another table.
TEST_P(Seal, BindsAValueToItsKeyAndTable) {
  const std::string value = sealer_.Seal(TableId::kKeys, "key A", "record");
  EXPECT_FALSE(Opens(TableId::kKeys, "key B", value));
  EXPECT_FALSE(Opens(TableId::kKeyTombstones, "key A", value));
}

// hazard C34: a byte may not wander between key and record.
TEST_P(Seal, KeepsKeyAndRecordApart) {
  const std::string value = sealer_.Seal(TableId::kKeys, "ab", "cd");
  EXPECT_FALSE(Opens(TableId::kKeys, "abc", value.substr(1)));
}

TEST_P(Seal, RefusesValuesThatAreTooShort) {
  const std::string value = sealer_.Seal(TableId::kKeys, "key", "");
  for (std::size_t size = 0; size < value.size(); ++size) {
    EXPECT_FALSE(Opens(TableId::kKeys, "key", std::string_view(value).substr(0, size)));
  }
}

// hazard L20: with a record key nobody without it can make a value.
TEST(RecordKeySeal, IsAMac) {
  const Sealer keyed{TestRecordKey()};
  const Sealer unkeyed{std::nullopt};
  RecordKey other_key = TestRecordKey();
  other_key[31] ^= 1;
  const Sealer other{other_key};
  const std::string forged = unkeyed.Seal(TableId::kKeys, "key", "record");
  EXPECT_FALSE(keyed.Open(TableId::kKeys, "key", forged).ok());
  EXPECT_FALSE(keyed.Open(TableId::kKeys, "key", other.Seal(TableId::kKeys, "key", "record")).ok());
  EXPECT_NE(forged, keyed.Seal(TableId::kKeys, "key", "record"));
}

TEST(RecordKeySeal, ProofIsBoundToKeyAndHeader) {
  const Sealer keyed{TestRecordKey()};
  RecordKey other_key = TestRecordKey();
  other_key[0] ^= 1;
  EXPECT_NE(keyed.KeyCheck("header"), Sealer{other_key}.KeyCheck("header"));
  EXPECT_NE(keyed.KeyCheck("header"), keyed.KeyCheck("other header"));
}

}  // namespace
}  // namespace latchkey::store
