#include "engine/authz/standing.h"

#include <optional>

#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

bool MayActFrom(const Identity& identity, const AccountId& account) {
  if (identity.id.empty() || identity.state != IdentityState::kActive) return false;
  switch (identity.kind) {
    case IdentityKind::kUser:
      return true;
    case IdentityKind::kServiceId:
    case IdentityKind::kTrustedProfile:
      return identity.account == account;
  }
  return false;
}

}  // namespace

absl::StatusOr<bool> IsActiveMember(base::PolicySource& source, const AccountId& account,
                                    const IamId& user) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Membership> membership,
                            source.FindMembership(account, user));
  return membership.has_value() && membership->account == account && membership->iam_id == user &&
         membership->state == MemberState::kActive;
}

absl::StatusOr<Reason> StandingOf(base::PolicySource& source, const Identity& identity,
                                  const AccountId& acting_account) {
  if (!MayActFrom(identity, acting_account)) return Reason::kIdentityNotActive;
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> account,
                            source.FindAccount(acting_account));
  if (!account.has_value() || account->state != AccountState::kOpen) {
    return Reason::kActingAccountNotOpen;
  }
  if (identity.kind != IdentityKind::kUser) return Reason::kNone;
  LATCHKEY_ASSIGN_OR_RETURN(const bool member, IsActiveMember(source, acting_account, identity.id));
  return member ? Reason::kNone : Reason::kMembershipNotActive;
}

}  // namespace latchkey::authz
