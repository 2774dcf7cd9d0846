#include "engine/store/typed_table.h"

#include "absl/strings/str_cat.h"

#include "engine/base/text.h"

namespace latchkey::store {

absl::Status CorruptTable(TableId table, std::string_view what) {
  return base::Error(Reason::kCorrupt,
                     absl::StrCat(base::ToAbsl(what),
                                  ", check the store and restore: ", base::ToAbsl(NameOf(table))));
}

absl::StatusOr<bool> Has(const Source& source, TableId table, const KeyOr& key) {
  if (!key.ok()) return key.status();
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<kv::Bytes> value,
                            source.txn.Get(HandleOf(table), *key));
  return value.has_value();
}

absl::StatusOr<std::optional<std::string>> FindBytes(const Source& source, TableId table,
                                                     std::string_view key) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<kv::Bytes> value,
                            source.txn.Get(HandleOf(table), key));
  if (!value) return std::nullopt;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string_view bytes, source.sealer.Open(table, key, *value));
  return std::string(bytes);
}

absl::StatusOr<Role> OpenRole(const Source& source, std::string_view service, std::string_view key,
                              std::string_view value) {
  LATCHKEY_ASSIGN_OR_RETURN(Role role, OpenRecord<Role>(source, TableId::kRoles, key, value));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string own, KeyIn<TableId::kRoles>(service, role.id));
  if (own != key) return CorruptTable(TableId::kRoles, "a record lies under the id of another");
  return role;
}

absl::Status ScanPrefix(const Source& source, TableId table, std::string_view prefix,
                        std::string_view after, const ScanStep& step) {
  LATCHKEY_ASSIGN_OR_RETURN(kv::Cursor cursor, source.txn.OpenCursor(HandleOf(table)));
  const std::string_view start = after > prefix ? after : prefix;
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<kv::Cursor::Entry> entry, cursor.Seek(start));
  while (entry && entry->key.starts_with(prefix)) {
    if (entry->key > after) {
      LATCHKEY_ASSIGN_OR_RETURN(const bool more, step(entry->key, entry->value));
      if (!more) break;
    }
    LATCHKEY_ASSIGN_OR_RETURN(entry, cursor.Next());
  }
  return absl::OkStatus();
}

absl::Status ScanIndex(const Source& source, TableId table, const KeyOr& prefix,
                       const IndexStep& step) {
  if (!prefix.ok()) return prefix.status();
  return ScanPrefix(source, table, *prefix, "",
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      LATCHKEY_ASSIGN_OR_RETURN(const std::string_view bytes,
                                                source.sealer.Open(table, key, value));
                      std::optional<std::vector<KeyPart>> parts = ParseKey(table, key);
                      if (!parts) return CorruptTable(table, "a key is not of its form");
                      return step(*std::move(parts), bytes);
                    });
}

}  // namespace latchkey::store
