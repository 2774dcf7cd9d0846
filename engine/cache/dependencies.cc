#include "engine/cache/dependencies.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "engine/base/error.h"
#include "engine/store/composite_key.h"
#include "engine/store/rows.h"
#include "engine/store/tables.h"

namespace latchkey::cache {
namespace {

using store::JoinKey;
using store::TableId;

std::optional<TableId> TableNamed(std::string_view name) {
  const auto row = std::ranges::find(store::kTables, name, &store::TableRow::name);
  if (row == store::kTables.end()) return std::nullopt;
  return static_cast<TableId>(row - store::kTables.begin());
}

}  // namespace

Slot Dependencies::SlotOf(Kind kind, std::string_view bytes) const {
  std::string text(1, static_cast<char>(kind));
  text.append(bytes);
  return ChangeStamps::SlotOf(crypto::SipHash64(key_, text));
}

absl::StatusOr<Slot> Dependencies::OfIdentity(const IamId& identity) const {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, JoinKey(identity));
  return SlotOf(Kind::kIdentity, key);
}

absl::StatusOr<Slot> Dependencies::OfAccount(const AccountId& account) const {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, JoinKey(account));
  return SlotOf(Kind::kAccount, key);
}

absl::StatusOr<Slot> Dependencies::OfMember(const AccountId& account, const IamId& identity) const {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, JoinKey(account, identity));
  return SlotOf(Kind::kMember, key);
}

absl::StatusOr<Slot> Dependencies::OfPolicies(const AccountId& account,
                                              const PolicySubject& subject) const {
  const store::SubjectParts parts = store::PartsOf(subject);
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, JoinKey(account, parts.kind, parts.text));
  return SlotOf(Kind::kPolicies, key);
}

absl::StatusOr<Slot> Dependencies::OfCustomRoles(const AccountId& account) const {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, JoinKey(account));
  return SlotOf(Kind::kRoles, key);
}

absl::StatusOr<Slot> Dependencies::OfAccess(const AccountId& account) const {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, JoinKey(account));
  return SlotOf(Kind::kAccess, key);
}

std::optional<Dependencies::Concern> Dependencies::OfTouched(
    const base::TouchedRecord& touched) const {
  const std::optional<TableId> table = TableNamed(touched.table);
  if (!table) return std::nullopt;
  const std::optional<std::vector<store::KeyPart>> parts = store::ParseKey(*table, touched.key);
  if (!parts) return std::nullopt;
  const auto text = [&](std::size_t i) { return std::get<std::string>((*parts)[i]); };

  Concern concern;
  // An id that stands in a stored key is short enough to be joined again.
  const auto add = [&](const absl::StatusOr<Slot>& slot) {
    if (slot.ok()) concern.slots.push_back(*slot);
    return slot.ok();
  };
  bool known = true;
  switch (*table) {
    case TableId::kKeys:
      concern.key = KeyId(std::get<store::KeyBytes>((*parts)[0]));
      return concern;
    case TableId::kIdentities:
      known = add(OfIdentity(IamId(text(0))));
      break;
    case TableId::kServices:
    case TableId::kRoles:
      concern.slots.push_back(OfCatalogue());
      break;
    case TableId::kAccounts:
    case TableId::kContextRules:
    case TableId::kNetworkZones:
      known = add(OfAccount(AccountId(text(0)))) && add(OfAccess(AccountId(text(0))));
      break;
    case TableId::kMemberships:
      known =
          add(OfMember(AccountId(text(0)), IamId(text(1)))) && add(OfAccess(AccountId(text(0))));
      break;
    case TableId::kGroupMembers:
      known =
          add(OfMember(AccountId(text(0)), IamId(text(2)))) && add(OfAccess(AccountId(text(0))));
      break;
    case TableId::kCustomRoles:
      known = add(OfCustomRoles(AccountId(text(0)))) && add(OfAccess(AccountId(text(0))));
      break;
    case TableId::kPolicies:
      known = add(OfAccess(AccountId(text(0))));
      // Written by a version that did not tell the subjects: anybody's of the account.
      if (touched.subjects.empty()) known = known && add(OfAccount(AccountId(text(0))));
      for (const std::string& subject : touched.subjects) {
        concern.slots.push_back(SlotOf(Kind::kPolicies, subject));
      }
      break;
    // No decision reads them: a group's members and policies are records of their own.
    case TableId::kGroups:
    case TableId::kKeyTombstones:
    case TableId::kHistory:
      break;
    default:
      return std::nullopt;
  }
  if (!known) return std::nullopt;
  return concern;
}

}  // namespace latchkey::cache
