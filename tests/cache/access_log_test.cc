// A place that was taken back is nobody's, and none is somebody else's.
#include "engine/cache/access_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

namespace latchkey::cache {
namespace {

// hazard C87: who still has a stale place finds nothing, also while its memory is untouched.
TEST(AccessLog, APlaceThatWasTakenBackIsNotFound) {
  ReadSide readers;
  const std::unique_ptr<AccessLog> log = *AccessLog::Make(std::size_t{1} << 16, readers);
  AccessDraft draft;
  draft.grants.cells.resize(2);
  const AccessLog::Place first = log->Append(draft);
  const AccessLog::Place second = log->Append(draft);
  ASSERT_NE(log->At(first), nullptr);
  log->Retire(log->TakeOldest());
  EXPECT_EQ(log->At(first), nullptr);
  EXPECT_NE(log->At(second), nullptr);
}

// Blocks of all sizes through many rounds, in memory that is a power of two and in memory that is
// none: what can be found is whole and lies in no other block, and nearly all memory is used.
class AccessLogs : public testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Lines, AccessLogs, testing::Values(1024U, 1025U, 1500U, 2047U));

TEST_P(AccessLogs, FindableBlocksLieApart) {
  ReadSide readers;
  const std::unique_ptr<AccessLog> log = *AccessLog::Make(GetParam() * 64, readers);
  struct Written {
    AccessLog::Place place = 0;
    std::size_t lines = 0;
    std::uint32_t number = 0;
  };
  std::deque<Written> written;
  std::size_t most = 0;
  std::size_t in_use = 0;
  for (std::uint32_t number = 0; number < 2000; ++number) {
    AccessDraft draft;
    draft.key.identity = number;
    draft.grants.cells.resize(std::size_t{1} << number % 7);
    while (log->MustTakeBack(draft.lines(), 0)) {
      AccessLog::Oldest oldest = log->TakeOldest();
      ASSERT_EQ(oldest.place, written.front().place);
      in_use -= written.front().lines;
      written.pop_front();
      log->Retire(std::move(oldest));
    }
    const AccessLog::Place place = log->Append(draft);
    ASSERT_NE(place, 0U) << number;
    written.push_back({place, draft.lines(), number});
    in_use += draft.lines();
    most = std::max(most, in_use);
    const auto* const memory = static_cast<const std::byte*>(log->MemoryAt(place));
    for (const Written& other : written) {
      const auto* const block = static_cast<const std::byte*>(log->MemoryAt(other.place));
      ASSERT_NE(log->At(other.place), nullptr);
      ASSERT_EQ(log->At(other.place)->facts().key.identity, other.number);
      const bool apart = block + other.lines * 64 <= memory || memory + draft.lines() * 64 <= block;
      ASSERT_TRUE(apart || other.place == place) << number << " " << other.number;
    }
  }
  EXPECT_GT(most, GetParam() * 3 / 4);
  EXPECT_LE(most, GetParam());
}

}  // namespace
}  // namespace latchkey::cache
