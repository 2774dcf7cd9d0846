#include "engine/authz/evaluator.h"

#include <utility>

#include "engine/authz/grants.h"
#include "engine/authz/restrictions.h"
#include "engine/authz/standing.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

Verdict Deny(Reason reason) { return {.outcome = Outcome::kDeny, .reason = reason}; }

bool Owns(const Identity& identity, const Account& account) {
  return identity.kind == IdentityKind::kUser && identity.id == account.owner;
}

// Steps 2 and 3: what is granted before anything restricts it.
absl::StatusOr<Verdict> Grants(base::PolicySource& source, const Actor& actor,
                               const AccessRequest& request, const Account& account,
                               OwnerStep owner, Details* details) {
  const bool owns = owner == OwnerStep::kCounts && Owns(actor.identity, account);
  if (owns && details == nullptr) return Verdict{Outcome::kAllow, Reason::kAllowedByOwner};
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::uint64_t> lowest,
                            LowestGrant(source, actor.identity.id, request, actor.now, details));
  if (owns) return Verdict{Outcome::kAllow, Reason::kAllowedByOwner};
  if (!lowest.has_value()) return Deny(Reason::kNoPolicy);
  return Verdict{Outcome::kAllow, Reason::kAllowedByPolicy, *lowest};
}

// Step 4.
absl::StatusOr<Verdict> Restrict(base::PolicySource& source, const Actor& actor,
                                 const AccessRequest& request, const Account& account,
                                 Verdict verdict, Details* details) {
  if (verdict.outcome != Outcome::kAllow) return verdict;
  LATCHKEY_ASSIGN_OR_RETURN(const Restriction restriction,
                            RestrictionOn(source, actor, request, account));
  if (restriction.cut_by != Reason::kNone) {
    verdict.outcome = Outcome::kDeny;
    verdict.reason = restriction.cut_by;
    if (details != nullptr) details->context_rule = restriction.context_rule;
    return verdict;
  }
  verdict.limited_would_refuse = restriction.limited_would_refuse;
  return verdict;
}

// Steps 1 to 3, and the account asked about.
struct Granted {
  Verdict verdict;
  std::optional<Account> account = std::nullopt;  // unless step 1 ended it
};

absl::StatusOr<Granted> Grant(base::PolicySource& source, const Actor& actor,
                              const AccessRequest& request, OwnerStep owner, Details* details) {
  if (const Reason form = CheckRequest(request); form != Reason::kNone) return Granted{Deny(form)};
  const AccountId account_id(request.account);
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<Account> account, source.FindAccount(account_id));
  const bool open =
      account.has_value() && account->id == account_id && account->state == AccountState::kOpen;
  if (!open) return Granted{Deny(Reason::kAccountNotOpen)};
  LATCHKEY_ASSIGN_OR_RETURN(const Reason standing,
                            StandingOf(source, actor.identity, actor.acting_account));
  if (standing != Reason::kNone) return Granted{{Outcome::kRefused, standing}};
  if (actor.identity.kind == IdentityKind::kUser && actor.acting_account != account_id) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool member,
                              IsActiveMember(source, account_id, actor.identity.id));
    if (!member) return Granted{Deny(Reason::kMembershipNotActive)};
  }
  LATCHKEY_ASSIGN_OR_RETURN(const Verdict verdict,
                            Grants(source, actor, request, *account, owner, details));
  return Granted{verdict, std::move(account)};
}

}  // namespace

absl::StatusOr<Verdict> Evaluate(base::PolicySource& source, const Actor& actor,
                                 const AccessRequest& request, OwnerStep owner, Details* details) {
  LATCHKEY_ASSIGN_OR_RETURN(const Granted granted, Grant(source, actor, request, owner, details));
  if (!granted.account) return granted.verdict;
  return Restrict(source, actor, request, *granted.account, granted.verdict, details);
}

absl::StatusOr<bool> IsGranted(base::PolicySource& source, const Actor& actor,
                               const AccessRequest& request) {
  LATCHKEY_ASSIGN_OR_RETURN(const Granted granted,
                            Grant(source, actor, request, OwnerStep::kCounts, nullptr));
  return granted.verdict.outcome == Outcome::kAllow;
}

}  // namespace latchkey::authz
