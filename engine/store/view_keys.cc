// Reading keys, their tombstones and their history.
#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

absl::StatusOr<std::optional<base::KeyRecord>> View::FindKey(const KeyId& id) {
  return Find<base::KeyRecord>(source(), KeyIn<TableId::kKeys>(id));
}

absl::StatusOr<std::optional<base::KeyTombstone>> View::FindTombstone(const KeyId& id) {
  return Find<base::KeyTombstone>(source(), KeyIn<TableId::kKeyTombstones>(id));
}

absl::StatusOr<std::vector<KeyId>> View::KeysOf(const AccountId& account, const IamId& iam_id) {
  return CollectIds<KeyId>(source(), TableId::kKeysByOwner,
                           PrefixIn<TableId::kKeysByOwner>(account, iam_id));
}

absl::StatusOr<std::size_t> View::CountKeysOf(const AccountId& account, const IamId& iam_id) {
  constexpr TableId kIndex = TableId::kKeysByOwner;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixIn<kIndex>(account, iam_id));
  std::size_t count = 0;
  LATCHKEY_RETURN_IF_ERROR(
      ScanPrefix(source(), kIndex, prefix, "", [&](std::string_view, std::string_view) {
        ++count;
        return absl::StatusOr<bool>(true);
      }));
  return count;
}

absl::StatusOr<std::vector<KeyId>> View::KeysOfIdentity(const IamId& iam_id) {
  return CollectIds<KeyId>(source(), TableId::kKeysByIdentity,
                           PrefixIn<TableId::kKeysByIdentity>(iam_id));
}

absl::StatusOr<std::vector<KeyId>> View::KeysNamed(const AccountId& account,
                                                   std::string_view name) {
  return CollectIds<KeyId>(source(), TableId::kKeysByName,
                           PrefixIn<TableId::kKeysByName>(account, HashName(name)));
}

absl::StatusOr<std::vector<KeyId>> View::MadeWith(const KeyId& maker) {
  return CollectIds<KeyId>(source(), TableId::kKeysByMaker, PrefixIn<TableId::kKeysByMaker>(maker));
}

absl::StatusOr<std::optional<KeyId>> View::ClassicKeyOf(const AccountId& account,
                                                        const IamId& iam_id) {
  constexpr TableId kIndex = TableId::kClassicKeysByOwner;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<kIndex>(account, iam_id));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> own, FindBytes(source(), kIndex, key));
  if (!own) return std::optional<KeyId>();
  LATCHKEY_ASSIGN_OR_RETURN(const auto record, Require<base::KeyRecord>(source(), *own));
  const ApiKey& found = record.key;
  if (found.kind != KeyKind::kClassic || found.account_id != account || found.iam_id != iam_id) {
    return CorruptTable(kIndex, "an index entry leads to another key");
  }
  return std::optional<KeyId>(found.id);
}

// A cursor is what follows the account in the index key. Any other bytes given as one only choose
// where the walk begins: it never leaves the account or the owner.
absl::Status View::VisitKeys(
    const AccountId& account, const std::optional<IamId>& owner, std::string_view cursor,
    const std::function<bool(const base::KeyRecord&, const std::string&)>& visit) {
  constexpr TableId kIndex = TableId::kKeysByOwner;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string of_account, PrefixIn<kIndex>(account));
  std::string prefix = of_account;
  if (owner) {
    LATCHKEY_ASSIGN_OR_RETURN(prefix, PrefixIn<kIndex>(account, *owner));
  }
  if (of_account.size() + cursor.size() > kKeyMaxBytes) {
    return base::Error(Reason::kMalformed, "the cursor is not one that this call gave out");
  }
  const std::string after = cursor.empty() ? std::string() : of_account + std::string(cursor);
  return ScanPrefix(source(), kIndex, prefix, after,
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      LATCHKEY_RETURN_IF_ERROR(sealer_.Open(kIndex, key, value).status());
                      const std::optional<std::vector<KeyPart>> parts = ParseKey(kIndex, key);
                      if (!parts) return CorruptTable(kIndex, "a key is not of its form");
                      const KeyId id(std::get<KeyBytes>(parts->back()));
                      LATCHKEY_ASSIGN_OR_RETURN(
                          const base::KeyRecord record,
                          Require<base::KeyRecord>(source(), KeyIn<TableId::kKeys>(id)));
                      return visit(record, std::string(key.substr(of_account.size())));
                    });
}

absl::StatusOr<std::vector<HistoryEntry>> View::HistoryOf(const KeyId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixIn<TableId::kHistory>(id));
  std::vector<HistoryEntry> history;
  LATCHKEY_RETURN_IF_ERROR(ScanPrefix(
      source(), TableId::kHistory, prefix, "",
      [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        LATCHKEY_ASSIGN_OR_RETURN(
            HistoryEntry entry, OpenRecord<HistoryEntry>(source(), TableId::kHistory, key, value));
        history.push_back(std::move(entry));
        return true;
      }));
  return history;
}

}  // namespace latchkey::store
