// A mutation happens wholly or not at all, moves the revision by one, and happens once per request.
#include "gtest/gtest.h"

#include "engine/crypto/random_source.h"
#include "store/world.h"

namespace latchkey::store {
namespace {

RequestId Request(std::uint64_t number) { return RequestId{KeyNumber(number).bytes()}; }

class Commit : public ::testing::Test {
 protected:
  Commit() : options_(OptionsIn(directory_)), store_(OpenStore(options_)) {}
  ~Commit() override {
    if (store_ != nullptr) {
      EXPECT_EQ(FaultsOf(*store_), "");
    }
  }

  absl::StatusOr<std::uint64_t> CommitNamed(std::uint64_t request, std::int64_t second = 0) {
    const auto m = BeginIn(*store_);
    ChangeHeader header = HeaderAt(second);
    header.request_id = Request(request);
    header.object = "object";
    return m->Commit(header);
  }

  Directory directory_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
};

// hazard F3, hazard F8: our own count.
TEST_F(Commit, MovesTheRevisionByOne) {
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), 0u);
  for (std::uint64_t expected = 1; expected < 4; ++expected) {
    EXPECT_EQ(Change(*store_, [](Mutation&) {}), expected);
    EXPECT_EQ(*ReadIn(*store_)->view().Revision(), expected);
  }
}

TEST_F(Commit, HoldsAnyNumberOfRecords) {
  std::uint64_t next = 0;
  for (const std::uint64_t count : {1u, 2u, 3u, 10u, 50u, 100u}) {
    Change(*store_, [&](Mutation& m) {
      for (std::uint64_t i = 0; i < count; ++i) {
        ASSERT_TRUE(m.Put(SomeKey(next++, "acct", "IBMid-1")).ok());
      }
    });
    EXPECT_EQ(ReadIn(*store_)->view().KeysOf(AccountId("acct"), IamId("IBMid-1"))->size(), next);
  }
}

TEST_F(Commit, WithoutItNothingHappened) {
  {
    const auto m = BeginIn(*store_);
    ASSERT_TRUE(m->Put(SomeKey(1, "acct", "IBMid-1")).ok());
    ASSERT_TRUE(m->FindKey(KeyNumber(1))->has_value()) << "reads through it see its own writes";
    EXPECT_EQ(*m->NextSerial(), 1u);
  }
  EXPECT_FALSE(ReadIn(*store_)->view().FindKey(KeyNumber(1))->has_value());
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), 0u);
  EXPECT_EQ(*BeginIn(*store_)->NextSerial(), 1u);
}

// domain A-3: a snapshot stays what it was; the next one sees the change.
TEST_F(Commit, IsSeenByTheNextSnapshotAndByNoEarlierOne) {
  const auto before = ReadIn(*store_);
  Change(*store_, [](Mutation& m) { ASSERT_TRUE(m.Put(SomeKey(1, "acct", "IBMid-1")).ok()); });
  EXPECT_FALSE(before->view().FindKey(KeyNumber(1))->has_value());
  const auto after = ReadIn(*store_);
  EXPECT_TRUE(after->view().FindKey(KeyNumber(1))->has_value());
  EXPECT_GT(after->txn_id(), before->txn_id());
}

TEST_F(Commit, RecordsTheOutcomeOfItsRequest) {
  ASSERT_TRUE(CommitNamed(1, 5).ok());
  const auto outcome = *ReadIn(*store_)->view().FindRequest(Request(1));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->revision, 1u);
  EXPECT_EQ(outcome->at, At(5));
  EXPECT_EQ(outcome->act, "test.change");
  EXPECT_EQ(outcome->object, "object");
  EXPECT_FALSE(ReadIn(*store_)->view().FindRequest(Request(2))->has_value());
}

TEST_F(Commit, UnderAUsedRequestIdIsRefusedAndWritesNothing) {
  ASSERT_TRUE(CommitNamed(1).ok());
  const auto m = BeginIn(*store_);
  ASSERT_TRUE(m->Put(SomeKey(1, "acct", "IBMid-1")).ok());
  ChangeHeader header = HeaderAt(0);
  header.request_id = Request(1);
  EXPECT_EQ(ReasonOf(m->Commit(header).status()), Reason::kRequestIdUsed);
  header.request_id = Request(2);
  EXPECT_EQ(ReasonOf(m->Commit(header).status()), Reason::kRequestIdUsed) << "it is over";
  EXPECT_EQ(ReasonOf(m->CommitUpkeep()), Reason::kRequestIdUsed) << "it is over";
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), 1u);
  EXPECT_FALSE(ReadIn(*store_)->view().FindKey(KeyNumber(1))->has_value());
}

TEST_F(Commit, TrimsOutcomesOlderThanATime) {
  for (std::uint64_t i = 0; i < 6; ++i) {
    ASSERT_TRUE(CommitNamed(i, static_cast<std::int64_t>(i)).ok());
  }
  const auto trim = [&](std::int64_t second, std::uint64_t most) {
    const auto m = BeginIn(*store_);
    const std::uint64_t gone = *m->TrimRequests(At(second), most);
    EXPECT_TRUE(m->CommitUpkeep().ok());
    return gone;
  };
  EXPECT_EQ(trim(4, 2), 2u);
  EXPECT_EQ(trim(4, 100), 2u);
  EXPECT_FALSE(ReadIn(*store_)->view().FindRequest(Request(3))->has_value());
  EXPECT_TRUE(ReadIn(*store_)->view().FindRequest(Request(4))->has_value());
  EXPECT_TRUE(CommitNamed(0).ok()) << "a trimmed request id is free again";
}

// hazard K11, hazard C10: no nonce, no commit, and nothing half done.
TEST_F(Commit, WithoutEntropyIsRefused) {
  const auto m = BeginIn(*store_);
  ASSERT_TRUE(m->Put(SomeKey(1, "acct", "IBMid-1")).ok());
  crypto::SetRandomSourceForTests([](void*, std::size_t, unsigned) -> ssize_t { return -1; });
  EXPECT_EQ(ReasonOf(m->Commit(HeaderAt(0)).status()), Reason::kNoEntropy);
  crypto::SetRandomSourceForTests(nullptr);
  EXPECT_EQ(ReasonOf(m->Commit(HeaderAt(0)).status()), Reason::kNoEntropy) << "it is over";
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), 0u);
}

// hazard C88: a typed write cannot go past the feed.
TEST_F(Commit, OfUpkeepWithTypedWritesEndsTheProcess) {
  store_.reset();
  EXPECT_DEATH(
      {
        const auto store = OpenStore(options_);
        const auto m = BeginIn(*store);
        (void)m->Put(SomeKey(1, "acct", "IBMid-1"));
        (void)m->CommitUpkeep();
      },
      "a typed write is committed with a change record");
}

// A map that is too small: the failure sticks, and the store is as before.
TEST_F(Commit, AfterAFailedWriteIsRefused) {
  store_.reset();
  options_.map_size_bytes = std::uint64_t{1} << 20;
  store_ = OpenStore(options_);
  const std::uint64_t before = *ReadIn(*store_)->view().Revision();
  {
    const auto m = BeginIn(*store_);
    absl::Status status;
    for (std::uint64_t i = 0; status.ok() && i < 100'000; ++i) {
      status = m->Put(SomeKey(i, "acct", "IBMid-1"));
    }
    EXPECT_EQ(ReasonOf(status), Reason::kStorageFull);
    EXPECT_EQ(ReasonOf(m->Commit(HeaderAt(0)).status()), Reason::kStorageFull);
  }
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), before);
}

}  // namespace
}  // namespace latchkey::store
