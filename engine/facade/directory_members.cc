// Members of an account: invitations, states, departures [domain D-1] [domain D-2].
#include "latchkey/directory.h"

#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/directory_writing.h"
#include "engine/facade/forms.h"
#include "engine/facade/removal.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

authz::Target MemberTarget(const AccountId& account, const IamId& user) {
  return {.account = account, .member = user};
}

// The membership and its account, after who-may for `act`.
struct Found {
  Account account;
  Membership member;
};

absl::StatusOr<Found> FindMember(store::View& view, const std::optional<authz::Actor>& actor,
                                 Act act, const AccountId& account, const IamId& user) {
  LATCHKEY_RETURN_IF_ERROR(Require(view, actor, act, MemberTarget(account, user), "member"));
  LATCHKEY_ASSIGN_OR_RETURN(Account found, ExistingAccount(view, account));
  LATCHKEY_ASSIGN_OR_RETURN(auto member, view.FindMembership(account, user));
  if (!member) return NotFound("member");
  return Found{std::move(found), *std::move(member)};
}

absl::Status ProtectOwner(const Found& found) {
  if (found.account.owner != found.member.iam_id) return absl::OkStatus();
  return base::Error(
      Reason::kOwnerProtected,
      "the account owner cannot leave, be suspended or removed: move ownership first");
}

absl::StatusOr<Membership> PutState(WriteFrame& frame, Membership member, MemberState state) {
  member.state = state;
  member.entity_tag = frame.NextTag(member.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(member));
  return member;
}

// The parent in the user hierarchy: the inviting user, or the owner for anybody else.
IamId InviterOf(const WriteFrame& frame, const Account& account) {
  if (frame.actor && frame.actor->identity.kind == IdentityKind::kUser) {
    return frame.actor->identity.id;
  }
  return account.owner;
}

absl::StatusOr<Membership> InviteIn(Core& core, WriteFrame& frame, const AccountId& account_id,
                                    const IamId& user) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kUserInvite, MemberTarget(account_id, user), "account"));
  LATCHKEY_ASSIGN_OR_RETURN(const Account account, OpenAccount(frame.txn, account_id));
  Membership member;
  member.account = account_id;
  member.iam_id = user;
  member.state = MemberState::kPending;
  member.invited_by = InviterOf(frame, account);
  return PutNewMember(core, frame, std::move(member));
}

absl::StatusOr<Membership> AcceptIn(WriteFrame& frame, const AccountId& account, const IamId& user,
                                    const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const Found found,
                            FindMember(frame.txn, frame.actor, Act::kUserAccept, account, user));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, found.member.entity_tag));
  if (found.member.state == MemberState::kActive) return found.member;
  if (found.member.state != MemberState::kPending || found.account.state != AccountState::kOpen) {
    return base::Error(Reason::kStateForbids, "there is no invitation to accept");
  }
  return PutState(frame, found.member, MemberState::kActive);
}

absl::StatusOr<DepartureReport> SuspendIn(WriteFrame& frame, const AccountId& account,
                                          const IamId& user, const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const Found found,
                            FindMember(frame.txn, frame.actor, Act::kUserSuspend, account, user));
  LATCHKEY_RETURN_IF_ERROR(ProtectOwner(found));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, found.member.entity_tag));
  if (found.member.state == MemberState::kPending) {
    return base::Error(Reason::kStateForbids, "a pending member cannot be suspended: remove it");
  }
  LATCHKEY_ASSIGN_OR_RETURN(DepartureReport report, DepartureOf(frame, account, user));
  if (found.member.state == MemberState::kSuspended) return report;
  LATCHKEY_RETURN_IF_ERROR(PutState(frame, found.member, MemberState::kSuspended).status());
  return report;
}

absl::StatusOr<Membership> ReactivateIn(WriteFrame& frame, const AccountId& account,
                                        const IamId& user, const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(
      const Found found, FindMember(frame.txn, frame.actor, Act::kUserReactivate, account, user));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, found.member.entity_tag));
  if (found.member.state == MemberState::kActive) return found.member;
  if (found.member.state == MemberState::kPending) {
    return base::Error(Reason::kStateForbids, "a pending member becomes active by accepting");
  }
  return PutState(frame, found.member, MemberState::kActive);
}

absl::StatusOr<DepartureReport> RemoveIn(WriteFrame& frame, Act act, const AccountId& account,
                                         const IamId& user, const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const Found found,
                            FindMember(frame.txn, frame.actor, act, account, user));
  LATCHKEY_RETURN_IF_ERROR(ProtectOwner(found));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, found.member.entity_tag));
  LATCHKEY_ASSIGN_OR_RETURN(DepartureReport report, DepartureOf(frame, account, user));
  LATCHKEY_RETURN_IF_ERROR(RemoveMembership(frame, found.member));
  return report;
}

absl::Status CheckIds(const AccountId& account, const IamId& user) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  return CheckId("user", user.text());
}

}  // namespace
}  // namespace facade

using authz::Act;
using facade::CheckIds;
using facade::ReadFrame;
using facade::WriteFrame;

absl::StatusOr<Membership> Directory::Invite(const Call& call, const AccountId& account,
                                             const IamId& user) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, user));
  return core_->Mutate(
      call, {"member.invite", account.text(), user.text()},
      [&](WriteFrame& frame) { return facade::InviteIn(*core_, frame, account, user); });
}

absl::StatusOr<Membership> Directory::AcceptInvitation(const Call& call, const AccountId& account,
                                                       const IamId& user,
                                                       const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, user));
  return core_->Mutate(
      call, {"member.accept", account.text(), user.text()},
      [&](WriteFrame& frame) { return facade::AcceptIn(frame, account, user, if_match); });
}

absl::StatusOr<DepartureReport> Directory::SuspendMember(const Call& call, const AccountId& account,
                                                         const IamId& user,
                                                         const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, user));
  return core_->Mutate(
      call, {"member.suspend", account.text(), user.text()},
      [&](WriteFrame& frame) { return facade::SuspendIn(frame, account, user, if_match); });
}

absl::StatusOr<Membership> Directory::ReactivateMember(const Call& call, const AccountId& account,
                                                       const IamId& user,
                                                       const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, user));
  return core_->Mutate(
      call, {"member.reactivate", account.text(), user.text()},
      [&](WriteFrame& frame) { return facade::ReactivateIn(frame, account, user, if_match); });
}

absl::StatusOr<DepartureReport> Directory::RemoveMember(const Call& call, const AccountId& account,
                                                        const IamId& user,
                                                        const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, user));
  return core_->Mutate(call, {"member.remove", account.text(), user.text()},
                       [&](WriteFrame& frame) {
                         return facade::RemoveIn(frame, Act::kUserRemove, account, user, if_match);
                       });
}

absl::StatusOr<DepartureReport> Directory::Leave(const Call& call, const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Mutate(call, {"member.leave", account.text(), ""},
                       [&](WriteFrame& frame) -> absl::StatusOr<DepartureReport> {
                         if (!frame.actor) {
                           return base::Error(Reason::kMalformed,
                                              "the trusted host leaves nothing: use RemoveMember");
                         }
                         const IamId& self = frame.actor->identity.id;
                         frame.header.object = self.text();
                         return facade::RemoveIn(frame, Act::kUserLeave, account, self,
                                                 IfMatch::Any());
                       });
}

absl::StatusOr<Membership> Directory::GetMember(const Call& call, const AccountId& account,
                                                const IamId& user) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, user));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<Membership> {
    LATCHKEY_ASSIGN_OR_RETURN(
        facade::Found found,
        facade::FindMember(frame.view, frame.actor, Act::kUserView, account, user));
    return std::move(found.member);
  });
}

absl::StatusOr<std::vector<Membership>> Directory::ListMembers(const Call& call,
                                                               const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<std::vector<Membership>> {
    LATCHKEY_RETURN_IF_ERROR(
        facade::Require(frame.view, frame.actor, Act::kUserView, {.account = account}, "account"));
    LATCHKEY_RETURN_IF_ERROR(facade::ExistingAccount(frame.view, account).status());
    return frame.view.MembersOf(account);
  });
}

}  // namespace latchkey::inline v0
