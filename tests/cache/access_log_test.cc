// A place that was taken back is nobody's.
#include "engine/cache/access_log.h"

#include <gtest/gtest.h>

#include <memory>

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

}  // namespace
}  // namespace latchkey::cache
