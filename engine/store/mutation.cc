// The parts of a mutation that all typed writes share.
#include <algorithm>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {
namespace {

// Entries of `from` that are not among `of`.
std::vector<const IndexEntry*> Without(const std::vector<IndexEntry>& from,
                                       const std::vector<IndexEntry>& of) {
  std::vector<const IndexEntry*> rest;
  for (const IndexEntry& entry : from) {
    if (std::find(of.begin(), of.end(), entry) == of.end()) rest.push_back(&entry);
  }
  return rest;
}

bool HoldsKey(const std::vector<const IndexEntry*>& entries, const IndexEntry& wanted) {
  return std::any_of(entries.begin(), entries.end(), [&](const IndexEntry* entry) {
    return entry->table == wanted.table && entry->key == wanted.key;
  });
}

absl::Status CheckIsThere(const Source& source, const IndexEntry& entry) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                            FindBytes(source, entry.table, entry.key));
  if (value == entry.value) return absl::OkStatus();
  return CorruptTable(entry.table, "an index entry of a record is missing");
}

absl::Status CheckIsFree(const Source& source, const IndexEntry& entry) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                            FindBytes(source, entry.table, entry.key));
  if (!value) return absl::OkStatus();
  if (entry.table == TableId::kGroupsByName) {
    return base::Error(Reason::kAlreadyExists,
                       "another group of the account has this name, choose another");
  }
  if (entry.table == TableId::kClassicKeysByOwner) {
    return base::Error(Reason::kLimitExceeded,
                       "the user has a classic key in the account already: delete it first");
  }
  return CorruptTable(entry.table, "an index entry belongs to no record");
}

}  // namespace

Mutation::Mutation(kv::WriteTxn txn, const Sealer& sealer)
    : Mutation(std::make_unique<kv::WriteTxn>(std::move(txn)), sealer) {}

Mutation::Mutation(std::unique_ptr<kv::WriteTxn> txn, const Sealer& sealer)
    : View(*txn, sealer), write_(std::move(txn)) {}

Mutation::~Mutation() = default;

absl::StatusOr<codec::StoreProgress*> Mutation::Progress() {
  if (!progress_) {
    LATCHKEY_ASSIGN_OR_RETURN(progress_, ReadProgress());
  }
  return &*progress_;
}

absl::StatusOr<std::uint64_t> Mutation::NextSerial() {
  LATCHKEY_ASSIGN_OR_RETURN(codec::StoreProgress* const progress, Progress());
  return ++progress->last_serial;
}

absl::Status Mutation::CheckSerial(std::uint64_t serial, std::uint64_t stored_serial) {
  LATCHKEY_ASSIGN_OR_RETURN(const codec::StoreProgress* const progress, Progress());
  LATCHKEY_INVARIANT(serial >= 1 && serial <= progress->last_serial,
                     "a serial comes from NextSerial");
  LATCHKEY_INVARIANT(stored_serial == 0 || stored_serial == serial, "a serial never changes");
  return absl::OkStatus();
}

void Mutation::Touch(TableId table, std::string key, std::optional<EntityTag> before,
                     std::optional<EntityTag> after, std::optional<std::string> image) {
  touched_.push_back(
      {std::string(NameOf(table)), std::move(key), before, after, std::move(image), {}});
}

absl::Status Mutation::PutValue(TableId table, std::string_view key, std::string_view record) {
  LATCHKEY_INVARIANT(write_ != nullptr, "a mutation is over once it was committed");
  absl::Status status = write_->Put(HandleOf(table), key, sealer_.Seal(table, key, record));
  if (!status.ok() && failed_.ok()) failed_ = status;
  return status;
}

absl::Status Mutation::DeleteValue(TableId table, std::string_view key) {
  LATCHKEY_INVARIANT(write_ != nullptr, "a mutation is over once it was committed");
  const absl::StatusOr<bool> removed = write_->Delete(HandleOf(table), key);
  if (!removed.ok() && failed_.ok()) failed_ = removed.status();
  LATCHKEY_INVARIANT(!removed.ok() || *removed, "what is removed is there");
  return removed.status();
}

absl::Status Mutation::ReplaceIndexes(const std::vector<IndexEntry>& before,
                                      const std::vector<IndexEntry>& after) {
  const std::vector<const IndexEntry*> going = Without(before, after);
  const std::vector<const IndexEntry*> coming = Without(after, before);
  for (const IndexEntry* entry : going) {
    LATCHKEY_RETURN_IF_ERROR(CheckIsThere(source(), *entry));
  }
  for (const IndexEntry* entry : coming) {
    if (HoldsKey(going, *entry)) continue;
    LATCHKEY_RETURN_IF_ERROR(CheckIsFree(source(), *entry));
  }
  for (const IndexEntry* entry : going) {
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(entry->table, entry->key));
  }
  for (const IndexEntry* entry : coming) {
    LATCHKEY_RETURN_IF_ERROR(PutValue(entry->table, entry->key, entry->value));
  }
  return absl::OkStatus();
}

}  // namespace latchkey::store
