// Trimming the change feed and the outcomes of requests. Keys are collected before the first is
// removed: a removal moves what cursors see.
#include <utility>

#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

absl::StatusOr<std::uint64_t> Mutation::TrimChanges(std::uint64_t keep_from, std::uint64_t most) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string stop, KeyIn<TableId::kChanges>(keep_from));
  std::vector<std::string> going;
  if (most == 0) return 0;
  LATCHKEY_RETURN_IF_ERROR(
      ScanPrefix(source(), TableId::kChanges, "", "",
                 [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
                   if (key >= stop) return false;
                   going.emplace_back(key);
                   return going.size() < most;
                 }));
  for (const std::string& key : going) {
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(TableId::kChanges, key));
  }
  return going.size();
}

absl::StatusOr<std::uint64_t> Mutation::TrimRequests(absl::Time before, std::uint64_t most) {
  constexpr TableId kIndex = TableId::kRequestsByRevision;
  struct Going {
    std::string index_key;
    std::string request_key;
  };
  std::vector<Going> going;
  std::uint64_t seen = 0;
  if (most == 0) return 0;
  const ScanStep look = [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
    LATCHKEY_RETURN_IF_ERROR(sealer_.Open(kIndex, key, value).status());
    const std::optional<std::vector<KeyPart>> parts = ParseKey(kIndex, key);
    if (!parts) return CorruptTable(kIndex, "a key is not of its form");
    const RequestId id{std::get<KeyBytes>(parts->back())};
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<codec::RequestOutcome> outcome, FindRequest(id));
    if (!outcome) return CorruptTable(kIndex, "an index entry leads nowhere");
    if (outcome->at < before) {
      LATCHKEY_ASSIGN_OR_RETURN(std::string request_key, KeyIn<TableId::kRequests>(id));
      going.push_back({std::string(key), std::move(request_key)});
    }
    return ++seen < most;
  };
  LATCHKEY_RETURN_IF_ERROR(ScanPrefix(source(), kIndex, "", "", look));
  for (const Going& entry : going) {
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(kIndex, entry.index_key));
    LATCHKEY_RETURN_IF_ERROR(DeleteValue(TableId::kRequests, entry.request_key));
  }
  return going.size();
}

}  // namespace latchkey::store
