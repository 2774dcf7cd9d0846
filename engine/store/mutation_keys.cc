// Writing keys, their tombstones and their history.
#include <algorithm>
#include <limits>
#include <utility>

#include "engine/store/mutation_rows.h"

namespace latchkey::store {
namespace {

constexpr absl::Duration kCoalesceFor = absl::Minutes(1);  // domain K-14

struct StoredEntry {
  std::uint64_t sequence = 0;
  HistoryEntry entry;
};

absl::StatusOr<std::vector<StoredEntry>> ReadHistory(const Source& source, const KeyId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixIn<TableId::kHistory>(id));
  std::vector<StoredEntry> history;
  LATCHKEY_RETURN_IF_ERROR(ScanPrefix(
      source, TableId::kHistory, prefix, "",
      [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        const std::optional<std::vector<KeyPart>> parts = ParseKey(TableId::kHistory, key);
        if (!parts) return CorruptTable(TableId::kHistory, "a key is not of its form");
        LATCHKEY_ASSIGN_OR_RETURN(HistoryEntry entry,
                                  OpenRecord<HistoryEntry>(source, TableId::kHistory, key, value));
        history.push_back({std::get<std::uint64_t>(parts->back()), std::move(entry)});
        return true;
      }));
  return history;
}

bool IsSameRefusal(const HistoryEntry& stored, const HistoryEntry& entry) {
  return stored.refused && entry.refused && stored.by == entry.by &&
         stored.with_key == entry.with_key && stored.command == entry.command;
}

std::uint32_t AddSaturated(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  return a > most - b ? most : a + b;
}

}  // namespace

absl::Status Mutation::Put(const base::KeyRecord& record) {
  LATCHKEY_INVARIANT(record.key.state != KeyState::kDeleted,
                     "a deleted key is removed, not stored");
  // Ids are never reused [domain L-4].
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<base::KeyTombstone> tombstone,
                            FindTombstone(record.key.id));
  if (tombstone) {
    return base::Error(Reason::kAlreadyExists, "a deleted key had this id, draw another");
  }
  return PutRow(record);
}

absl::Status Mutation::DeleteKey(const KeyId& id, const base::KeyTombstone& tombstone) {
  LATCHKEY_INVARIANT(tombstone.id == id, "a tombstone has the id of its key");
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<StoredEntry> history, ReadHistory(source(), id));
  LATCHKEY_RETURN_IF_ERROR(DeleteRow<base::KeyRecord>(KeyIn<TableId::kKeys>(id)));
  for (const StoredEntry& stored : history) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kHistory>(id, stored.sequence));
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(TableId::kHistory, key));
  }
  return PutRow(tombstone);
}

absl::Status Mutation::PutHistory(const KeyId& id, std::uint64_t sequence,
                                  const HistoryEntry& entry) {
  LATCHKEY_ASSIGN_OR_RETURN(std::string key, KeyIn<TableId::kHistory>(id, sequence));
  std::string image = codec::Encode(entry);
  LATCHKEY_RETURN_IF_ERROR(PutValue(TableId::kHistory, key, image));
  Touch(TableId::kHistory, std::move(key), std::nullopt, std::nullopt, std::move(image));
  return absl::OkStatus();
}

absl::Status Mutation::AppendHistory(const KeyId& id, const HistoryEntry& entry,
                                     std::uint32_t limit) {
  LATCHKEY_ASSIGN_OR_RETURN(const bool is_stored,
                            Has(source(), TableId::kKeys, KeyIn<TableId::kKeys>(id)));
  LATCHKEY_INVARIANT(is_stored, "history belongs to a stored key");
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<StoredEntry> history, ReadHistory(source(), id));
  HistoryEntry appended = entry;
  std::vector<std::uint64_t> going;
  const auto same = std::find_if(history.rbegin(), history.rend(), [&](const StoredEntry& stored) {
    return IsSameRefusal(stored.entry, entry);
  });
  if (same != history.rend()) {
    if (entry.at < same->entry.at + kCoalesceFor) return absl::OkStatus();
    appended.count = AddSaturated(same->entry.count, entry.count);
    going.push_back(same->sequence);
  }
  for (const StoredEntry& stored : history) {
    if (history.size() - going.size() + 1 <= limit) break;
    if (same == history.rend() || stored.sequence != same->sequence) {
      going.push_back(stored.sequence);
    }
  }
  for (const std::uint64_t sequence : going) {
    LATCHKEY_ASSIGN_OR_RETURN(std::string key, KeyIn<TableId::kHistory>(id, sequence));
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(TableId::kHistory, key));
    Touch(TableId::kHistory, std::move(key), std::nullopt, std::nullopt, std::nullopt);
  }
  if (limit == 0) return absl::OkStatus();
  return PutHistory(id, history.empty() ? 1 : history.back().sequence + 1, appended);
}

}  // namespace latchkey::store
