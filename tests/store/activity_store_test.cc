// The environment of activity: counts add up, of this store only, and damage begins anew.
#include "engine/store/activity_store.h"

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

base::Deadline Long() { return base::Deadline::After(absl::Minutes(5)); }

KeyId Key(std::uint8_t first) {
  KeyId::Bytes bytes{};
  bytes[0] = first;
  return KeyId(bytes);
}

base::Activity Used(std::uint8_t key, std::uint32_t secret, std::uint64_t count,
                    std::int64_t second) {
  base::Activity activity;
  activity.key = Key(key);
  activity.Add({secret, {count, At(second)}});
  return activity;
}

class ActivityEnvironment : public ::testing::TestWithParam<bool> {
 protected:
  ActivityEnvironment() {
    options_.directory = directory_.path() + "/activity";
    options_.map_size_bytes = 1 << 20;
    options_.max_readers = 16;
    options_.store_id[0] = 1;
    if (GetParam()) options_.record_key = TestRecordKey();
  }

  std::unique_ptr<ActivityStore> Open(kv::OpenMode mode = kv::OpenMode::kOpenOrCreate) {
    auto opened = ActivityStore::Open(options_, mode);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }

  Directory directory_;
  ActivityOptions options_;
};

INSTANTIATE_TEST_SUITE_P(Keyed, ActivityEnvironment, ::testing::Bool(), [](const auto& keyed) {
  return keyed.param ? "WithRecordKey" : "WithoutRecordKey";
});

// domain K-13
TEST_P(ActivityEnvironment, AddsUpAndSurvivesReopening) {
  EXPECT_EQ(ReasonOf(ActivityStore::Open(options_, kv::OpenMode::kMustExist).status()),
            Reason::kStoreMissing);
  auto store = Open();
  const std::vector<base::Activity> first = {Used(1, 1, 3, 10), Used(2, 1, 1, 11)};
  ASSERT_EQ(store->Add(first, Long()).value(), 0U);
  ASSERT_EQ(store->Add(std::vector{Used(1, 2, 4, 9)}, Long()).value(), 0U);
  store.reset();
  store = Open(kv::OpenMode::kMustExist);
  const auto found = store->Find(Key(1)).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->uses.count, 7U);
  EXPECT_EQ(found->uses.last, At(10));
  ASSERT_EQ(found->secrets.size(), 2U);
  EXPECT_EQ(found->secrets[0].number, 2U) << "the newest first";
  EXPECT_EQ(found->secrets[0].uses.last, At(9));
  EXPECT_FALSE(store->Find(Key(3)).value().has_value());
}

// domain K-13: ended secrets are forgotten, what they counted for the key is not.
TEST_P(ActivityEnvironment, KeepsTheNewestSecrets) {
  const auto store = Open();
  for (std::uint32_t secret = 1; secret <= 6; ++secret) {
    ASSERT_TRUE(store->Add(std::vector{Used(1, secret, 1, secret)}, Long()).ok());
  }
  ASSERT_TRUE(store->Add(std::vector{Used(1, 1, 1, 1)}, Long()).ok()) << "told late";
  const auto found = store->Find(Key(1)).value();
  EXPECT_EQ(found->uses.count, 7U);
  ASSERT_EQ(found->secrets.size(), base::kActivitySecretsMax);
  EXPECT_EQ(found->secrets.front().number, 6U);
  EXPECT_EQ(found->secrets.back().number, 3U);
}

// domain K-13: the directory may have been another store's.
TEST_P(ActivityEnvironment, IgnoresAndTellsApartAnotherStore) {
  auto store = Open();
  ASSERT_TRUE(store->Add(std::vector{Used(1, 1, 5, 1)}, Long()).ok());
  store.reset();
  options_.store_id[0] = 2;
  store = Open();
  EXPECT_FALSE(store->Find(Key(1)).value().has_value());
  ASSERT_TRUE(store->Add(std::vector{Used(1, 1, 1, 1), Used(2, 1, 1, 1)}, Long()).ok());
  const auto all = store->List("", 10).value();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_FALSE(all[0].key.has_value());
  EXPECT_EQ(all[1].key, Key(1));
  const auto rest = store->List(all[1].at, 10).value();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].key, Key(2));
  EXPECT_EQ(store->List("", 2).value().size(), 2U);
  ASSERT_TRUE(store->Remove(all, Long()).ok());
  ASSERT_TRUE(store->Remove(all, Long()).ok()) << "somebody else removed them meanwhile";
  EXPECT_TRUE(store->List("", 10).value().empty());
}

// hazard L20: a damaged record is told to the reader, and does not stop counting.
TEST_P(ActivityEnvironment, ADamagedRecordBeginsAnew) {
  auto store = Open();
  ASSERT_TRUE(store->Add(std::vector{Used(1, 1, 5, 1), Used(2, 1, 5, 1)}, Long()).ok());
  const std::string at = store->List("", 1).value()[0].at;
  store.reset();
  {
    kv::EnvOptions raw;
    raw.directory = options_.directory;
    raw.map_size_bytes = 1 << 20;
    raw.tables = {"activity"};
    const auto env = kv::Env::Open(raw).value();
    auto txn = env->BeginWrite(Long()).value();
    std::string value(txn.Get(kv::Table{0}, at).value().value());
    value[3] ^= 1;
    ASSERT_TRUE(txn.Put(kv::Table{0}, at, value).ok());
    ASSERT_TRUE(std::move(txn).Commit().ok());
  }
  store = Open();
  EXPECT_EQ(ReasonOf(store->Find(Key(1)).status()), Reason::kCorrupt);
  EXPECT_EQ(store->Find(Key(2)).value()->uses.count, 5U);
  EXPECT_EQ(store->Add(std::vector{Used(1, 1, 2, 9), Used(2, 1, 2, 9)}, Long()).value(), 1U);
  EXPECT_EQ(store->Find(Key(1)).value()->uses.count, 2U);
  EXPECT_EQ(store->Find(Key(2)).value()->uses.count, 7U);
}

}  // namespace
}  // namespace latchkey::store
