// latchkey/account.h: accounts, who belongs to them, and their settings.
//
// Example
//   const auto account = engine.directory().GetAccount(host, acme);
//   if (!account.ok()) return account.status();
//   AccountSettings settings = account->settings;  // admit users of one other account only
//   settings.external_users = {ExternalMode::kLimited, {AccountId("partner")}};
//   const auto changed = engine.directory().UpdateSettings(
//       host, acme, IfMatch::Tag(account->entity_tag), settings);
//   if (!changed.ok()) return changed.status();
//
// Rules
//   [domain D-1]  users join by invitation; pending -> active only by the invited user or the host;
//                 active <-> suspended by administrators; pending is never suspended.
//   [domain D-2]  the owner can be neither removed nor suspended; ownership moves only to an active
//                 user member.
//   [domain D-4]  an account can be suspended or closed: every decision in it is then deny.
//   [domain D-6]  accounts inherit nothing from each other.
//   [domain D-7]  names of groups are unique in an account, folding ASCII case only.
#ifndef LATCHKEY_ACCOUNT_H_
#define LATCHKEY_ACCOUNT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

enum class AccountState : std::uint8_t {  // stored: add, never renumber
  kOpen = 1,
  kSuspended = 2,
  kClosed = 3,  // final
};

// How an account treats principals that act from another account [domain R-1].
enum class ExternalMode : std::uint8_t {  // stored: add, never renumber
  kEnabled = 1,                           // no check
  kLimited = 2,                           // only from accounts on the list
  kMonitor = 3,  // decides as kEnabled, marks what kLimited would have refused
};

struct ExternalRule {
  ExternalMode mode = ExternalMode::kEnabled;
  std::vector<AccountId> allowed_accounts;  // the empty list allows none
  bool operator==(const ExternalRule&) const = default;
};

struct AccountSettings {
  // Creating a user key then needs iam-identity.user-apikey.create, of the owner too [domain W-4].
  bool restrict_create_platform_apikey = false;
  bool restrict_create_service_id = false;
  ExternalRule external_users;
  ExternalRule external_service_ids;               // trusted profiles count as service IDs
  std::optional<std::uint32_t> keys_per_identity;  // overrides Limits::keys_per_identity
  bool operator==(const AccountSettings&) const = default;
};

struct Account {
  AccountId id;
  std::uint64_t serial = 0;  // number of this account in this store, never reused
  std::string name;          // 1..100 characters of UTF-8
  IamId owner;
  AccountState state = AccountState::kOpen;
  AccountSettings settings;
  absl::Time created_at;
  EntityTag entity_tag;
};

enum class MemberState : std::uint8_t {  // stored: add, never renumber
  kPending = 1,
  kActive = 2,
  kSuspended = 3,
};

// How far below the owner, at the root, a user may stand in the hierarchy of who invited whom. What
// would go deeper is refused with kLimitExceeded [domain P-9].
inline constexpr std::size_t kUserHierarchyLevelsMax = 100;

// A user in an account.
struct Membership {
  AccountId account;
  IamId iam_id;
  MemberState state = MemberState::kPending;
  IamId invited_by;  // the parent in the user hierarchy; empty for the owner at the root
  absl::Time created_at;
  EntityTag entity_tag;
};

struct AccessGroup {
  GroupId id;
  AccountId account;
  std::string name;         // 1..100 characters of UTF-8, unique in the account (ASCII case folded)
  std::string description;  // 0..250 characters of UTF-8
  absl::Time created_at;
  EntityTag entity_tag;
};

// Answer to suspending or removing a user: the live service-ID keys that this user created or
// rotated, for the caller to judge [domain D-1].
struct DepartureReport {
  std::vector<KeyId> service_id_keys;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_ACCOUNT_H_
