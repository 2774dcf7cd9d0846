#include "engine/cache/access_table.h"

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {
// Blocks that one insertion may spare.
constexpr int kChances = 8;
}  // namespace

absl::StatusOr<std::unique_ptr<AccessTable>> AccessTable::Make(std::size_t bytes,
                                                               std::size_t routes,
                                                               ReadSide& readers) {
  LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<AccessLog> log, AccessLog::Make(bytes, readers));
  LATCHKEY_ASSIGN_OR_RETURN(AccessRoutes lines, AccessRoutes::Make(routes));
  return std::unique_ptr<AccessTable>(new AccessTable(std::move(log), std::move(lines)));
}

void AccessTable::Lead(const Ask& ask, AccessLog::Place place) {
  routes_.Put(ask, {place, log_->At(place)->log2_cells()}, log_->first());
}

void AccessTable::Link(const Ask& ask, const AccessKey& key) {
  const auto place = places_.find(key);
  if (place != places_.end()) Lead(ask, place->second);
}

bool AccessTable::MayStay(const AccessLog::Oldest& oldest, const ChangeStamps& stamps,
                          std::uint64_t now) const {
  const auto* const block = static_cast<const AccessBlock*>(log_->MemoryAt(oldest.place));
  const auto place = places_.find(block->facts().key);
  const bool is_current = place != places_.end() && place->second == oldest.place;
  return is_current && block->TakeUsed() && block->Holds(stamps, now);
}

bool AccessTable::MakeRoom(const ChangeStamps& stamps, std::uint64_t now, int& chances) {
  if (log_->empty()) return false;
  AccessLog::Oldest oldest = log_->TakeOldest();
  const AccessKey key = static_cast<const AccessBlock*>(log_->MemoryAt(oldest.place))->facts().key;
  if (chances > 0 && MayStay(oldest, stamps, now)) {
    --chances;
    if (const AccessLog::Place again = log_->AppendAgain(oldest); again != 0) {
      places_[key] = again;
      Lead(Ask(key.identity, key.account_hash), again);
      log_->Retire({oldest.place, oldest.lines, nullptr});
      return true;
    }
  }
  if (const auto place = places_.find(key);
      place != places_.end() && place->second == oldest.place) {
    places_.erase(place);
  }
  log_->Retire(std::move(oldest));
  return true;
}

void AccessTable::Insert(const Ask& ask, AccessDraft draft, const ChangeStamps& stamps,
                         std::uint64_t now) {
  const std::size_t kept = draft.grants.kept == nullptr ? 0 : draft.grants.kept->bytes();
  if (!log_->Fits(draft.lines(), kept)) return;
  // Anybody's key can be asked about any account: such blocks never cost another's [hazard C22].
  if (draft.barred != Reason::kNone && log_->MustTakeBack(draft.lines(), kept)) return;
  int chances = kChances;
  while (log_->MustTakeBack(draft.lines(), kept)) {
    if (!MakeRoom(stamps, now, chances)) return;
  }
  const AccessLog::Place place = log_->Append(draft);
  if (place == 0) return;
  places_[draft.key] = place;
  Lead(ask, place);
  Lead(Ask(draft.key.identity, draft.key.account_hash), place);
}

}  // namespace latchkey::cache
