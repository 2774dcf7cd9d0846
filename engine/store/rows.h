// engine/store/rows.h: where each type of record lies, under which key, and which index entries
// follow from it. The one place that knows; reads, writes and the check all ask here.
#ifndef LATCHKEY_ENGINE_STORE_ROWS_H_
#define LATCHKEY_ENGINE_STORE_ROWS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/base/records.h"
#include "engine/store/composite_key.h"
#include "engine/store/tables.h"

namespace latchkey::store {

using KeyOr = absl::StatusOr<std::string>;

// Names stand in keys as hashes: they may be longer than a key (hazard L21).
[[nodiscard]] KeyBytes HashName(std::string_view name);
// Names of groups are unique up to ASCII case [domain D-7].
[[nodiscard]] KeyBytes HashFolded(std::string_view name);
[[nodiscard]] std::string FoldName(std::string_view name);

// Kind and text of a subject, as they stand in keys.
struct SubjectParts {
  std::uint64_t kind = 0;  // stored: add, never renumber
  std::string_view text;   // of the subject, which must outlive it
};
[[nodiscard]] SubjectParts PartsOf(const PolicySubject& subject);

// kTable, and Key(record): the key under which this record must lie.
template <class Record>
struct Row;

template <>
struct Row<base::KeyRecord> {
  static constexpr TableId kTable = TableId::kKeys;
  static KeyOr Key(const base::KeyRecord& record);
};
template <>
struct Row<base::KeyTombstone> {
  static constexpr TableId kTable = TableId::kKeyTombstones;
  static KeyOr Key(const base::KeyTombstone& record);
};
template <>
struct Row<Identity> {
  static constexpr TableId kTable = TableId::kIdentities;
  static KeyOr Key(const Identity& record);
};
template <>
struct Row<Account> {
  static constexpr TableId kTable = TableId::kAccounts;
  static KeyOr Key(const Account& record);
};
template <>
struct Row<Membership> {
  static constexpr TableId kTable = TableId::kMemberships;
  static KeyOr Key(const Membership& record);
};
template <>
struct Row<AccessGroup> {
  static constexpr TableId kTable = TableId::kGroups;
  static KeyOr Key(const AccessGroup& record);
};
template <>
struct Row<Policy> {
  static constexpr TableId kTable = TableId::kPolicies;
  static KeyOr Key(const Policy& record);
};
template <>
struct Row<Service> {
  static constexpr TableId kTable = TableId::kServices;
  static KeyOr Key(const Service& record);
};
template <>
struct Row<CustomRole> {
  static constexpr TableId kTable = TableId::kCustomRoles;
  static KeyOr Key(const CustomRole& record);
};
template <>
struct Row<NetworkZone> {
  static constexpr TableId kTable = TableId::kNetworkZones;
  static KeyOr Key(const NetworkZone& record);
};
template <>
struct Row<ContextRule> {
  static constexpr TableId kTable = TableId::kContextRules;
  static KeyOr Key(const ContextRule& record);
};
template <>
struct Row<base::ContextDigest> {
  static constexpr TableId kTable = TableId::kContextDigests;
  static KeyOr Key(const base::ContextDigest& record);
};
template <>
struct Row<base::ChangeRecord> {
  static constexpr TableId kTable = TableId::kChanges;
  static KeyOr Key(const base::ChangeRecord& record);
};

struct IndexEntry {
  TableId table;
  std::string key;
  std::string value;  // what is found there, before it is sealed: the record's own key, or nothing
  bool operator==(const IndexEntry&) const = default;
};
using IndexEntries = absl::StatusOr<std::vector<IndexEntry>>;

// Every index entry that must exist while `record` is stored, and no other points to it.
[[nodiscard]] IndexEntries IndexesOf(const base::KeyRecord& record);
[[nodiscard]] IndexEntries IndexesOf(const base::KeyTombstone& record);
[[nodiscard]] IndexEntries IndexesOf(const Identity& record);
[[nodiscard]] IndexEntries IndexesOf(const Account& record);
[[nodiscard]] IndexEntries IndexesOf(const Membership& record);
[[nodiscard]] IndexEntries IndexesOf(const AccessGroup& record);
[[nodiscard]] IndexEntries IndexesOf(const Policy& record);
[[nodiscard]] IndexEntries IndexesOf(const Service& record);
[[nodiscard]] IndexEntries IndexesOf(const CustomRole& record);
[[nodiscard]] IndexEntries IndexesOf(const NetworkZone& record);
[[nodiscard]] IndexEntries IndexesOf(const ContextRule& record);
[[nodiscard]] IndexEntries IndexesOf(const base::ContextDigest& record);

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_ROWS_H_
