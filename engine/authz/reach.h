// engine/authz/reach.h: steps 1 and 4 of domain section 7 alone, for acts that need no right.
#ifndef LATCHKEY_ENGINE_AUTHZ_REACH_H_
#define LATCHKEY_ENGINE_AUTHZ_REACH_H_

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/identity.h"
#include "latchkey/status.h"

#include "engine/authz/evaluator.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// kNone if `actor` has standing, `account` is open, a user is an active member of it, and its
// external rule lets the account it acts from in; otherwise the reason that Evaluate gives for any
// request there. Context rules are not asked: they depend on what the act is
// about. A second, smaller implementation: tests hold the two equal.
// [domain W-10] [domain R-1]
[[nodiscard]] absl::StatusOr<Reason> Reaches(base::PolicySource& source, const Actor& actor,
                                             const AccountId& account);

// Whether the external rule of `account` for the actor's kind lets it in from where it acts.
[[nodiscard]] bool PassesExternalRule(const Actor& actor, const Account& account);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_REACH_H_
