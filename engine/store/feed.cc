// The change feed, request outcomes and the commit that writes both.
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/crypto/crypto.h"
#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

absl::StatusOr<codec::StoreProgress> View::ReadProgress() {
  LATCHKEY_ASSIGN_OR_RETURN(
      const std::optional<codec::StoreProgress> progress,
      Find<codec::StoreProgress>(source(), TableId::kMeta, KeyIn<TableId::kMeta>(kMetaProgress)));
  if (!progress) return CorruptTable(TableId::kMeta, "the progress record is missing");
  return *progress;
}

absl::StatusOr<std::uint64_t> View::Revision() {
  LATCHKEY_ASSIGN_OR_RETURN(const codec::StoreProgress progress, ReadProgress());
  return progress.revision;
}

absl::Status View::VisitChanges(std::uint64_t after, const Visit<base::ChangeRecord>& visit) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string start, KeyIn<TableId::kChanges>(after));
  std::uint64_t last = 0;
  return ScanPrefix(source(), TableId::kChanges, "", start,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      LATCHKEY_ASSIGN_OR_RETURN(
                          const base::ChangeRecord change,
                          OpenRecord<base::ChangeRecord>(source(), TableId::kChanges, key, value));
                      // Trimming takes the oldest only: within the feed nothing is missing [domain
                      // C-1].
                      if (last != 0 && change.revision != last + 1) {
                        return CorruptTable(TableId::kChanges, "a change is missing");
                      }
                      last = change.revision;
                      return visit(change);
                    });
}

absl::StatusOr<std::uint64_t> View::OldestChange() {
  std::uint64_t oldest = 0;
  LATCHKEY_RETURN_IF_ERROR(VisitChanges(0, [&](const base::ChangeRecord& change) {
    oldest = change.revision;
    return false;
  }));
  return oldest;
}

absl::StatusOr<std::optional<codec::RequestOutcome>> View::FindRequest(const RequestId& id) {
  return Find<codec::RequestOutcome>(source(), TableId::kRequests, KeyIn<TableId::kRequests>(id));
}

absl::Status Mutation::AppendChange(const ChangeHeader& header, std::uint64_t revision) {
  base::ChangeRecord change;
  change.revision = revision;
  change.at = header.at;
  change.actor = header.actor;
  change.act = header.act;
  change.account = header.account;
  change.object = header.object;
  change.request_id = header.request_id;
  change.touched = std::exchange(touched_, {});
  change.made_with_leaked = header.made_with_leaked;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kChanges>(revision));
  return PutValue(TableId::kChanges, key, codec::Encode(change));
}

absl::Status Mutation::RecordRequest(const ChangeHeader& header, std::uint64_t revision) {
  if (!header.request_id) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kRequests>(*header.request_id));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string index,
                            KeyIn<TableId::kRequestsByRevision>(revision, *header.request_id));
  const codec::RequestOutcome outcome{revision, header.at, header.act, header.object};
  LATCHKEY_RETURN_IF_ERROR(PutValue(TableId::kRequests, key, codec::Encode(outcome)));
  return PutValue(TableId::kRequestsByRevision, index, "");
}

absl::Status Mutation::CheckRequestIsNew(const std::optional<RequestId>& id) {
  if (!id) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<codec::RequestOutcome> used, FindRequest(*id));
  if (!used) return absl::OkStatus();
  return base::Error(Reason::kRequestIdUsed,
                     "a mutation with this request id is committed, settle it");
}

absl::StatusOr<std::uint64_t> Mutation::Commit(const ChangeHeader& header) {
  LATCHKEY_INVARIANT(write_ != nullptr, "a mutation is over once it was committed");
  if (failed_.ok()) failed_ = WriteCommit(header);
  if (!failed_.ok()) return failed_;
  const std::uint64_t revision = progress_->revision;
  LATCHKEY_RETURN_IF_ERROR(std::move(*std::exchange(write_, nullptr)).Commit());
  return revision;
}

absl::Status Mutation::WriteCommit(const ChangeHeader& header) {
  LATCHKEY_RETURN_IF_ERROR(CheckRequestIsNew(header.request_id));
  LATCHKEY_ASSIGN_OR_RETURN(codec::StoreProgress* const progress, Progress());
  // Before anything is written, so that a lack of entropy costs nothing.
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(progress->commit_nonce));
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t stored_revision, Revision());
  ++progress->revision;
  LATCHKEY_INVARIANT(progress->revision == stored_revision + 1, "a revision grows by exactly one");
  LATCHKEY_RETURN_IF_ERROR(AppendChange(header, progress->revision));
  LATCHKEY_RETURN_IF_ERROR(RecordRequest(header, progress->revision));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kMeta>(kMetaProgress));
  return PutValue(TableId::kMeta, key, codec::Encode(*progress));
}

// Leaves revision and nonce alone: a nonce names the one commit that made its revision.
absl::Status Mutation::CommitUpkeep() {
  LATCHKEY_INVARIANT(write_ != nullptr, "a mutation is over once it was committed");
  if (!failed_.ok()) return failed_;
  LATCHKEY_INVARIANT(touched_.empty(), "a typed write is committed with a change record");
  return std::move(*std::exchange(write_, nullptr)).Commit();
}

}  // namespace latchkey::store
