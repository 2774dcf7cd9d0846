// engine/store/mutation_rows.h: putting and removing a record of any type that has a Row: index
// entries, the record and its entry in the change feed, in this order.
#ifndef LATCHKEY_ENGINE_STORE_MUTATION_ROWS_H_
#define LATCHKEY_ENGINE_STORE_MUTATION_ROWS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/invariant.h"
#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

template <class Record>
[[nodiscard]] std::optional<EntityTag> TagOf(const Record& record) {
  if constexpr (requires { record.entity_tag; }) return record.entity_tag;
  return std::nullopt;
}
[[nodiscard]] inline std::optional<EntityTag> TagOf(const base::KeyRecord& record) {
  return record.key.entity_tag;
}

// What the change feed shows of a record: never a hash (domain C-1).
template <class Record>
[[nodiscard]] std::string ImageOf(const Record& record) {
  return codec::Encode(record);
}
[[nodiscard]] inline std::string ImageOf(const base::KeyRecord& record) {
  return codec::EncodeWithoutVerifiers(record);
}

// [domain K-6] n grows by exactly one per change; internal upkeep leaves the tag alone.
inline void CheckTags(const std::optional<EntityTag>& before,
                      const std::optional<EntityTag>& after) {
  LATCHKEY_INVARIANT(!after || after->n >= 1, "an entity tag counts from 1");
  if (!before || !after) return;
  LATCHKEY_INVARIANT(*before == *after || after->n == before->n + 1,
                     "an entity tag stays or grows by one");
}

template <class Record>
absl::Status Mutation::PutRow(const Record& record) {
  constexpr TableId kTable = Row<Record>::kTable;
  LATCHKEY_ASSIGN_OR_RETURN(std::string key, Row<Record>::Key(record));
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Record> before, Find<Record>(source(), key));
  const std::optional<EntityTag> tag_before = before ? TagOf(*before) : std::nullopt;
  CheckTags(tag_before, TagOf(record));
  std::vector<IndexEntry> indexes_before;
  if (before) {
    LATCHKEY_ASSIGN_OR_RETURN(indexes_before, IndexesOf(*before));
  }
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IndexEntry> indexes, IndexesOf(record));
  LATCHKEY_RETURN_IF_ERROR(ReplaceIndexes(indexes_before, indexes));
  LATCHKEY_RETURN_IF_ERROR(PutValue(kTable, key, codec::Encode(record)));
  Touch(kTable, std::move(key), tag_before, TagOf(record), ImageOf(record));
  return absl::OkStatus();
}

template <class Record>
absl::Status Mutation::DeleteRow(const absl::StatusOr<std::string>& key) {
  constexpr TableId kTable = Row<Record>::kTable;
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Record> before, Find<Record>(source(), key));
  LATCHKEY_INVARIANT(before.has_value(), "what is removed is there");
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IndexEntry> indexes, IndexesOf(*before));
  LATCHKEY_RETURN_IF_ERROR(ReplaceIndexes(indexes, {}));
  LATCHKEY_RETURN_IF_ERROR(DeleteValue(kTable, *key));
  Touch(kTable, *key, TagOf(*before), std::nullopt, std::nullopt);
  return absl::OkStatus();
}

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_MUTATION_ROWS_H_
