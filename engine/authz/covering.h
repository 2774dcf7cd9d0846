// engine/authz/covering.h: whether a right to grant reaches a policy's target. Pure. [domain W-8]
//
// Cost: the policies of the actor's own and of its groups in the account × the policies asked about
// × their attributes; the catalogue is read only for policies whose attributes stand.
#ifndef LATCHKEY_ENGINE_AUTHZ_COVERING_H_
#define LATCHKEY_ENGINE_AUTHZ_COVERING_H_

#include <string_view>

#include "absl/status/statusor.h"

#include "latchkey/policy.h"

#include "engine/authz/evaluator.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// True if one policy of `actor` (its own, or of a group it is in) in `target.account`, without a
// rule and without tags, holds `action` on the target's services, and each of its resource
// attributes stands in the target: with equal text, or with a pattern that matches the target's
// exact value. The owner's step is the caller's business.
//
// Decided here
//   - A target with a rule or with tags is covered like the same target without: it is narrower.
//   - serviceType covers a target that names member services; nothing else covers by membership: a
//     service_group_id covers targets with the same service_group_id only.
//   - A wildcard in the target is covered only by the pattern `*` or by the same pattern. Text with
//     `*` or `?` in a pattern of the target counts as a wildcard, an escaped one too.
//   - A list (…AnyOf) of the target is covered if each of its values is, by one attribute.
//   - stringExists covers and is covered only by the same condition.
//   - A target that names no service exactly (serviceType, service_group_id, resourceGroupId)
//     needs, among the roles of the covering policy, the platform role …:role:Administrator,
//     holding `action` on some service in that scope, and the same serviceType or
//     service_group_id, if it has one.
//   - Where no role holds `action` on a named service, nothing covers: only the owner grants there.
[[nodiscard]] absl::StatusOr<bool> Covers(base::PolicySource& source, const Actor& actor,
                                          std::string_view action, const Policy& target);

// True if the actor may grant whatever the policies of `account` with this subject grant: every one
// of them is covered for iam.policy.create. A subject without policies is covered by anybody.
[[nodiscard]] absl::StatusOr<bool> CoversAllOf(base::PolicySource& source, const Actor& actor,
                                               const AccountId& account,
                                               const PolicySubject& subject);

// CoversAllOf the identity and of every access group of `account` that it is in: all that a key or
// an active membership of that identity carries there.
[[nodiscard]] absl::StatusOr<bool> CoversCarried(base::PolicySource& source, const Actor& actor,
                                                 const AccountId& account, const IamId& identity);

// True if `action` is covered over the whole account: over serviceType `service` and over
// serviceType `platform_service`, so Administrator of both.
[[nodiscard]] absl::StatusOr<bool> CoversAccount(base::PolicySource& source, const Actor& actor,
                                                 std::string_view action, const AccountId& account);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_COVERING_H_
