// engine/store/tables.h: the tables of a store and the parts of their keys.
//
// The names are on disk and in the change feed, and every value is sealed under the name of its
// table: add, never rename. A key is the parts of its row below, in their order, encoded by
// composite_key.h; so all entries that begin with the same parts lie together.
//
// Records     keys, key_tombstones, identities, accounts, memberships, groups, group_members,
//             policies, services, roles, custom_roles, history, changes, requests, meta,
//             network_zones, context_rules
// Indexes     the others: they follow from records, and check.h proves that they do;
//             context_digests among them (context_digest.h)
#ifndef LATCHKEY_ENGINE_STORE_TABLES_H_
#define LATCHKEY_ENGINE_STORE_TABLES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/kv/env.h"

namespace latchkey::store {

// A place in kTables.
enum class TableId : std::uint32_t {
  kMeta,
  kKeys,
  kKeysByOwner,
  kKeysByIdentity,
  kKeysByName,
  kKeysByMaker,
  kKeyTombstones,
  kIdentities,
  kIdentitiesByAccount,
  kIdentitySerials,
  kAccounts,
  kAccountSerials,
  kAccountsByOwner,
  kMemberships,
  kMembershipsByUser,
  kGroups,
  kGroupsByName,
  kGroupMembers,
  kMemberGroups,
  kPolicies,
  kPoliciesBySubject,
  kPolicySerials,
  kServices,
  kRoles,
  kRolesById,
  kCustomRoles,
  kHistory,
  kChanges,
  kRequests,
  kRequestsByRevision,
  kNetworkZones,
  kContextRules,
  kContextDigests,
  kClassicKeysByOwner,
};

// Kinds of key parts.
//   t  text: its length as 2 big-endian bytes, then its bytes
//   n  number: 8 big-endian bytes
//   b  16 raw bytes: the id of a key, a request id, or a hash of a name (hazard L21)
struct TableRow {
  std::string_view name;
  std::string_view parts;
};

inline constexpr std::array kTables = {
    TableRow{"meta", "t"},                     // what
    TableRow{"keys", "b"},                     // key
    TableRow{"keys_by_owner", "ttb"},          // account, IAM ID, key
    TableRow{"keys_by_identity", "ttb"},       // IAM ID, account, key
    TableRow{"keys_by_name", "tbb"},           // account, hash of name, key
    TableRow{"keys_by_maker", "bb"},           // maker, key or tombstone
    TableRow{"key_tombstones", "b"},           // key
    TableRow{"identities", "t"},               // IAM ID
    TableRow{"identities_by_account", "tnt"},  // account, kind, IAM ID; live ones
    TableRow{"identity_serials", "n"},         // serial -> identity
    TableRow{"accounts", "t"},                 // account
    TableRow{"account_serials", "n"},          // serial -> account
    TableRow{"accounts_by_owner", "tt"},       // IAM ID, account
    TableRow{"memberships", "tt"},             // account, IAM ID
    TableRow{"memberships_by_user", "tt"},     // IAM ID, account
    TableRow{"groups", "tt"},                  // account, group
    TableRow{"groups_by_name", "tb"},          // account, hash of folded name -> group
    TableRow{"group_members", "ttt"},          // account, group, IAM ID
    TableRow{"member_groups", "ttt"},          // account, IAM ID, group
    TableRow{"policies", "tt"},                // account, policy
    TableRow{"policies_by_subject", "tntn"},   // account, kind, subject, serial -> policy; active
    TableRow{"policy_serials", "n"},           // serial -> policy
    TableRow{"services", "t"},                 // service
    TableRow{"roles", "tt"},                   // service, role
    TableRow{"roles_by_id", "tt"},             // role, service
    TableRow{"custom_roles", "tt"},            // account, role
    TableRow{"history", "bn"},                 // key, sequence number
    TableRow{"changes", "n"},                  // revision
    TableRow{"requests", "b"},                 // request id
    TableRow{"requests_by_revision", "nb"},    // revision, request id
    TableRow{"network_zones", "tt"},           // account, zone
    TableRow{"context_rules", "tt"},           // account, rule
    TableRow{"context_digests", "t"},          // account
    TableRow{"classic_keys_by_owner", "tt"},   // account, IAM ID -> key
};

[[nodiscard]] constexpr const TableRow& RowOf(TableId table) {
  return kTables[static_cast<std::size_t>(table)];
}
[[nodiscard]] constexpr std::string_view NameOf(TableId table) { return RowOf(table).name; }
[[nodiscard]] constexpr kv::Table HandleOf(TableId table) {
  return static_cast<kv::Table>(static_cast<std::uint32_t>(table));
}

static_assert(kTables.size() == static_cast<std::size_t>(TableId::kClassicKeysByOwner) + 1);
static_assert(NameOf(TableId::kGroups) == "groups" && NameOf(TableId::kHistory) == "history");

// Names of the records in `meta`.
inline constexpr std::string_view kMetaHeader = "header";       // what the store is; never changes
inline constexpr std::string_view kMetaKeyCheck = "key_check";  // proves the record key
inline constexpr std::string_view kMetaProgress = "progress";   // changes with every commit

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_TABLES_H_
