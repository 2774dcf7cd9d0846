#include "engine/store/settle.h"

#include "engine/base/deadline.h"
#include "engine/base/error.h"

namespace latchkey::store {
namespace {

constexpr absl::Duration kSettleFor = absl::Seconds(2);

// True if the store as it is after the fence proves that `attempted` was never committed: its
// revision was not reached, or another commit made it.
bool WasNotMade(const codec::StoreProgress& stored, const codec::StoreProgress& attempted) {
  if (stored.revision != attempted.revision) return stored.revision < attempted.revision;
  return stored.commit_nonce != attempted.commit_nonce;
}

}  // namespace

absl::StatusOr<codec::StoreProgress> LoadProgress(const Source& source) {
  LATCHKEY_ASSIGN_OR_RETURN(
      const std::optional<codec::StoreProgress> progress,
      Find<codec::StoreProgress>(source, TableId::kMeta, KeyIn<TableId::kMeta>(kMetaProgress)));
  if (!progress) return CorruptTable(TableId::kMeta, "the progress record is missing");
  return *progress;
}

absl::Status SettleUnknown(kv::Env& env, const Sealer& sealer,
                           const codec::StoreProgress& attempted, const absl::Status& unknown) {
  // A writer, not a reader: it fences first, so that what it sees cannot be taken back.
  const absl::StatusOr<kv::WriteTxn> txn = env.BeginWrite(base::Deadline::After(kSettleFor));
  if (!txn.ok()) return unknown;
  const absl::StatusOr<codec::StoreProgress> stored = LoadProgress({*txn, sealer});
  if (!stored.ok() || !WasNotMade(*stored, attempted)) return unknown;
  return base::Error(Reason::kStorageFailed, "the commit failed and was not made, try again");
}

}  // namespace latchkey::store
