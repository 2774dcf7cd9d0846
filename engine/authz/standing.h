// engine/authz/standing.h: whether an identity may act at all, from an account. Pure.
#ifndef LATCHKEY_ENGINE_AUTHZ_STANDING_H_
#define LATCHKEY_ENGINE_AUTHZ_STANDING_H_

#include "absl/status/statusor.h"

#include "latchkey/identity.h"
#include "latchkey/status.h"

#include "engine/base/policy_source.h"

namespace latchkey::authz {

// kNone if `identity` is live and may act from `acting_account`; otherwise the first of
// kIdentityNotActive (deleted, without an id, or a service ID or profile acting from an account
// that does not own it), kActingAccountNotOpen, kMembershipNotActive (a user that is no active
// member there). [domain D-1] [domain D-4] [domain W-9]
[[nodiscard]] absl::StatusOr<Reason> StandingOf(base::PolicySource& source,
                                                const Identity& identity,
                                                const AccountId& acting_account);

// True if `user` is an active member of `account`: being invited, suspended or unknown is not
// enough, owning the account neither. [domain D-1]
[[nodiscard]] absl::StatusOr<bool> IsActiveMember(base::PolicySource& source,
                                                  const AccountId& account, const IamId& user);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_STANDING_H_
