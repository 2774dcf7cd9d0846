// Users of the store, service IDs and trusted profiles.
#include <algorithm>

#include "absl/strings/str_cat.h"

#include "latchkey/directory.h"

#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/directory_writing.h"
#include "engine/facade/forms.h"
#include "engine/facade/new_id.h"
#include "engine/facade/removal.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

// What differs between service IDs and trusted profiles.
struct Kind {
  IdentityKind kind;
  std::string_view id_prefix;
  std::string_view what;
  Act view;
  Act create;
  Act update;
  Act remove;
};

constexpr Kind kServiceIdKind = {
    IdentityKind::kServiceId, "iam-ServiceId-",      "service id",         Act::kServiceIdView,
    Act::kServiceIdCreate,    Act::kServiceIdUpdate, Act::kServiceIdDelete};
constexpr Kind kProfileKind = {
    IdentityKind::kTrustedProfile, "iam-Profile-",      "trusted profile",  Act::kProfileView,
    Act::kProfileCreate,           Act::kProfileUpdate, Act::kProfileDelete};

authz::Target TargetOf(const AccountId& account, const IamId& id) {
  return {.account = account, .member = id};
}

absl::Status CheckTexts(std::string_view name, std::string_view description) {
  LATCHKEY_RETURN_IF_ERROR(CheckText("name", name, 1, kNameMaxCharacters));
  return CheckText("description", description, 0, kDescriptionMaxCharacters);
}

bool HasRealm(const Options& options, std::string_view id) {
  const std::size_t dash = id.find('-');
  if (dash == std::string_view::npos || dash + 1 == id.size()) return false;
  return std::find(options.realms.begin(), options.realms.end(), id.substr(0, dash)) !=
         options.realms.end();
}

absl::StatusOr<IamId> UserIdOf(const Options& options, const NewUser& user) {
  if (!user.id.empty()) {
    LATCHKEY_RETURN_IF_ERROR(CheckId("id", user.id.text()));
    if (HasRealm(options, user.id.text())) return user.id;
    return base::Error(Reason::kMalformed, "id must begin with a configured realm and a dash");
  }
  const std::string realm = user.realm.empty() ? options.realms.front() : user.realm;
  if (std::find(options.realms.begin(), options.realms.end(), realm) == options.realms.end()) {
    return base::Error(Reason::kMalformed, "realm must be one of the configured realms");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, NewId(realm + "-"));
  return IamId(id);
}

absl::StatusOr<Identity> CreateOwned(Core& core, WriteFrame& frame, const Kind& kind,
                                     const AccountId& account, std::string_view name,
                                     std::string_view description) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, kind.create, {.account = account}, "account"));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  Identity identity;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, NewId(kind.id_prefix));
  identity.id = IamId(id);
  identity.kind = kind.kind;
  identity.name = name;
  identity.description = description;
  identity.account = account;
  return PutNewIdentity(core, frame, std::move(identity));
}

// A live service ID or profile of the account, after who-may for viewing; and its kind.
struct Owned {
  Identity identity;
  Kind kind;
};

absl::StatusOr<Owned> FindOwned(store::View& view, const std::optional<authz::Actor>& actor,
                                const AccountId& account, const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(auto identity, view.FindIdentity(id));
  const bool there = identity && identity->state == IdentityState::kActive &&
                     identity->kind != IdentityKind::kUser && identity->account == account;
  if (!there) return NotFound("identity");
  const Kind kind = identity->kind == IdentityKind::kServiceId ? kServiceIdKind : kProfileKind;
  LATCHKEY_RETURN_IF_ERROR(Require(view, actor, kind.view, TargetOf(account, id), "identity"));
  return Owned{*std::move(identity), kind};
}

absl::Status CheckUnlocked(const Identity& identity) {
  if (!identity.locked) return absl::OkStatus();
  return base::Error(Reason::kLocked, "the service id is locked: unlock it first");
}

absl::StatusOr<Identity> UpdateIn(WriteFrame& frame, const AccountId& account, const IamId& id,
                                  const IfMatch& if_match, std::string_view name,
                                  std::string_view description) {
  LATCHKEY_ASSIGN_OR_RETURN(Owned owned, FindOwned(frame.txn, frame.actor, account, id));
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, owned.kind.update, TargetOf(account, id), owned.kind.what));
  Identity& identity = owned.identity;
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, identity.entity_tag));
  if (identity.name == name && identity.description == description) return identity;
  identity.name = name;
  identity.description = description;
  identity.entity_tag = frame.NextTag(identity.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(identity));
  return identity;
}

absl::StatusOr<Identity> SetLock(WriteFrame& frame, const AccountId& account, const IamId& id,
                                 const IfMatch& if_match, bool locked) {
  LATCHKEY_ASSIGN_OR_RETURN(Owned owned, FindOwned(frame.txn, frame.actor, account, id));
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, owned.kind.update, TargetOf(account, id), owned.kind.what));
  Identity& identity = owned.identity;
  if (identity.kind != IdentityKind::kServiceId) {
    return base::Error(Reason::kMalformed, "only a service id can be locked");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, identity.entity_tag));
  if (identity.locked == locked) return identity;
  identity.locked = locked;
  identity.entity_tag = frame.NextTag(identity.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(identity));
  return identity;
}

absl::Status DeleteOwned(WriteFrame& frame, const AccountId& account, const IamId& id,
                         const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(Owned owned, FindOwned(frame.txn, frame.actor, account, id));
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, owned.kind.remove, TargetOf(account, id), owned.kind.what));
  LATCHKEY_RETURN_IF_ERROR(CheckUnlocked(owned.identity));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, owned.identity.entity_tag));
  LATCHKEY_RETURN_IF_ERROR(RemoveHoldings(frame, account, id));
  return BuryIdentity(frame, std::move(owned.identity));
}

absl::Status DeleteUserIn(WriteFrame& frame, const IamId& id) {
  LATCHKEY_RETURN_IF_ERROR(RequireHost(frame.actor));
  LATCHKEY_ASSIGN_OR_RETURN(auto identity, frame.txn.FindIdentity(id));
  if (!identity || identity->state != IdentityState::kActive ||
      identity->kind != IdentityKind::kUser) {
    return NotFound("user");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto owned, frame.txn.AccountsOwnedBy(id));
  if (!owned.empty()) {
    return base::Error(Reason::kOwnerProtected, "the user owns an account: move ownership first");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto memberships, frame.txn.MembershipsOf(id));
  for (const Membership& member : memberships) {
    LATCHKEY_RETURN_IF_ERROR(RemoveMembership(frame, member));
  }
  return BuryIdentity(frame, *std::move(identity));
}

absl::StatusOr<Identity> GetIn(ReadFrame& frame, const AccountId& account, const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(auto identity, frame.view.FindIdentity(id));
  const bool live = identity && identity->state == IdentityState::kActive;
  if (frame.actor && frame.actor->identity.id == id && live) return *std::move(identity);
  if (live && identity->kind == IdentityKind::kUser) {
    if (!frame.actor && account.empty()) return *std::move(identity);
    LATCHKEY_RETURN_IF_ERROR(
        Require(frame.view, frame.actor, Act::kUserView, TargetOf(account, id), "identity"));
    LATCHKEY_ASSIGN_OR_RETURN(const auto member, frame.view.FindMembership(account, id));
    if (member) return *std::move(identity);
    return NotFound("identity");
  }
  LATCHKEY_ASSIGN_OR_RETURN(Owned owned, FindOwned(frame.view, frame.actor, account, id));
  return std::move(owned.identity);
}

absl::StatusOr<std::vector<Identity>> ListIn(ReadFrame& frame, const Kind& kind,
                                             const AccountId& account) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.view, frame.actor, kind.view, {.account = account}, "account"));
  LATCHKEY_RETURN_IF_ERROR(ExistingAccount(frame.view, account).status());
  return frame.view.IdentitiesOf(account, kind.kind);
}

absl::Status CheckIds(const AccountId& account, const IamId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  return CheckId("id", id.text());
}

}  // namespace
}  // namespace facade

using facade::ReadFrame;
using facade::WriteFrame;

absl::StatusOr<Identity> Directory::CreateUser(const Call& call, const NewUser& user) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckText("name", user.name, 1, kNameMaxCharacters));
  LATCHKEY_ASSIGN_OR_RETURN(const IamId id, facade::UserIdOf(core_->options(), user));
  return core_->Mutate(call, {"user.create", "", id.text()},
                       [&](WriteFrame& frame) -> absl::StatusOr<Identity> {
                         LATCHKEY_RETURN_IF_ERROR(facade::RequireHost(frame.actor));
                         Identity identity;
                         identity.id = id;
                         identity.kind = IdentityKind::kUser;
                         identity.name = user.name;
                         identity.federated = user.federated;
                         identity.functional = user.functional;
                         return facade::PutNewIdentity(*core_, frame, std::move(identity));
                       });
}

absl::StatusOr<Identity> Directory::GetIdentity(const Call& call, const AccountId& account,
                                                const IamId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", id.text()));
  if (!account.empty()) LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) { return facade::GetIn(frame, account, id); });
}

absl::Status Directory::DeleteUser(const Call& call, const IamId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("id", id.text()));
  return core_->Mutate(call, {"user.delete", "", id.text()},
                       [&](WriteFrame& frame) { return facade::DeleteUserIn(frame, id); });
}

absl::StatusOr<Identity> Directory::CreateServiceId(const Call& call, const AccountId& account,
                                                    std::string_view name,
                                                    std::string_view description) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckTexts(name, description));
  return core_->Mutate(call, {"service_id.create", account.text(), ""}, [&](WriteFrame& frame) {
    return facade::CreateOwned(*core_, frame, facade::kServiceIdKind, account, name, description);
  });
}

absl::StatusOr<Identity> Directory::CreateProfile(const Call& call, const AccountId& account,
                                                  std::string_view name,
                                                  std::string_view description) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckTexts(name, description));
  return core_->Mutate(call, {"profile.create", account.text(), ""}, [&](WriteFrame& frame) {
    return facade::CreateOwned(*core_, frame, facade::kProfileKind, account, name, description);
  });
}

absl::StatusOr<std::vector<Identity>> Directory::ListServiceIds(const Call& call,
                                                                const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) {
    return facade::ListIn(frame, facade::kServiceIdKind, account);
  });
}

absl::StatusOr<std::vector<Identity>> Directory::ListProfiles(const Call& call,
                                                              const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(
      call, [&](ReadFrame& frame) { return facade::ListIn(frame, facade::kProfileKind, account); });
}

absl::StatusOr<Identity> Directory::UpdateIdentity(const Call& call, const AccountId& account,
                                                   const IamId& id, const IfMatch& if_match,
                                                   std::string_view name,
                                                   std::string_view description) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckTexts(name, description));
  return core_->Mutate(call, {"identity.update", account.text(), id.text()},
                       [&](WriteFrame& frame) {
                         return facade::UpdateIn(frame, account, id, if_match, name, description);
                       });
}

absl::StatusOr<Identity> Directory::LockServiceId(const Call& call, const AccountId& account,
                                                  const IamId& id, const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(
      call, {"service_id.lock", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::SetLock(frame, account, id, if_match, true); });
}

absl::StatusOr<Identity> Directory::UnlockServiceId(const Call& call, const AccountId& account,
                                                    const IamId& id,
                                                    const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(
      call, {"service_id.unlock", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::SetLock(frame, account, id, if_match, false); });
}

absl::Status Directory::DeleteIdentity(const Call& call, const AccountId& account, const IamId& id,
                                       const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(
      call, {"identity.delete", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::DeleteOwned(frame, account, id, if_match); });
}

}  // namespace latchkey::inline v0
