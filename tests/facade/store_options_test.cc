// Options and stores that are not good: a typed error that names what to do, and nothing changed.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "facade/service.h"

namespace latchkey::test {
namespace {

class StoreOptions : public ::testing::Test {
 protected:
  Options Good() const { return testing::FastOptions(store_, clock_); }
  static Reason ReasonOfOpening(const Options& options) {
    return ReasonOf(Engine::Open(options).status());
  }

  testing::TemporaryStore store_;
  testing::ManualClock clock_;
};

TEST_F(StoreOptions, EachOptionHasItsRange) {
  struct Case {
    const char* field;
    void (*spoil)(Options&);
  };
  const Case cases[] = {
      {"path", [](Options& o) { o.path = ""; }},
      {"token_prefix", [](Options& o) { o.token_prefix = "9lk"; }},
      {"token_prefix", [](Options& o) { o.token_prefix = std::string(17, 'a'); }},
      {"crn_prefix", [](Options& o) { o.crn_prefix = ""; }},
      {"realms", [](Options& o) { o.realms.clear(); }},
      {"realms", [](Options& o) { o.realms = {"a-b"}; }},
      {"realms", [](Options& o) { o.realms = {"iam"}; }},
      {"argon2.memory_kib", [](Options& o) { o.argon2.memory_kib = 7; }},
      {"argon2.memory_kib", [](Options& o) { o.allow_weak_argon2_for_tests = false; }},
      {"argon2.passes", [](Options& o) { o.argon2.passes = 11; }},
      {"argon2_waiting", [](Options& o) { o.argon2_waiting = 2'000'000; }},
      {"limits", [](Options& o) { o.limits.keys_per_identity = 0; }},
      {"map_size_bytes", [](Options& o) { o.map_size_bytes = 4096; }},
      {"max_readers", [](Options& o) { o.max_readers = 1; }},
      {"verified_credentials", [](Options& o) { o.verified_credentials = 0; }},
      {"feed_records", [](Options& o) { o.feed_records = 0; }},
      {"request_id_retention", [](Options& o) { o.request_id_retention = absl::Seconds(1); }},
  };
  for (const Case& test : cases) {
    Options options = Good();
    test.spoil(options);
    const absl::Status status = Engine::Open(options).status();
    EXPECT_EQ(ReasonOf(status), Reason::kInvalidOptions) << test.field;
    EXPECT_EQ(std::string(status.message()).rfind(test.field, 0), 0U) << status.message();
  }
  EXPECT_FALSE(std::filesystem::exists(store_.path())) << "a bad option creates nothing";
}

TEST_F(StoreOptions, ModesAreKept) {
  Options options = Good();
  options.mode = OpenMode::kMustExist;
  EXPECT_EQ(ReasonOfOpening(options), Reason::kStoreMissing);
  options.mode = OpenMode::kMustCreate;
  EXPECT_TRUE(Engine::Open(options).ok());
  EXPECT_EQ(ReasonOfOpening(options), Reason::kStoreExists);
  options.mode = OpenMode::kMustExist;
  EXPECT_TRUE(Engine::Open(options).ok());
}

// What is fixed at creation is compared at every later open.
TEST_F(StoreOptions, FixedOptionsAreCompared) {
  Options keyed = Good();
  keyed.record_key.emplace();
  keyed.record_key->fill(7);
  ASSERT_TRUE(Engine::Open(keyed).ok());
  const auto message_of = [&](auto change) {
    Options options = keyed;
    change(options);
    const absl::Status status = Engine::Open(options).status();
    EXPECT_EQ(ReasonOf(status), Reason::kStoreMismatch) << status.message();
    return std::string(status.message());
  };
  EXPECT_NE(message_of([](Options& o) { o.token_prefix = "other"; }).find("token_prefix"),
            std::string::npos);
  EXPECT_NE(message_of([](Options& o) { o.crn_prefix = "crn:v1:other"; }).find("crn_prefix"),
            std::string::npos);
  EXPECT_NE(message_of([](Options& o) { o.record_key.reset(); }).find("record_key"),
            std::string::npos);
  EXPECT_NE(message_of([](Options& o) { o.record_key->fill(8); }).find("record_key"),
            std::string::npos);
  EXPECT_TRUE(Engine::Open(keyed).ok());
}

// hazard L30, hazard F3 as far as opening goes: files that are not ours or not safe.
TEST_F(StoreOptions, AForeignOrUnsafeStoreIsRefused) {
  const Options options = Good();
  std::filesystem::create_directories(store_.path());
  std::filesystem::permissions(store_.path(), std::filesystem::perms::owner_all);
  const std::string data = store_.path() + "/data.mdb";
  std::ofstream(data) << std::string(8192, 'x');
  std::filesystem::permissions(
      data, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(ReasonOfOpening(options), Reason::kStoreForeign);
  std::filesystem::remove_all(store_.path());

  ASSERT_TRUE(Engine::Open(options).ok());
  std::filesystem::permissions(data, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_EQ(ReasonOfOpening(options), Reason::kStoreUnsafe);
  std::filesystem::permissions(data, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::remove);
  EXPECT_TRUE(Engine::Open(options).ok());
  std::filesystem::resize_file(data, 8192);
  EXPECT_EQ(ReasonOfOpening(options), Reason::kStoreForeign) << "truncated";
}

// hazard L30: what we create is private whatever the umask.
TEST_F(StoreOptions, FilesArePrivateWhateverTheUmask) {
  const mode_t before = umask(0);
  ASSERT_TRUE(Engine::Open(Good()).ok());
  umask(before);
  for (const auto& entry : std::filesystem::directory_iterator(store_.path())) {
    EXPECT_EQ(entry.status().permissions() & std::filesystem::perms(0077),
              std::filesystem::perms::none)
        << entry.path();
  }
}

// hazard C8 as far as a record key goes: a keyed store decides like any other.
TEST_F(StoreOptions, AKeyedStoreWorks) {
  Service service([](Options& options) {
    options.record_key.emplace();
    options.record_key->fill(42);
  });
  EXPECT_TRUE(Must(service.engine().Info()).keyed);
  const CreatedKey key = service.NewKey("bob");
  service.Reopen();
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
}

}  // namespace
}  // namespace latchkey::test
