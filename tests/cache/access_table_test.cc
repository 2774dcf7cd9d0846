// Compiled blocks in bounded memory: found again, replaced, spared, and never another's.
#include "engine/cache/access_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::cache {
namespace {

constexpr std::size_t kBytes = std::size_t{1} << 16;
constexpr std::size_t kRoutes = 4096;

KeyId KeyOf(std::uint64_t n) {
  KeyId::Bytes bytes;
  const std::uint64_t half = n * 0xD6E8'FEB8'6659'FD93U;
  std::memcpy(bytes.data(), &half, sizeof half);
  std::memcpy(bytes.data() + sizeof half, &n, sizeof n);
  return KeyId(bytes);
}

AccessKey AccessOf(std::uint32_t n) { return {n, n * 0x9E37'79B9'7F4A'7C15U}; }

// Every number in it says whose it is.
AccessDraft DraftOf(std::uint32_t n, std::size_t cells = 4) {
  AccessDraft draft;
  draft.key = AccessOf(n);
  draft.account = n;
  draft.stamp = 1;
  draft.own = {static_cast<Slot>(n)};
  draft.external_accounts = {n, n + 1};
  draft.grants.cells.resize(cells);
  return draft;
}

bool IsOf(const AccessBlock& block, std::uint32_t n) {
  return block.facts().key == AccessOf(n) && block.facts().account == n && block.Lists(n) &&
         block.Lists(n + 1) && !block.Lists(n + 2);
}

class AccessTableTest : public ::testing::Test {
 protected:
  AccessTableTest() : table_(*AccessTable::Make(kBytes, kRoutes, readers_)) {}

  static AccessTable::Ask AskOf(std::uint32_t n) { return {KeyOf(n), AccessOf(n).account_hash}; }
  void Insert(std::uint32_t n, std::size_t cells = 4) {
    table_->Insert(AskOf(n), DraftOf(n, cells), stamps_, 1);
  }
  [[nodiscard]] const AccessBlock* Find(std::uint32_t n) const {
    return table_->Find(AskOf(n), AccessOf(n));
  }

  ReadSide readers_;
  ChangeStamps stamps_;
  std::unique_ptr<AccessTable> table_;
};

// hazard C35
TEST_F(AccessTableTest, FindsWhatWasPut) {
  for (std::uint32_t n = 1; n <= 50; ++n) Insert(n);
  for (std::uint32_t n = 1; n <= 50; ++n) {
    ASSERT_NE(Find(n), nullptr) << n;
    EXPECT_TRUE(IsOf(*Find(n), n));
    EXPECT_EQ(table_->Find(AskOf(n), AccessOf(n + 1)), nullptr) << "the route of one, of another";
  }
  EXPECT_EQ(Find(51), nullptr);
}

// hazard C35: another key of the same identity has no route at first, and one from then on.
TEST_F(AccessTableTest, AKeyIsLinkedToTheBlockOfItsIdentity) {
  Insert(1);
  const AccessTable::Ask other(KeyOf(99), AccessOf(1).account_hash);
  EXPECT_EQ(table_->Find(other, AccessOf(1)), nullptr);
  const AccessTable::Ask by_identity(AccessOf(1).identity, AccessOf(1).account_hash);
  EXPECT_EQ(table_->Find(by_identity, AccessOf(1)), Find(1)) << "without a route of its own";
  table_->Link(other, AccessOf(1));
  EXPECT_EQ(table_->Find(other, AccessOf(1)), Find(1));
  table_->Link(other, AccessOf(2));
  EXPECT_EQ(table_->Find(other, AccessOf(2)), nullptr);
}

TEST_F(AccessTableTest, TheLatestIsFound) {
  Insert(1, 4);
  const AccessBlock* const before = Find(1);
  Insert(1, 16);
  ASSERT_NE(Find(1), nullptr);
  EXPECT_NE(Find(1), before);
  EXPECT_TRUE(IsOf(*before, 1)) << "who found it before may still look at it";
}

// hazard C22: many times the memory, of all sizes; what is found is right, and memory is bounded.
TEST_F(AccessTableTest, ChurnStaysInItsBounds) {
  int found = 0;
  for (std::uint32_t n = 1; n <= 20'000; ++n) {
    Insert(n, std::size_t{1} << n % 7);
    ASSERT_LE(table_->bytes(), kBytes + kBytes / 4);
    for (const std::uint32_t earlier : {n, n - n % 100, n / 2}) {
      const AccessBlock* const block = Find(earlier);
      if (block == nullptr) continue;
      ++found;
      ASSERT_TRUE(IsOf(*block, earlier));
    }
  }
  EXPECT_GT(found, 20'000) << "at least the one just put";
}

// hazard C22: what is asked for again and again outlives what was asked for once.
TEST_F(AccessTableTest, WhatIsUsedStays) {
  for (std::uint32_t n = 1; n <= 5; ++n) Insert(n);
  int kept = 0;
  for (std::uint32_t n = 100; n <= 5000; ++n) {
    Insert(n);
    for (std::uint32_t used = 1; used <= 5; ++used) {
      const AccessKey key = AccessOf(used);
      if (Find(used) == nullptr) table_->Link(AskOf(used), key);
      kept += Find(used) != nullptr ? 1 : 0;
    }
  }
  EXPECT_EQ(kept, 5 * 4901);
}

// hazard C22: refusals, which anybody can cause, take no room that is not free.
TEST_F(AccessTableTest, ARefusalEvictsNothing) {
  for (std::uint32_t n = 1; n <= 2000; ++n) Insert(n);
  ASSERT_NE(Find(2000), nullptr);
  for (std::uint32_t n = 3000; n <= 9000; ++n) {
    AccessDraft draft = DraftOf(n);
    draft.barred = Reason::kAccountNotOpen;
    table_->Insert(AskOf(n), std::move(draft), stamps_, 1);
  }
  EXPECT_NE(Find(2000), nullptr);
}

// Options::compiled_access_bytes: what is kept beside the blocks takes a quarter of it at most.
TEST_F(AccessTableTest, PoliciesKeptBesideTakeAQuarterAtMost) {
  const auto with_policies = [](std::uint32_t n, std::size_t bytes) {
    AccessDraft draft = DraftOf(n);
    Policy policy;
    policy.resource = {{"serviceName", AttributeOperator::kStringMatch, {std::string(bytes, 'x')}}};
    auto kept = std::make_unique<authz::KeptPolicies>();
    kept->Add(std::move(policy));
    EXPECT_GE(kept->bytes(), bytes);
    draft.grants.kept = std::move(kept);
    return draft;
  };
  int found = 0;
  std::optional<ReadSide::Guard> reader;
  for (std::uint32_t n = 1; n <= 3000; ++n) {
    // Whoever reads holds up what is freed, not what is bounded.
    if (n % 100 == 0) reader.emplace(readers_.Enter());
    if (n % 100 == 50) reader.reset();
    table_->Insert(AskOf(n), with_policies(n, 300), stamps_, 1);
    ASSERT_LE(table_->bytes(), kBytes + kBytes / 4) << n;
    found += Find(n) != nullptr ? 1 : 0;
  }
  EXPECT_GE(found, 1500) << "older ones made room";
  table_->Insert(AskOf(9000), with_policies(9000, kBytes / 4), stamps_, 1);
  EXPECT_EQ(Find(9000), nullptr) << "too much for one";
}

TEST_F(AccessTableTest, WhatIsTooLargeIsNotKept) {
  Insert(1, 1024);
  EXPECT_EQ(Find(1), nullptr);
  Insert(2);
  EXPECT_NE(Find(2), nullptr);
}

// hazard C87: as long as a reader is inside, nothing that it may have found is written over.
TEST_F(AccessTableTest, AReaderHoldsWhatItFound) {
  for (std::uint32_t n = 1; n <= 10; ++n) Insert(n);
  {
    const ReadSide::Guard guard = readers_.Enter();
    std::vector<const AccessBlock*> held;
    for (std::uint32_t n = 1; n <= 10; ++n) held.push_back(Find(n));
    for (std::uint32_t n = 100; n <= 3000; ++n) Insert(n);
    for (std::uint32_t n = 1; n <= 10; ++n) EXPECT_TRUE(IsOf(*held[n - 1], n));
    EXPECT_EQ(Find(3000), nullptr) << "there was no room for so many";
  }
  Insert(4000);
  EXPECT_NE(Find(4000), nullptr);
}

// hazard C87: readers beside a writer that goes round many times.
TEST_F(AccessTableTest, ReadersNeverMeetAnothersBlock) {
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (std::uint32_t n = 1; !stop.load(); n = n % 400 + 1) {
        const ReadSide::Guard guard = readers_.Enter();
        const AccessBlock* const block = Find(n);
        if (block != nullptr && !IsOf(*block, n)) wrong.fetch_add(1);
      }
    });
  }
  for (std::uint32_t n = 1; n <= 60'000; ++n) Insert(n % 400 + 1, std::size_t{1} << n % 6);
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace latchkey::cache
