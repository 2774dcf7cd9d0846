#include "latchkey/feed.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/facade/core.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

constexpr std::size_t kChangesMax = 1000;

Change ViewOf(const base::ChangeRecord& record) {
  Change change;
  change.revision = record.revision;
  change.at = record.at;
  change.caller = record.actor.kind;
  change.by = record.actor.identity;
  change.applied_by = record.actor.applied_by;
  change.with_key = record.actor.key;
  change.source = record.actor.source;
  change.act = record.act;
  change.account = AccountId(record.account);
  change.object = record.object;
  change.request_id = record.request_id;
  change.made_with_leaked = record.made_with_leaked;
  for (const base::TouchedRecord& touched : record.touched) {
    change.objects.push_back(
        {touched.table, touched.key, touched.tag_before, touched.tag_after, touched.image});
  }
  return change;
}

absl::Status CheckReader(const ReadFrame& frame) {
  if (!frame.actor) return absl::OkStatus();
  return base::Error(Reason::kNotAllowed, "only the trusted host reads the feed");
}

absl::StatusOr<std::uint64_t> Newest(ReadFrame& frame) {
  LATCHKEY_RETURN_IF_ERROR(CheckReader(frame));
  return frame.view.Revision();
}

absl::StatusOr<ChangePage> ReadPage(ReadFrame& frame, std::uint64_t after, std::size_t most) {
  LATCHKEY_RETURN_IF_ERROR(CheckReader(frame));
  ChangePage page;
  page.next = after;
  LATCHKEY_ASSIGN_OR_RETURN(page.newest, frame.view.Revision());
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t oldest, frame.view.OldestChange());
  const std::uint64_t first_kept = oldest == 0 ? page.newest + 1 : oldest;
  page.trimmed = after + 1 < first_kept;
  if (page.trimmed) return page;
  LATCHKEY_RETURN_IF_ERROR(frame.view.VisitChanges(after, [&](const base::ChangeRecord& record) {
    page.changes.push_back(ViewOf(record));
    page.next = record.revision;
    return page.changes.size() < most;
  }));
  return page;
}

}  // namespace
}  // namespace facade

absl::StatusOr<ChangePage> Feed::Read(const Call& call, std::uint64_t after,
                                      std::size_t most) const {
  if (most < 1 || most > facade::kChangesMax) {
    return base::Error(Reason::kMalformed, "most must be within 1..1000");
  }
  return core_->Read(
      call, [&](facade::ReadFrame& frame) { return facade::ReadPage(frame, after, most); });
}

absl::StatusOr<bool> Feed::Wait(const Call& call, std::uint64_t after) const {
  constexpr absl::Duration kSlice = absl::Milliseconds(100);
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  const base::Deadline deadline = base::Deadline::After(call.timeout);
  while (true) {
    const std::uint32_t told = core_->store().env().CommitsTold();
    LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t newest, core_->Read(call, &facade::Newest));
    if (newest > after) return true;
    if (deadline.Passed()) return false;
    const absl::Duration slice = std::min(kSlice, deadline.Remaining());
    core_->store().env().AwaitCommit(told, base::Deadline::After(slice));
  }
}

}  // namespace latchkey::inline v0
