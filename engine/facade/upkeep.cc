#include "engine/facade/upkeep.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/facade/rehash.h"

namespace latchkey::inline v0::facade {
namespace {

// Revision up to which the feed may be trimmed: all but the newest feed_records, and among the rest
// only what is older than feed_retention.
absl::StatusOr<std::uint64_t> KeepFrom(Core& core, store::View& view, absl::Time now) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t newest, view.Revision());
  const std::uint64_t by_count =
      newest > core.options().feed_records ? newest - core.options().feed_records + 1 : 1;
  const absl::Time oldest_kept = now - core.options().feed_retention;
  std::uint64_t by_age = newest + 1;
  LATCHKEY_RETURN_IF_ERROR(view.VisitChanges(0, [&](const base::ChangeRecord& change) {
    if (change.at < oldest_kept) return true;
    by_age = change.revision;
    return false;
  }));
  return std::max(by_count, by_age);
}

constexpr std::uint64_t kTrimStep = 1000;

// One short transaction of upkeep. Returns whether everything is done.
absl::StatusOr<bool> TrimStep(Core& core, base::Deadline deadline, MaintenanceReport& report) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto txn, core.Write(deadline));
  const absl::Time now = core.Now();
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t keep_from, KeepFrom(core, *txn, now));
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t changes, txn->TrimChanges(keep_from, kTrimStep));
  LATCHKEY_ASSIGN_OR_RETURN(
      const std::uint64_t requests,
      txn->TrimRequests(now - core.options().request_id_retention, kTrimStep));
  if (changes + requests > 0) LATCHKEY_RETURN_IF_ERROR(txn->CommitUpkeep());
  report.changes_trimmed += changes;
  report.requests_trimmed += requests;
  return changes < kTrimStep && requests < kTrimStep;
}

absl::Status ClearReaders(Core& core, MaintenanceReport& report) {
  LATCHKEY_ASSIGN_OR_RETURN(const int cleared, core.store().env().ClearStaleReaders());
  report.readers_cleared = static_cast<std::uint64_t>(cleared);
  Observer* const observer = core.options().observer;
  if (cleared > 0 && observer != nullptr) {
    observer->OnEvent(Observer::Event::kStaleReadersCleared, report.readers_cleared);
  }
  return absl::OkStatus();
}

// Whether everything that was counted is kept now.
bool KeepActivity(Core& core, base::Deadline deadline, MaintenanceReport& report) {
  const Core::FlushedActivity flushed = core.FlushActivity(deadline);
  report.activity_written = flushed.flushed.keys;
  report.activity_fault = flushed.fault;
  return flushed.flushed.complete || flushed.fault != Reason::kNone;
}

void ForgetActivity(Core& core, base::Deadline deadline, MaintenanceReport& report) {
  if (report.activity_fault != Reason::kNone) return;
  const auto forgotten = core.activity().Sweep(deadline);
  if (forgotten.ok()) {
    report.activity_forgotten = *forgotten;
  } else {
    report.activity_fault = ReasonOf(forgotten.status());
  }
}

}  // namespace

absl::StatusOr<MaintenanceReport> RunUpkeep(Core& core, base::Deadline deadline) {
  MaintenanceReport report;
  LATCHKEY_RETURN_IF_ERROR(ClearReaders(core, report));
  const bool kept = KeepActivity(core, deadline, report);
  ForgetActivity(core, deadline, report);
  bool trimmed = false;
  while (!trimmed && !deadline.Passed() && !core.closing()) {
    const absl::StatusOr<bool> all = TrimStep(core, deadline, report);
    if (ReasonOf(all.status()) == Reason::kBusy) break;  // the writer was not free in time
    LATCHKEY_RETURN_IF_ERROR(all.status());
    trimmed = *all;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool rehashed, RehashDue(core, deadline, report));
  report.complete = kept && trimmed && rehashed;
  return report;
}

void MaintainOnce(Core& core) {
  const Core::Use use(core);
  if (!use.status().ok()) return;
  const auto deadline = base::Deadline::After(core.options().maintenance_interval);
  const auto report = RunUpkeep(core, deadline);
  if (report.ok()) return;
  const Reason reason = ReasonOf(core.Report(report.status()));
  Observer* const observer = core.options().observer;
  if (observer != nullptr && reason != Reason::kClosed) {
    observer->OnEvent(Observer::Event::kMaintenanceFailed, 1);
  }
}

}  // namespace latchkey::inline v0::facade
