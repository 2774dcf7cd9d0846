// engine/store/typed_table.h: reading records and index entries of one snapshot, checked.
//
// What is returned is decoded or copied: nothing points into the map (hazard L25).
#ifndef LATCHKEY_ENGINE_STORE_TYPED_TABLE_H_
#define LATCHKEY_ENGINE_STORE_TYPED_TABLE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/error.h"
#include "engine/codec/records.h"
#include "engine/kv/env.h"
#include "engine/store/rows.h"
#include "engine/store/seal.h"

namespace latchkey::store {

// A snapshot and what opens its values.
struct Source {
  const kv::Txn& txn;
  const Sealer& sealer;
};

// kCorrupt: `what` is a literal, such as "an index entry leads nowhere".
[[nodiscard]] absl::Status CorruptTable(TableId table, std::string_view what);

// Whether something lies under `key`, whatever it is.
[[nodiscard]] absl::StatusOr<bool> Has(const Source& source, TableId table, const KeyOr& key);

// The unsealed bytes of one value, copied; nothing if absent.
[[nodiscard]] absl::StatusOr<std::optional<std::string>> FindBytes(const Source& source,
                                                                   TableId table,
                                                                   std::string_view key);

// `value` as a Record. A record that carries its ids must carry those it was looked up by.
template <class Record>
[[nodiscard]] absl::StatusOr<Record> OpenRecord(const Source& source, TableId table,
                                                std::string_view key, std::string_view value) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string_view bytes, source.sealer.Open(table, key, value));
  Record record;
  LATCHKEY_RETURN_IF_ERROR(codec::Decode(bytes, record));
  if constexpr (requires { Row<Record>::Key(record); }) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::string own, Row<Record>::Key(record));
    if (own != key) return CorruptTable(table, "a record lies under the id of another");
  }
  return record;
}

// The record under `key`; nothing if absent. The second form is for types that have a Row.
template <class Record>
[[nodiscard]] absl::StatusOr<std::optional<Record>> Find(const Source& source, TableId table,
                                                         const KeyOr& key) {
  if (!key.ok()) return key.status();
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<kv::Bytes> value,
                            source.txn.Get(HandleOf(table), *key));
  if (!value) return std::nullopt;
  LATCHKEY_ASSIGN_OR_RETURN(Record record, OpenRecord<Record>(source, table, *key, *value));
  return std::optional<Record>(std::move(record));
}
template <class Record>
[[nodiscard]] absl::StatusOr<std::optional<Record>> Find(const Source& source, const KeyOr& key) {
  return Find<Record>(source, Row<Record>::kTable, key);
}

// The same, where an index or the caller promises that it is there: kCorrupt if it is not.
template <class Record>
[[nodiscard]] absl::StatusOr<Record> Require(const Source& source, const KeyOr& key) {
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<Record> record, Find<Record>(source, key));
  if (!record) return CorruptTable(Row<Record>::kTable, "an index entry leads nowhere");
  return *std::move(record);
}

// A role of the catalogue; its record carries its own id but not its service, which the seal
// covers.
[[nodiscard]] absl::StatusOr<Role> OpenRole(const Source& source, std::string_view service,
                                            std::string_view key, std::string_view value);

// One step of a scan: the stored key and value, both in the map. False ends the scan.
using ScanStep = std::function<absl::StatusOr<bool>(std::string_view key, std::string_view value)>;

// Entries whose key begins with `prefix` and is greater than `after`, in order. Memory: one entry.
[[nodiscard]] absl::Status ScanPrefix(const Source& source, TableId table, std::string_view prefix,
                                      std::string_view after, const ScanStep& step);

// The same over an index: gives the parts of each key and the unsealed value.
using IndexStep =
    std::function<absl::StatusOr<bool>(std::vector<KeyPart> parts, std::string_view value)>;
[[nodiscard]] absl::Status ScanIndex(const Source& source, TableId table, const KeyOr& prefix,
                                     const IndexStep& step);

// All records whose key begins with `prefix`, in order.
template <class Record>
[[nodiscard]] absl::StatusOr<std::vector<Record>> Collect(const Source& source,
                                                          const KeyOr& prefix) {
  if (!prefix.ok()) return prefix.status();
  constexpr TableId kTable = Row<Record>::kTable;
  std::vector<Record> records;
  LATCHKEY_RETURN_IF_ERROR(ScanPrefix(
      source, kTable, *prefix, "",
      [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        LATCHKEY_ASSIGN_OR_RETURN(Record record, OpenRecord<Record>(source, kTable, key, value));
        records.push_back(std::move(record));
        return true;
      }));
  return records;
}

// The last part of each key of an index, as ids, in order.
template <class Id>
[[nodiscard]] absl::StatusOr<std::vector<Id>> CollectIds(const Source& source, TableId table,
                                                         const KeyOr& prefix) {
  std::vector<Id> ids;
  LATCHKEY_RETURN_IF_ERROR(
      ScanIndex(source, table, prefix,
                [&](std::vector<KeyPart> parts, std::string_view) -> absl::StatusOr<bool> {
                  if constexpr (std::is_same_v<Id, KeyId>) {
                    ids.push_back(KeyId(std::get<KeyBytes>(parts.back())));
                  } else {
                    ids.push_back(Id(std::get<std::string>(std::move(parts.back()))));
                  }
                  return true;
                }));
  return ids;
}

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_TYPED_TABLE_H_
