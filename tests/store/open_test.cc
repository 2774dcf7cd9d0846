// Creating and opening: one header for good, checked against the options of every later open.
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "gtest/gtest.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

Reason ReasonOfOpen(const StoreOptions& options) { return ReasonOf(Store::Open(options).status()); }

TEST(Open, GivesEachNewStoreItsOwnIdAndTagKey) {
  Directory a, b;
  const auto first = OpenStore(OptionsIn(a)), second = OpenStore(OptionsIn(b));
  EXPECT_NE(first->header().store_id, second->header().store_id);
  EXPECT_NE(first->header().tag_key, second->header().tag_key);
  EXPECT_EQ(first->header().created_at, At(0));
  EXPECT_EQ(first->header().format, kFormatVersion);
}

TEST(Open, AgainChangesNothing) {
  Directory directory;
  StoreOptions options = OptionsIn(directory);
  const auto header = OpenStore(options)->header();
  FillEveryTable(*OpenStore(options));
  const std::vector<RawEntry> before = RawEntries(options);
  options.now = At(1000);
  {
    const auto store = OpenStore(options);
    EXPECT_EQ(store->header().store_id, header.store_id);
    EXPECT_EQ(store->header().tag_key, header.tag_key);
    EXPECT_EQ(store->header().created_at, At(0));
    EXPECT_EQ(FaultsOf(*store), "");
  }
  const std::vector<RawEntry> after = RawEntries(options);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].key, before[i].key);
    EXPECT_EQ(after[i].value, before[i].value) << NameOf(after[i].table);
  }
}

TEST(Open, NamesTheOptionThatDiffers) {
  Directory directory;
  const StoreOptions options = KeyedOptionsIn(directory);
  OpenStore(options).reset();
  const auto check = [&](auto change, std::string_view name) {
    StoreOptions other = options;
    change(other);
    const absl::Status status = Store::Open(other).status();
    EXPECT_EQ(ReasonOf(status), Reason::kStoreMismatch) << name;
    EXPECT_NE(status.message().find(name.data()), absl::string_view::npos) << status;
  };
  check([](StoreOptions& o) { o.token_prefix = "other"; }, "token_prefix");
  check([](StoreOptions& o) { o.crn_prefix = "crn:v1:other"; }, "crn_prefix");
  check([](StoreOptions& o) { o.record_key.reset(); }, "record_key");
  check([](StoreOptions& o) { (*o.record_key)[31] ^= 1; }, "record_key");
  EXPECT_EQ(ReasonOfOpen(options), Reason::kNone);
}

TEST(Open, WithARecordKeyRefusesAStoreWithoutOne) {
  Directory directory;
  OpenStore(OptionsIn(directory)).reset();
  EXPECT_EQ(ReasonOfOpen(KeyedOptionsIn(directory)), Reason::kStoreMismatch);
}

// hazard L20: the header is not keyed itself, but the proof of the key covers it.
TEST(Open, ShowsAForgedHeaderOfAKeyedStore) {
  Directory directory;
  const StoreOptions options = KeyedOptionsIn(directory);
  codec::StoreHeader header = OpenStore(options)->header();
  header.tag_key.fill(0);
  const std::string key = *KeyIn<TableId::kMeta>(kMetaHeader);
  EditRaw(options, [&](kv::WriteTxn& txn) {
    const std::string value = Sealer(std::nullopt).Seal(TableId::kMeta, key, codec::Encode(header));
    ASSERT_TRUE(txn.Put(HandleOf(TableId::kMeta), key, value).ok());
  });
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreMismatch);
}

TEST(Open, RefusesAnotherFormatVersion) {
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  codec::StoreHeader header = OpenStore(options)->header();
  header.format = 1;
  const std::string key = *KeyIn<TableId::kMeta>(kMetaHeader);
  EditRaw(options, [&](kv::WriteTxn& txn) {
    const std::string value = Sealer(std::nullopt).Seal(TableId::kMeta, key, codec::Encode(header));
    ASSERT_TRUE(txn.Put(HandleOf(TableId::kMeta), key, value).ok());
  });
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreForeign);
}

// hazard C69: each bit of header and key check.
TEST(Open, RefusesAFlippedBitInHeaderOrKeyCheck) {
  Directory directory;
  const StoreOptions options = KeyedOptionsIn(directory);
  OpenStore(options).reset();
  for (const std::string_view what : {kMetaHeader, kMetaKeyCheck}) {
    const std::string key = *KeyIn<TableId::kMeta>(what);
    std::string value;
    for (const RawEntry& entry : RawEntries(options)) {
      if (entry.table == TableId::kMeta && entry.key == key) value = entry.value;
    }
    ASSERT_FALSE(value.empty());
    const auto write = [&](const std::string& bytes) {
      EditRaw(options, [&](kv::WriteTxn& txn) {
        ASSERT_TRUE(txn.Put(HandleOf(TableId::kMeta), key, bytes).ok());
      });
    };
    for (std::size_t bit = 0; bit < value.size() * 8; bit += 37) {
      std::string flipped = value;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      write(flipped);
      EXPECT_EQ(ReasonOfOpen(options), Reason::kCorrupt) << what << " " << bit;
    }
    write(value);
  }
  EXPECT_EQ(ReasonOfOpen(options), Reason::kNone);
}

TEST(Open, RefusesDataWithoutAHeader) {
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  FillEveryTable(*OpenStore(options));
  EditRaw(options, [](kv::WriteTxn& txn) {
    EXPECT_TRUE(*txn.Delete(HandleOf(TableId::kMeta), *KeyIn<TableId::kMeta>(kMetaHeader)));
  });
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreForeign);
}

// What a process leaves that died between making the files and writing the header.
TEST(Open, CompletesAStoreThatHoldsNothingYet) {
  Directory directory;
  StoreOptions options = OptionsIn(directory);
  OpenStore(options).reset();
  EditRaw(options, [](kv::WriteTxn& txn) {
    for (const std::string_view what : {kMetaHeader, kMetaProgress}) {
      EXPECT_TRUE(*txn.Delete(HandleOf(TableId::kMeta), *KeyIn<TableId::kMeta>(what)));
    }
  });
  options.mode = kv::OpenMode::kMustExist;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreMissing);
  options.mode = kv::OpenMode::kOpenOrCreate;
  EXPECT_EQ(FaultsOf(*OpenStore(options)), "");
}

TEST(Open, FollowsItsMode) {
  Directory directory;
  StoreOptions options = OptionsIn(directory);
  options.mode = kv::OpenMode::kMustExist;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreMissing);
  options.mode = kv::OpenMode::kMustCreate;
  EXPECT_EQ(ReasonOfOpen(options), Reason::kNone);
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreExists);
}

TEST(Open, RefusesAStoreWithOtherTables) {
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  {
    kv::EnvOptions raw;
    raw.directory = options.directory;
    raw.allow_any_file_system = true;
    raw.map_size_bytes = options.map_size_bytes;
    raw.tables = {"meta", "something else"};
    ASSERT_TRUE(kv::Env::Open(raw).ok());
  }
  EXPECT_EQ(ReasonOfOpen(options), Reason::kStoreForeign);
}

// Processes that create at once, let go by one pipe: one header for all.
TEST(Open, CreationRaceMakesOneHeader) {
  constexpr int kRounds = 10, kProcesses = 4;
  for (int round = 0; round < kRounds; ++round) {
    Directory directory;
    const StoreOptions options = OptionsIn(directory);
    int start[2], answers[2];
    ASSERT_EQ(pipe(start), 0);
    ASSERT_EQ(pipe(answers), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      children.push_back(fork());
      if (children.back() != 0) continue;
      close(start[1]);
      char byte;
      (void)!read(start[0], &byte, 1);
      auto store = Store::Open(options);
      if (!store.ok()) _exit(1);
      const auto id = (*store)->header().store_id;
      if (write(answers[1], id.data(), id.size()) != static_cast<ssize_t>(id.size())) _exit(2);
      store->reset();
      _exit(0);
    }
    close(start[0]);
    close(start[1]);
    close(answers[1]);
    std::set<std::string> ids;
    char id[16];
    int answered = 0;
    while (read(answers[0], id, sizeof id) == sizeof id) {
      ids.insert(std::string(id, sizeof id));
      ++answered;
    }
    close(answers[0]);
    for (const pid_t child : children) {
      int status = 0;
      waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(answered, kProcesses);
    EXPECT_EQ(ids.size(), 1u);
    EXPECT_EQ(FaultsOf(*OpenStore(options)), "");
  }
}

// domain A-3: what one process has committed, the next snapshot of the other sees.
TEST(Open, TwoProcessesShareAStore) {
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  int to_child[2], to_parent[2];
  ASSERT_EQ(pipe(to_child), 0);
  ASSERT_EQ(pipe(to_parent), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto store = OpenStore(options);
    char byte = 0;
    for (std::uint64_t i = 0; read(to_child[0], &byte, 1) == 1 && byte == 'n'; ++i) {
      const auto theirs = *ReadIn(*store)->view().FindKey(KeyNumber(2 * i));
      if (!theirs) _exit(1);
      Change(*store, [&](Mutation& m) { (void)m.Put(SomeKey(2 * i + 1, "acct", "IBMid-1")); });
      (void)!write(to_parent[1], "n", 1);
    }
    _exit(0);
  }
  const auto store = OpenStore(options);
  char byte;
  for (std::uint64_t i = 0; i < 20; ++i) {
    Change(*store,
           [&](Mutation& m) { ASSERT_TRUE(m.Put(SomeKey(2 * i, "acct", "IBMid-1")).ok()); });
    ASSERT_EQ(write(to_child[1], "n", 1), 1);
    ASSERT_EQ(read(to_parent[0], &byte, 1), 1);
    EXPECT_TRUE(ReadIn(*store)->view().FindKey(KeyNumber(2 * i + 1))->has_value());
  }
  ASSERT_EQ(write(to_child[1], "e", 1), 1);
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*ReadIn(*store)->view().Revision(), 40u);
  EXPECT_EQ(FaultsOf(*store), "");
  for (const int fd : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) close(fd);
}

}  // namespace
}  // namespace latchkey::store
