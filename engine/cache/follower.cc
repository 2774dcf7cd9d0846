#include "engine/cache/follower.h"

#include <optional>

#include "engine/base/error.h"

namespace latchkey::cache {

bool Follower::RaiseTouched(const base::ChangeRecord& change, std::uint64_t txn) {
  for (const base::TouchedRecord& touched : change.touched) {
    const std::optional<Dependencies::Concern> concern = dependencies_.OfTouched(touched);
    if (!concern) return false;
    if (concern->key) forget_(*concern->key);
    for (const Slot slot : concern->slots) stamps_.Raise(slot, txn);
  }
  return true;
}

absl::StatusOr<bool> Follower::RaiseChanged(store::Snapshot& snapshot, const Moment& now) {
  const Moment before = validated_.Load();
  if (before.txn == 0 || now.revision < before.revision ||
      now.revision - before.revision > kChangesMax) {
    return false;
  }
  bool told = true;
  std::uint64_t last = before.revision;
  LATCHKEY_RETURN_IF_ERROR(
      snapshot.view().VisitChanges(before.revision, [&](const base::ChangeRecord& change) {
        told = change.revision == last + 1 && RaiseTouched(change, now.txn);
        last = change.revision;
        return told;
      }));
  return told && last == now.revision;
}

absl::Status Follower::Follow(store::Snapshot& snapshot) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || snapshot.txn_id() <= validated_.Load().txn) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t revision, snapshot.view().Revision());
  const Moment now{snapshot.txn_id(), revision};
  // A commit in doubt may have been seen by what is kept here, and its revision used again.
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t fenced, snapshot.LastFenced());
  LATCHKEY_ASSIGN_OR_RETURN(const bool told, RaiseChanged(snapshot, now));
  if (!told || fenced != fenced_) stamps_.RaiseAll(now.txn);
  fenced_ = fenced;
  validated_.Publish(now);
  return absl::OkStatus();
}

}  // namespace latchkey::cache
