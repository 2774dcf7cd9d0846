// Goal: a data file that is not ours, or not whole, is refused before it is mapped (case C70), and
// a whole one never is. Method: a good store whose bytes are changed; LMDB itself for a foreign
// one.
#include "engine/kv/data_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>

#include "gtest/gtest.h"

#include "engine/kv/env.h"
#include "engine/kv/lmdb.h"
#include "engine/kv/page_layout.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

namespace fs = std::filesystem;

void Fill(Env& env, int entries) {
  auto txn = env.BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  for (int i = 0; i < entries; ++i) {
    ASSERT_TRUE(txn->Put(kRed, "key" + std::to_string(i), std::string(200, 'v')).ok());
  }
  ASSERT_TRUE(txn->Put(kBlue, "large", std::string(20'000, 'v')).ok());
  ASSERT_TRUE(std::move(*txn).Commit().ok());
}

class DataFileTest : public ::testing::Test {
 protected:
  DataFileTest() {
    Fill(*MustOpen(place_.options()), 500);
    good_ = ReadFile(data_);
  }

  Reason OpenWith(const std::string& bytes) {
    WriteFile(data_, bytes);
    return ReasonOfOpen(place_.options());
  }

  // The good file with one byte flipped.
  std::string Flipped(std::size_t at) {
    std::string bytes = good_;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x01);
    return bytes;
  }

  Place place_;
  std::string data_ = place_.file(kDataFile);
  std::string good_;
};

TEST_F(DataFileTest, IsOpenedAsItWas) { EXPECT_EQ(OpenWith(good_), Reason::kNone); }

// Case C70
TEST_F(DataFileTest, RefusesAnEmptyFile) { EXPECT_EQ(OpenWith(""), Reason::kStoreForeign); }

TEST_F(DataFileTest, RefusesWhatIsNotOfLmdb) {
  EXPECT_EQ(OpenWith("short"), Reason::kStoreForeign);
  EXPECT_EQ(OpenWith(std::string(100'000, 'x')), Reason::kStoreForeign);
  EXPECT_EQ(OpenWith(std::string(100'000, '\0')), Reason::kStoreForeign);
}

// Case C70: without the check, LMDB opens it and the first read is SIGBUS (hazard F3).
TEST_F(DataFileTest, RefusesATruncatedFile) {
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{4096}, std::size_t{8192},
                                  good_.size() / 2, good_.size() - 4096}) {
    EXPECT_EQ(OpenWith(good_.substr(0, bytes)), Reason::kStoreForeign) << bytes;
  }
}

TEST_F(DataFileTest, AcceptsAFileThatIsLongerThanItsPages) {
  EXPECT_EQ(OpenWith(good_ + std::string(10'000, '\0')), Reason::kNone);
}

// hazard F3: LMDB falls back from neither meta page.
TEST_F(DataFileTest, RefusesADamagedHeader) {
  for (const std::size_t page : {std::size_t{0}, std::size_t{4096}}) {
    for (const std::size_t at :
         {offset::kMetaMagic, offset::kMetaVersion, offset::kMetaPageBytes, offset::kPageFlags}) {
      const std::size_t bit = at == offset::kPageFlags ? 3 : 0;
      std::string bytes = good_;
      bytes[page + at] = static_cast<char>(bytes[page + at] ^ (1 << bit));
      EXPECT_EQ(OpenWith(bytes), Reason::kStoreForeign) << page + at;
    }
  }
}

TEST_F(DataFileTest, RefusesTheOtherByteOrder) {
  std::string bytes = good_;
  std::swap(bytes[offset::kMetaMagic], bytes[offset::kMetaMagic + 3]);
  std::swap(bytes[offset::kMetaMagic + 1], bytes[offset::kMetaMagic + 2]);
  EXPECT_EQ(OpenWith(bytes), Reason::kStoreForeign);
}

// Case C70: magic and version are right, the tables are not.
TEST(DataFile, RefusesAnotherProgramsEnvironment) {
  const Place place;
  ASSERT_EQ(::mkdir(place.path().c_str(), 0700), 0);
  MDB_env* env = nullptr;
  ASSERT_EQ(mdb_env_create(&env), MDB_SUCCESS);
  ASSERT_EQ(mdb_env_open(env, place.path().c_str(), 0, 0600), MDB_SUCCESS);
  MDB_txn* txn = nullptr;
  MDB_dbi main = 0;
  MDB_val key = {3, const_cast<char*>("key")};
  ASSERT_EQ(mdb_txn_begin(env, nullptr, 0, &txn), MDB_SUCCESS);
  ASSERT_EQ(mdb_dbi_open(txn, nullptr, 0, &main), MDB_SUCCESS);
  ASSERT_EQ(mdb_put(txn, main, &key, &key, 0), MDB_SUCCESS);
  ASSERT_EQ(mdb_txn_commit(txn), MDB_SUCCESS);
  mdb_env_close(env);
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreForeign);
}

// A file may end before its last page: LMDB does not write pages that were taken and given back in
// one transaction. Refusing those would refuse whole stores.
TEST(DataFile, AcceptsAFileThatEndsBeforeItsLastPage) {
  const Place place;
  std::mt19937 random(7);
  int short_files = 0;
  for (int round = 0; round < 60; ++round) {
    {
      const auto env = MustOpen(place.options());
      ASSERT_NE(env, nullptr) << "round " << round;
      auto txn = env->BeginWrite(Soon());
      ASSERT_TRUE(txn.ok());
      for (int i = 0; i < 120; ++i) {
        const std::string key = "key" + std::to_string(random() % 100);
        ASSERT_TRUE(txn->Put(kRed, key, std::string(random() % 9000, 'v')).ok());
      }
      for (int i = round % 3 == 0 ? 0 : 50; i < 100; ++i) {
        ASSERT_TRUE(txn->Delete(kRed, "key" + std::to_string(i)).ok());
      }
      ASSERT_TRUE(std::move(*txn).Commit().ok());
      const auto header =
          ReadDataHeader(Fd(::open(place.file(kDataFile).c_str(), O_RDONLY | O_CLOEXEC)).get());
      ASSERT_TRUE(header.ok());
      const std::uint64_t whole = (header->last_page + 1) * header->page_bytes;
      short_files += fs::file_size(place.file(kDataFile)) < whole ? 1 : 0;
    }
  }
  EXPECT_GT(short_files, 0) << "else this test shows nothing";
}

}  // namespace
}  // namespace latchkey::kv::testing
