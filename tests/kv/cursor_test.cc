// Goal: cursors at the edges of a table and in the middle of changes.
// Method: rows of what is asked and what is answered, over one small table.
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/kv/env.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

using Found = absl::StatusOr<std::optional<Cursor::Entry>>;

std::string KeyOf(const Found& found) {
  if (!found.ok()) return "<error>";
  return found->has_value() ? std::string((*found)->key) : "<none>";
}

class CursorTest : public ::testing::Test {
 protected:
  CursorTest() {
    for (const char* key : {"b", "d", "f"}) {
      EXPECT_EQ(PutOne(*env_, kRed, key, std::string("value of ") + key), Reason::kNone);
    }
  }

  Place place_;
  std::unique_ptr<Env> env_ = MustOpen(place_.options());
};

TEST_F(CursorTest, SeekFindsTheFirstKeyNotLess) {
  const auto txn = env_->BeginRead();
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->Seek("")), "b");
  EXPECT_EQ(KeyOf(cursor->Seek("a")), "b");
  EXPECT_EQ(KeyOf(cursor->Seek("b")), "b");
  EXPECT_EQ(KeyOf(cursor->Seek("c")), "d");
  EXPECT_EQ(KeyOf(cursor->Seek("f")), "f");
  EXPECT_EQ(KeyOf(cursor->Seek("g")), "<none>");
  EXPECT_EQ((*cursor->Seek("d"))->value, "value of d");
}

TEST_F(CursorTest, SeekBeforeFindsTheLastKeyLess) {
  const auto txn = env_->BeginRead();
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->SeekBefore("")), "f");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("g")), "f");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("f")), "d");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("c")), "b");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("b")), "<none>");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("a")), "<none>");
}

TEST_F(CursorTest, NextStaysAtTheEnd) {
  const auto txn = env_->BeginRead();
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  for (const char* key : {"b", "d", "f", "<none>", "<none>"}) {
    EXPECT_EQ(KeyOf(cursor->Next()), key);
  }
  EXPECT_EQ(KeyOf(cursor->Seek("g")), "<none>");
  EXPECT_EQ(KeyOf(cursor->Next()), "<none>") << "does not begin anew";
}

TEST_F(CursorTest, NextGoesOnFromWhereItWasPut) {
  const auto txn = env_->BeginRead();
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->Seek("c")), "d");
  EXPECT_EQ(KeyOf(cursor->Next()), "f");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("f")), "d");
  EXPECT_EQ(KeyOf(cursor->Next()), "f");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("b")), "<none>");
  EXPECT_EQ(KeyOf(cursor->Next()), "b") << "before the beginning comes the first";
}

TEST_F(CursorTest, EmptyTableHasNoEntries) {
  const auto txn = env_->BeginRead();
  auto cursor = txn->OpenCursor(kBlue);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->Seek("")), "<none>");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("")), "<none>");
  EXPECT_EQ(KeyOf(cursor->SeekBefore("x")), "<none>");
  EXPECT_EQ(KeyOf(cursor->Next()), "<none>");
}

// hazard L21
TEST_F(CursorTest, KeysBeyondTheLimitAreMalformed) {
  const auto txn = env_->BeginRead();
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(ReasonOf(cursor->Seek(std::string(512, 'k')).status()), Reason::kMalformed);
  EXPECT_EQ(ReasonOf(cursor->SeekBefore(std::string(512, 'k')).status()), Reason::kMalformed);
  EXPECT_EQ(KeyOf(cursor->Seek(std::string(511, 'k'))), "<none>");
}

// hazard L25: changes move what LMDB's cursor points to.
TEST_F(CursorTest, DeletingWhatItAnswersSkipsNothing) {
  auto txn = env_->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(txn->Put(kBlue, "key" + std::to_string(i), std::string(50, 'v')).ok());
  }
  {
    auto cursor = txn->OpenCursor(kBlue);
    ASSERT_TRUE(cursor.ok());
    int visited = 0;
    for (Found entry = cursor->Seek(""); entry.ok() && entry->has_value(); entry = cursor->Next()) {
      EXPECT_TRUE(*txn->Delete(kBlue, std::string((*entry)->key)));
      ++visited;
    }
    EXPECT_EQ(visited, 1000);
  }
  EXPECT_EQ(*txn->Count(kBlue), 0u);
}

TEST_F(CursorTest, SeesWhatIsPutBehindIt) {
  auto txn = env_->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->Seek("b")), "b");
  ASSERT_TRUE(txn->Put(kRed, "c", "").ok());
  ASSERT_TRUE(txn->Put(kRed, "a", "").ok());
  EXPECT_EQ(KeyOf(cursor->Next()), "c");
  EXPECT_EQ(KeyOf(cursor->Next()), "d");
}

TEST_F(CursorTest, StaysAtTheEndWhateverIsPutBehindIt) {
  auto txn = env_->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->Seek("g")), "<none>");
  ASSERT_TRUE(txn->Put(kRed, "h", "").ok());
  EXPECT_EQ(KeyOf(cursor->Next()), "<none>");
  EXPECT_EQ(KeyOf(cursor->Seek("g")), "h");
}

// Next is the least key greater than the last answer, whatever happened in between. LMDB's own
// position does not promise that.
TEST_F(CursorTest, GoesOnBehindItsLastAnswerUnderRandomChanges) {
  std::mt19937 random(11);
  const auto key = [&] { return "key" + std::to_string(100 + random() % 300); };
  for (int round = 0; round < 200; ++round) {
    auto txn = env_->BeginWrite(Soon());
    ASSERT_TRUE(txn.ok());
    std::set<std::string> model;
    for (int i = 0; i < 200; ++i) {
      const std::string chosen = key();
      ASSERT_TRUE(txn->Put(kBlue, chosen, std::string(random() % 300, 'v')).ok());
      model.insert(chosen);
    }
    auto cursor = txn->OpenCursor(kBlue);
    ASSERT_TRUE(cursor.ok());
    Found entry = cursor->Seek("");
    for (auto expected = model.begin(); expected != model.end();) {
      ASSERT_EQ(KeyOf(entry), *expected) << "round " << round;
      const std::string last = *expected;
      for (int changes = static_cast<int>(random() % 6); changes > 0; --changes) {
        const std::string chosen = random() % 3 == 0 ? last : key();
        if (random() % 2 == 0) {
          ASSERT_TRUE(txn->Put(kBlue, chosen, std::string(random() % 300, 'w')).ok());
          model.insert(chosen);
        } else {
          ASSERT_EQ(*txn->Delete(kBlue, chosen), model.erase(chosen) == 1);
        }
      }
      expected = model.upper_bound(last);
      entry = cursor->Next();
    }
    EXPECT_EQ(KeyOf(entry), "<none>");
  }
}

TEST_F(CursorTest, MayStayOpenOverTheCommit) {
  auto txn = env_->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  auto cursor = txn->OpenCursor(kRed);
  ASSERT_TRUE(cursor.ok());
  EXPECT_EQ(KeyOf(cursor->Seek("b")), "b");
  ASSERT_TRUE(txn->Put(kRed, "c", "").ok());
  ASSERT_TRUE(std::move(*txn).Commit().ok());
  EXPECT_EQ(ReasonOf(cursor->Next().status()), Reason::kClosed);
}

}  // namespace
}  // namespace latchkey::kv::testing
