// latchkey/directory.h: accounts, users, service IDs, trusted profiles, access groups, settings.
//
// The frame of every call (order of refusals, durability, common errors, threads) is that of
// latchkey/keys.h. "Host only" marks what only Caller::TrustedHost() may do.
//
// Rules
//   [domain D-1]  invitations, states, and what suspending and removing answers with.
//   [domain D-2]  removing a user deletes its keys, group memberships and policies there in one
//                 transaction; re-adding revives nothing.
//   [domain D-3]  deleting a service ID deletes its keys; a locked one cannot be deleted and its
//                 policies cannot be changed.
//   [domain D-4]  a suspended or closed account: only the host acts in it.
//   [domain D-5]  a functional ID should hold the minimum, in a single account: see the report.
//   [domain W-8]  who may grant: adding to a group, reactivating, settings, limits.
#ifndef LATCHKEY_DIRECTORY_H_
#define LATCHKEY_DIRECTORY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/caller.h"
#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

struct NewUser {
  // The id that the embedder's identity provider knows the user by: `<realm>-…` with a realm of
  // Options::realms, never used before. Empty: the engine makes one in `realm`.
  IamId id;
  std::string realm;  // only without `id`; empty: the first of Options::realms
  std::string name;
  bool federated = false;
  bool functional = false;  // stands for a program [domain D-5]
};

struct NewAccount {
  AccountId id;  // chosen by the embedder, never used before
  std::string name;
  IamId owner;  // a live user
};

// What an import made (one transaction).
struct ImportReport {
  std::uint64_t revision = 0;
  std::uint32_t accounts = 0;
  std::uint32_t users = 0;
  std::uint32_t service_ids = 0;
  std::uint32_t profiles = 0;
  std::uint32_t groups = 0;
  std::uint32_t policies = 0;
  std::uint32_t services = 0;
  std::uint32_t custom_roles = 0;
  std::uint32_t network_zones = 0;
  std::uint32_t context_rules = 0;
};

// A functional ID that is wider than it should be [domain D-5].
struct FunctionalIdFinding {
  IamId iam_id;
  std::vector<AccountId> accounts;          // where it is an active member
  std::vector<AccountId> administrator_in;  // where a policy gives it a role Administrator
};

class Directory {
 public:
  // Users of the store. Host only.
  // Errors  kAlreadyExists  the id was used before, also by an identity since deleted
  [[nodiscard]] absl::StatusOr<Identity> CreateUser(const Call& call, const NewUser& user) const;
  // The identity itself, its administrators (through a shared account), or the host.
  [[nodiscard]] absl::StatusOr<Identity> GetIdentity(const Call& call, const AccountId& account,
                                                     const IamId& id) const;
  // Deletes the user everywhere: keys, memberships, policies. Errors: kOwnerProtected.
  [[nodiscard]] absl::Status DeleteUser(const Call& call, const IamId& id) const;

  // Accounts.
  [[nodiscard]] absl::StatusOr<Account> CreateAccount(const Call& call,  // host only
                                                      const NewAccount& account) const;
  [[nodiscard]] absl::StatusOr<Account> GetAccount(const Call& call, const AccountId& id) const;
  // Open, suspended and back; closed is final. Host only.
  [[nodiscard]] absl::StatusOr<Account> SetAccountState(const Call& call, const AccountId& id,
                                                        const IfMatch& if_match,
                                                        AccountState state) const;
  // To an active user member, by the owner or the host. Errors: kStateForbids, kLimitExceeded (the
  // user hierarchy is as deep as it may be, and its new root would make it deeper).
  [[nodiscard]] absl::StatusOr<Account> TransferOwnership(const Call& call, const AccountId& id,
                                                          const IfMatch& if_match,
                                                          const IamId& new_owner) const;
  // Replaces all settings. Changing what grants needs more [domain W-8].
  [[nodiscard]] absl::StatusOr<Account> UpdateSettings(const Call& call, const AccountId& id,
                                                       const IfMatch& if_match,
                                                       const AccountSettings& settings) const;

  // Members.
  // Errors  kLimitExceeded  users of the account, or levels of its user hierarchy below the owner
  [[nodiscard]] absl::StatusOr<Membership> Invite(const Call& call, const AccountId& account,
                                                  const IamId& user) const;
  // By the invited user or the host.
  [[nodiscard]] absl::StatusOr<Membership> AcceptInvitation(const Call& call,
                                                            const AccountId& account,
                                                            const IamId& user,
                                                            const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<DepartureReport> SuspendMember(const Call& call,
                                                              const AccountId& account,
                                                              const IamId& user,
                                                              const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<Membership> ReactivateMember(const Call& call,
                                                            const AccountId& account,
                                                            const IamId& user,
                                                            const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<DepartureReport> RemoveMember(const Call& call,
                                                             const AccountId& account,
                                                             const IamId& user,
                                                             const IfMatch& if_match) const;
  // By the user itself.
  [[nodiscard]] absl::StatusOr<DepartureReport> Leave(const Call& call,
                                                      const AccountId& account) const;
  [[nodiscard]] absl::StatusOr<Membership> GetMember(const Call& call, const AccountId& account,
                                                     const IamId& user) const;
  [[nodiscard]] absl::StatusOr<std::vector<Membership>> ListMembers(const Call& call,
                                                                    const AccountId& account) const;

  // Service IDs and trusted profiles.
  [[nodiscard]] absl::StatusOr<Identity> CreateServiceId(const Call& call, const AccountId& account,
                                                         std::string_view name,
                                                         std::string_view description) const;
  [[nodiscard]] absl::StatusOr<Identity> CreateProfile(const Call& call, const AccountId& account,
                                                       std::string_view name,
                                                       std::string_view description) const;
  [[nodiscard]] absl::StatusOr<std::vector<Identity>> ListServiceIds(
      const Call& call, const AccountId& account) const;
  [[nodiscard]] absl::StatusOr<std::vector<Identity>> ListProfiles(const Call& call,
                                                                   const AccountId& account) const;
  // Name and description of a service ID or profile.
  [[nodiscard]] absl::StatusOr<Identity> UpdateIdentity(const Call& call, const AccountId& account,
                                                        const IamId& id, const IfMatch& if_match,
                                                        std::string_view name,
                                                        std::string_view description) const;
  [[nodiscard]] absl::StatusOr<Identity> LockServiceId(const Call& call, const AccountId& account,
                                                       const IamId& id,
                                                       const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<Identity> UnlockServiceId(const Call& call, const AccountId& account,
                                                         const IamId& id,
                                                         const IfMatch& if_match) const;
  // A service ID with its keys, or a profile; with its group memberships and policies. Errors:
  // kLocked.
  [[nodiscard]] absl::Status DeleteIdentity(const Call& call, const AccountId& account,
                                            const IamId& id, const IfMatch& if_match) const;

  // Access groups.
  [[nodiscard]] absl::StatusOr<AccessGroup> CreateGroup(const Call& call, const AccountId& account,
                                                        std::string_view name,
                                                        std::string_view description) const;
  [[nodiscard]] absl::StatusOr<AccessGroup> GetGroup(const Call& call, const AccountId& account,
                                                     const GroupId& id) const;
  [[nodiscard]] absl::StatusOr<std::vector<AccessGroup>> ListGroups(const Call& call,
                                                                    const AccountId& account) const;
  [[nodiscard]] absl::StatusOr<AccessGroup> UpdateGroup(const Call& call, const AccountId& account,
                                                        const GroupId& id, const IfMatch& if_match,
                                                        std::string_view name,
                                                        std::string_view description) const;
  // With its policies and memberships.
  [[nodiscard]] absl::Status DeleteGroup(const Call& call, const AccountId& account,
                                         const GroupId& id, const IfMatch& if_match) const;
  // A member is an active or pending user member of the account, or one of its service IDs or
  // profiles. Adding one that is in, and removing one that is not, succeed without a change.
  [[nodiscard]] absl::Status AddToGroup(const Call& call, const AccountId& account,
                                        const GroupId& group, const IamId& member) const;
  [[nodiscard]] absl::Status RemoveFromGroup(const Call& call, const AccountId& account,
                                             const GroupId& group, const IamId& member) const;
  [[nodiscard]] absl::StatusOr<std::vector<IamId>> ListGroupMembers(const Call& call,
                                                                    const AccountId& account,
                                                                    const GroupId& group) const;

  // Every functional ID of the account that is too wide [domain D-5]. Host only.
  [[nodiscard]] absl::StatusOr<std::vector<FunctionalIdFinding>> ReportFunctionalIds(
      const Call& call, const AccountId& account) const;

  // A whole organisation from one JSON text (the form is in
  // engine/codec/organisation.proto and in the README), all or nothing. Host only. Errors
  // kMalformed, kUnknownField, kUnknownReference … with the path of the fault
  [[nodiscard]] absl::StatusOr<ImportReport> Import(const Call& call, std::string_view json) const;

 private:
  friend class Engine;
  explicit Directory(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_DIRECTORY_H_
