#include "engine/authz/reach.h"

#include <algorithm>
#include <optional>

#include "engine/authz/standing.h"
#include "engine/base/error.h"

namespace latchkey::authz {

bool PassesExternalRule(const Actor& actor, const Account& account) {
  if (actor.acting_account == account.id) return true;
  const ExternalRule& rule = actor.identity.kind == IdentityKind::kUser
                                 ? account.settings.external_users
                                 : account.settings.external_service_ids;
  if (rule.mode == ExternalMode::kEnabled || rule.mode == ExternalMode::kMonitor) return true;
  return std::ranges::find(rule.allowed_accounts, actor.acting_account) !=
         rule.allowed_accounts.end();
}

absl::StatusOr<Reason> Reaches(base::PolicySource& source, const Actor& actor,
                               const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> found, source.FindAccount(account));
  if (!found || found->state != AccountState::kOpen) return Reason::kAccountNotOpen;
  LATCHKEY_ASSIGN_OR_RETURN(const Reason standing,
                            StandingOf(source, actor.identity, actor.acting_account));
  if (standing != Reason::kNone) return standing;
  if (actor.identity.kind == IdentityKind::kUser) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Membership> membership,
                              source.FindMembership(account, actor.identity.id));
    if (!membership || membership->state != MemberState::kActive) {
      return Reason::kMembershipNotActive;
    }
  }
  return PassesExternalRule(actor, *found) ? Reason::kNone : Reason::kExternalIdentity;
}

}  // namespace latchkey::authz
