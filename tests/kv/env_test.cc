// Goal: what one process sees of one store: reads, writes, limits, modes of opening.
// Method: the public contract of engine/kv/env.h; the flags alone are read from behind it.
#include "engine/kv/env.h"

#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/kv/rep.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

TEST(Env, AnswersWhatWasCommitted) {
  const Place place;
  const auto env = MustOpen(place.options());
  auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  ASSERT_TRUE(txn->Put(kRed, "key", "value").ok());
  ASSERT_TRUE(txn->Put(kBlue, "key", "").ok());
  EXPECT_EQ(**txn->Get(kRed, "key"), "value");
  EXPECT_EQ(GetOne(*env, kRed, "key"), std::nullopt) << "not before the commit";
  ASSERT_TRUE(std::move(*txn).Commit().ok());
  EXPECT_EQ(GetOne(*env, kRed, "key"), "value");
  EXPECT_EQ(GetOne(*env, kBlue, "key"), "");
  EXPECT_EQ(GetOne(*env, kRed, "other"), std::nullopt);
}

// hazard L26: a transaction that is dropped leaves nothing behind and lets go of the gate.
TEST(Env, DroppedTransactionLeavesNothing) {
  const Place place;
  const auto env = MustOpen(place.options());
  {
    auto txn = env->BeginWrite(Soon());
    ASSERT_TRUE(txn.ok());
    ASSERT_TRUE(txn->Put(kRed, "key", "value").ok());
  }
  EXPECT_EQ(GetOne(*env, kRed, "key"), std::nullopt);
  EXPECT_EQ(PutOne(*env, kRed, "other", "value"), Reason::kNone);
}

TEST(Env, DeleteTellsWhetherTheKeyWasThere) {
  const Place place;
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  EXPECT_TRUE(*txn->Delete(kRed, "key"));
  EXPECT_FALSE(*txn->Delete(kRed, "key"));
  EXPECT_EQ(*txn->Count(kRed), 0u);
  EXPECT_TRUE(std::move(*txn).Commit().ok());
  EXPECT_EQ(GetOne(*env, kRed, "key"), std::nullopt);
}

TEST(Env, SnapshotDoesNotMove) {
  const Place place;
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "old"), Reason::kNone);
  const auto before = env->BeginRead();
  ASSERT_TRUE(before.ok());
  ASSERT_EQ(PutOne(*env, kRed, "key", "new"), Reason::kNone);
  EXPECT_EQ(**before->Get(kRed, "key"), "old");
  EXPECT_EQ(GetOne(*env, kRed, "key"), "new");
}

// hazard F8: what caches are tagged with.
TEST(Env, WriterKnowsTheIdOfItsCommit) {
  const Place place;
  const auto env = MustOpen(place.options());
  auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  const std::uint64_t id = txn->id();
  EXPECT_EQ(env->LastTxnId() + 1, id);
  ASSERT_TRUE(txn->Put(kRed, "key", "value").ok());
  ASSERT_TRUE(std::move(*txn).Commit().ok());
  EXPECT_EQ(env->LastTxnId(), id);
  EXPECT_EQ(env->BeginRead()->id(), id);
}

TEST(Env, CommitWithoutChangesTakesNoId) {
  const Place place;
  const auto env = MustOpen(place.options());
  const std::uint64_t before = env->LastTxnId();
  auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  EXPECT_TRUE(std::move(*txn).Commit().ok());
  EXPECT_EQ(env->LastTxnId(), before);
}

TEST(Env, EndedTransactionAnswersClosed) {
  const Place place;
  const auto env = MustOpen(place.options());
  auto txn = env->BeginWrite(Soon());
  ASSERT_TRUE(txn.ok());
  ASSERT_TRUE(std::move(*txn).Commit().ok());
  EXPECT_EQ(ReasonOf(txn->Put(kRed, "key", "value")), Reason::kClosed);
  EXPECT_EQ(ReasonOf(txn->Get(kRed, "key").status()), Reason::kClosed);
}

// hazard L21
TEST(Env, KeysHaveOneTo511Bytes) {
  const Place place;
  const auto env = MustOpen(place.options());
  struct Row {
    std::size_t bytes;
    Reason reason;
  };
  for (const Row& row : {Row{0, Reason::kMalformed}, Row{1, Reason::kNone}, Row{510, Reason::kNone},
                         Row{511, Reason::kNone}, Row{512, Reason::kMalformed}}) {
    const std::string key(row.bytes, 'k');
    auto txn = env->BeginWrite(Soon());
    ASSERT_TRUE(txn.ok());
    EXPECT_EQ(ReasonOf(txn->Put(kRed, key, "v")), row.reason) << row.bytes;
    EXPECT_EQ(ReasonOf(txn->Get(kRed, key).status()), row.reason) << row.bytes;
    EXPECT_EQ(ReasonOf(txn->Delete(kRed, key).status()), row.reason) << row.bytes;
    EXPECT_TRUE(std::move(*txn).Commit().ok()) << "a refused key spoils nothing";
  }
}

TEST(Env, KeepsLargeValues) {
  const Place place;
  const auto env = MustOpen(place.options());
  const std::string large(1 << 20, 'x');
  ASSERT_EQ(PutOne(*env, kRed, "key", large), Reason::kNone);
  EXPECT_EQ(GetOne(*env, kRed, "key"), large);
}

TEST(Env, MayBeClosedAndOpenedAgain) {
  const Place place;
  for (int round = 0; round < 3; ++round) {
    const auto env = MustOpen(place.options());
    ASSERT_NE(env, nullptr);
    ASSERT_EQ(PutOne(*env, kRed, "round" + std::to_string(round), "x"), Reason::kNone);
    EXPECT_EQ(*env->BeginRead()->Count(kRed), static_cast<std::uint64_t>(round + 1));
  }
}

TEST(Env, ModesDecideBetweenCreatingAndOpening) {
  const Place place;
  EnvOptions options = place.options();
  options.mode = OpenMode::kMustExist;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreMissing);
  options.mode = OpenMode::kMustCreate;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kNone);
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreExists);
  options.mode = OpenMode::kMustExist;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kNone);
  options.directory = place.root() + "/no/parent";
  options.mode = OpenMode::kOpenOrCreate;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreMissing);
}

TEST(Env, RefusesOptionsOutOfRange) {
  const Place place;
  EnvOptions options = place.options();
  options.tables = {"red", "red"};
  EXPECT_EQ(ReasonOfOpen(options), Reason::kInvalidOptions);
  options.tables = {""};
  EXPECT_EQ(ReasonOfOpen(options), Reason::kInvalidOptions);
  options = place.options();
  options.directory = "";
  EXPECT_EQ(ReasonOfOpen(options), Reason::kInvalidOptions);
  options = place.options();
  options.map_size_bytes = 1;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kInvalidOptions);
}

// Case C70: a store of another version has other tables.
TEST(Env, RefusesAStoreWithOtherTables) {
  const Place place;
  EnvOptions options = place.options();
  ASSERT_NE(MustOpen(options), nullptr);
  options.tables = {"red"};
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreForeign) << "one too many in the file";
  options.tables = {"red", "blue", "green"};
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreForeign) << "one too few in the file";
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone);
}

// hazards L12, L22, L7
TEST(Env, IsDurableWithoutOptions) {
  const Place place;
  const auto env = OpenRep(place.options());
  ASSERT_TRUE(env.ok());
  unsigned flags = 0;
  ASSERT_EQ(mdb_env_get_flags((*env)->mdb, &flags), MDB_SUCCESS);
  EXPECT_EQ(flags & (MDB_NOSYNC | MDB_NOMETASYNC | MDB_WRITEMAP | MDB_MAPASYNC), 0u);
  EXPECT_EQ(flags & (MDB_NOMEMINIT | MDB_NOLOCK | MDB_FIXEDMAP | MDB_RDONLY), 0u);
  EXPECT_NE(flags & MDB_NOTLS, 0u);
}

// hazard L2: the first process that opens decides for all.
TEST(Env, HasAtLeast1024ReaderSlots) {
  const Place place;
  EnvOptions options = place.options();
  options.max_readers = 3;
  const auto env = OpenRep(options);
  ASSERT_TRUE(env.ok());
  unsigned readers = 0;
  ASSERT_EQ(mdb_env_get_maxreaders((*env)->mdb, &readers), MDB_SUCCESS);
  EXPECT_GE(readers, 1024u);
}

// hazard L5: LMDB's own default is far too small.
TEST(Env, MapHasTheSizeThatWasAskedFor) {
  const Place place;
  EnvOptions options = place.options();
  options.map_size_bytes = std::uint64_t{3} << 30;
  const auto env = OpenRep(options);
  ASSERT_TRUE(env.ok());
  MDB_envinfo info;
  ASSERT_EQ(mdb_env_info((*env)->mdb, &info), MDB_SUCCESS);
  EXPECT_EQ(info.me_mapsize, options.map_size_bytes);
}

// hazard L6, L7: slots are reused, and all of them are given back at the end.
TEST(Env, ReadersReuseTheirSlots) {
  const Place place;
  const auto env = OpenRep(place.options());
  ASSERT_TRUE(env.ok());
  for (int i = 0; i < 2000; ++i) {
    auto txn = (*env)->BeginRead();
    ASSERT_TRUE(txn.ok());
    (*env)->EndRead(*std::move(txn));
  }
  MDB_envinfo info;
  ASSERT_EQ(mdb_env_info((*env)->mdb, &info), MDB_SUCCESS);
  EXPECT_LE(info.me_numreaders, 2u);
}

// hazard L2: one process cannot have more readers than there are slots; none is lost by that.
TEST(Env, RefusesReadersBeyondTheSlots) {
  const Place place;
  const auto env = MustOpen(place.options());
  {
    std::vector<ReadTxn> readers;
    for (;;) {
      auto reader = env->BeginRead();
      if (!reader.ok()) {
        EXPECT_EQ(ReasonOf(reader.status()), Reason::kReadersFull);
        break;
      }
      readers.push_back(*std::move(reader));
    }
    EXPECT_GE(readers.size(), 1024u);
  }
  EXPECT_TRUE(env->BeginRead().ok());
}

TEST(Env, AThreadHasOneWriteTransaction) {
  const Place place;
  const auto env = MustOpen(place.options());
  const auto first = env->BeginWrite(Soon());
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(ReasonOf(env->BeginWrite(Soon()).status()), Reason::kBusy);
}

// hazard L27, within one process
TEST(Env, WriterGivesUpAtItsDeadline) {
  const Place place;
  const auto env = MustOpen(place.options());
  const auto first = env->BeginWrite(Soon());
  ASSERT_TRUE(first.ok());
  Reason reason = Reason::kNone;
  std::thread([&] { reason = ReasonOf(env->BeginWrite(Now()).status()); }).join();
  EXPECT_EQ(reason, Reason::kBusy);
}

// domain K-11
TEST(Env, LatestTimeIsNeverLowered) {
  const Place place;
  const auto env = MustOpen(place.options());
  EXPECT_EQ(env->LatestTime(), 0);
  env->LatchTime(50);
  env->LatchTime(40);
  EXPECT_EQ(env->LatestTime(), 50);
  env->LatchTime(60);
  EXPECT_EQ(env->LatestTime(), 60);
}

// domain K-11: kept in the gate file.
TEST(Env, LatestTimeSurvivesClosing) {
  const Place place;
  MustOpen(place.options())->LatchTime(70);
  EXPECT_EQ(MustOpen(place.options())->LatestTime(), 70);
}

// Readers, writers and the counters from many threads; run under ThreadSanitizer too.
TEST(Env, ServesManyThreads) {
  const Place place;
  const auto env = MustOpen(place.options());
  constexpr int kWrites = 40;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < kWrites; ++i) {
        const std::string value = std::to_string(i);
        auto txn = env->BeginWrite(Soon());
        ASSERT_TRUE(txn.ok());
        ASSERT_TRUE(txn->Put(kRed, "w" + std::to_string(writer), value).ok());
        ASSERT_TRUE(txn->Put(kBlue, "w" + std::to_string(writer), value).ok());
        ASSERT_TRUE(std::move(*txn).Commit().ok());
        env->LatchTime(i);
      }
    });
  }
  for (int reader = 0; reader < 4; ++reader) {
    threads.emplace_back([&] {
      std::uint64_t last = 0;
      for (int i = 0; i < 2000; ++i) {
        const auto txn = env->BeginRead();
        ASSERT_TRUE(txn.ok());
        EXPECT_GE(txn->id(), last);
        EXPECT_GE(env->LastTxnId(), txn->id());
        last = txn->id();
        const auto red = txn->Get(kRed, "w0");
        const auto blue = txn->Get(kBlue, "w0");
        ASSERT_TRUE(red.ok() && blue.ok());
        EXPECT_EQ(*red, *blue) << "one snapshot";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(GetOne(*env, kRed, "w1"), std::to_string(kWrites - 1));
}

// The end of the process is the answer to mistakes of our own. The child opens the store itself: an
// environment of its parent would answer kForked.
TEST(EnvDeathTest, TableMustBeOneOfThoseThatWereOpened) {
  const Place place;
  const auto ask = [&] {
    const auto env = MustOpen(place.options());
    (void)env->BeginRead()->Get(Table{2}, "key");
  };
  EXPECT_DEATH(ask(), "a table is one of those");
}

TEST(EnvDeathTest, TransactionMustNotOutliveItsEnvironment) {
  const Place place;
  const auto outlive = [&] {
    auto env = MustOpen(place.options());
    const auto txn = env->BeginRead();
    env.reset();
  };
  EXPECT_DEATH(outlive(), "outlives its environment");
}

}  // namespace
}  // namespace latchkey::kv::testing
