// engine/authz/context_rules.h: whether the context rules of an account let a request in. Pure.
// [domain R-3]
#ifndef LATCHKEY_ENGINE_AUTHZ_CONTEXT_RULES_H_
#define LATCHKEY_ENGINE_AUTHZ_CONTEXT_RULES_H_

#include <optional>

#include "absl/status/statusor.h"

#include "latchkey/context.h"
#include "latchkey/decision.h"
#include "latchkey/network.h"

#include "engine/authz/evaluator.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// The first enabled rule of the request's account that is applicable and does not let the actor's
// source address in; nothing if all let it in, or none is applicable.
//
// An empty `request.service` is an absent one, which counts as matching like every other absent
// attribute: an act that names no service must pass every rule of the account. serviceType and
// service_group_id are what the catalogue says of the service, whatever attributes of these names
// the request carries; of a service that is not defined they are absent. A condition that this
// version does not evaluate counts as matching, a zone that the account does not have holds no
// address: what is not known restricts.
//
// Cost  the account's rules; its zones too, if a rule is applicable and the actor has an address.
//       Linear in rules × attributes and in the ranges of all zones: Limits bounds both.
[[nodiscard]] absl::StatusOr<std::optional<ContextRuleId>> ContextRuleAgainst(
    base::PolicySource& source, const Actor& actor, const AccessRequest& request);

// The address lies in one of `addresses` and in none of `excluded`; no address lies nowhere.
[[nodiscard]] bool LiesIn(const NetworkZone& zone, const std::optional<IpAddress>& address);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_CONTEXT_RULES_H_
