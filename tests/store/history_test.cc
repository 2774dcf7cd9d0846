// The history of a key: the oldest entries go, and equal refusals become one entry with a count.
#include "gtest/gtest.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

constexpr std::uint32_t kLimit = 4;

class History : public ::testing::Test {
 protected:
  History() : store_(OpenStore(OptionsIn(directory_))) {
    Change(*store_, [&](Mutation& m) { ASSERT_TRUE(m.Put(SomeKey(1, "acct", "IBMid-1")).ok()); });
  }
  ~History() override { EXPECT_EQ(FaultsOf(*store_), ""); }

  // True if something was written.
  bool Append(const HistoryEntry& entry, std::uint32_t limit = kLimit) {
    const auto m = BeginIn(*store_);
    EXPECT_TRUE(m->AppendHistory(KeyNumber(1), entry, limit).ok());
    if (!m->touched()) return false;
    CommitOf(*m, HeaderAt(0));
    return true;
  }
  std::vector<HistoryEntry> Read() { return *ReadIn(*store_)->view().HistoryOf(KeyNumber(1)); }
  std::vector<std::int64_t> Seconds() {
    std::vector<std::int64_t> seconds;
    for (const HistoryEntry& entry : Read()) {
      seconds.push_back(absl::ToInt64Seconds(entry.at - At(0)));
    }
    return seconds;
  }

  Directory directory_;
  std::unique_ptr<Store> store_;
};

// domain K-14
TEST_F(History, KeepsTheNewestUpToItsLimit) {
  for (int second = 0; second < 10; ++second) {
    EXPECT_TRUE(Append(SomeHistory(second, KeyCommand::kUpdate)));
  }
  EXPECT_EQ(Seconds(), (std::vector<std::int64_t>{6, 7, 8, 9}));
}

TEST_F(History, ShrinksToALowerLimit) {
  for (int second = 0; second < 4; ++second) Append(SomeHistory(second, KeyCommand::kUpdate));
  Append(SomeHistory(4, KeyCommand::kUpdate), 2);
  EXPECT_EQ(Seconds(), (std::vector<std::int64_t>{3, 4}));
}

// domain K-14: at most once a minute.
TEST_F(History, RefusalWithinAMinuteWritesNothing) {
  EXPECT_TRUE(Append(SomeRefusal(0, "IBMid-1")));
  EXPECT_FALSE(Append(SomeRefusal(1, "IBMid-1")));
  EXPECT_FALSE(Append(SomeRefusal(59, "IBMid-1")));
  EXPECT_FALSE(Append(SomeRefusal(-100, "IBMid-1")));
  EXPECT_EQ(Read().front().count, 1u);
}

TEST_F(History, RefusalAfterAMinuteCountsInTheSameEntry) {
  Append(SomeRefusal(0, "IBMid-1"));
  EXPECT_TRUE(Append(SomeRefusal(60, "IBMid-1")));
  EXPECT_FALSE(Append(SomeRefusal(119, "IBMid-1")));
  EXPECT_TRUE(Append(SomeRefusal(120, "IBMid-1")));
  ASSERT_EQ(Read().size(), 1u);
  EXPECT_EQ(Read().front().count, 3u);
  EXPECT_EQ(Read().front().at, At(120));
}

// domain K-14: equal means caller and command.
TEST_F(History, RefusalsOfOthersOrOfOtherCommandsStandApart) {
  HistoryEntry lock = SomeRefusal(1, "IBMid-1");
  lock.command = KeyCommand::kUpdate;
  HistoryEntry through_key = SomeRefusal(2, "IBMid-1");
  through_key.with_key = KeyNumber(5);
  for (const HistoryEntry& entry :
       {SomeRefusal(0, "IBMid-1"), lock, through_key, SomeRefusal(3, "IBMid-2")}) {
    EXPECT_TRUE(Append(entry));
  }
  EXPECT_EQ(Read().size(), 4u);
}

TEST_F(History, SuccessesNeverCoalesce) {
  Append(SomeRefusal(0, "IBMid-1"));
  HistoryEntry success = SomeRefusal(1, "IBMid-1");
  success.refused = false;
  EXPECT_TRUE(Append(success));
  success.at = At(2);
  EXPECT_TRUE(Append(success));
  EXPECT_EQ(Read().size(), 3u);
}

// A full history in which an older refusal grows: it moves to the end and nothing else goes.
TEST_F(History, GrowingRefusalMovesToTheEnd) {
  Append(SomeRefusal(0, "IBMid-1"));
  for (int second = 1; second < 4; ++second) Append(SomeHistory(second, KeyCommand::kUpdate));
  Append(SomeRefusal(100, "IBMid-1"));
  EXPECT_EQ(Seconds(), (std::vector<std::int64_t>{1, 2, 3, 100}));
  EXPECT_EQ(Read().back().count, 2u);
}

// hazard C85: keys whose ids are neighbours.
TEST_F(History, OfOneKeyIsNotThatOfTheNext) {
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.Put(SomeKey(2, "acct", "IBMid-1")).ok());
    ASSERT_TRUE(m.AppendHistory(KeyNumber(2), SomeHistory(5, KeyCommand::kCreate), kLimit).ok());
  });
  Append(SomeHistory(0, KeyCommand::kCreate));
  EXPECT_EQ(Seconds(), std::vector<std::int64_t>{0});
}

}  // namespace
}  // namespace latchkey::store
