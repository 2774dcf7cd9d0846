// engine/authz/context_check.h: what a network zone or a context rule must be to be stored, and
// which changes of one are loosening. Pure. [domain R-3] [domain P-9] [domain W-8]
#ifndef LATCHKEY_ENGINE_AUTHZ_CONTEXT_CHECK_H_
#define LATCHKEY_ENGINE_AUTHZ_CONTEXT_CHECK_H_

#include "absl/status/status.h"

#include "latchkey/context.h"

namespace latchkey::authz {

// Texts within their lengths, at least one range of addresses, and each range with its first
// address not after its last. Errors: kMalformed, kInvalidUtf8, at a path such as "addresses[3]".
[[nodiscard]] absl::Status CheckZone(const NewNetworkZone& zone);

// Resource attributes as of a policy (policy_check.h), but by one of serviceName, serviceType and
// service_group_id always, and without stringExists, for which an absent attribute would be no
// match; 1..kRuleContextsMax contexts of 1..kContextZonesMax zones each. Whether the zones exist is
// not asked. Errors: kMalformed, kInvalidUtf8, at a path such as "contexts[0].zones[1]".
[[nodiscard]] absl::Status CheckContextRule(const NewContextRule& rule);

// False only if it is shown that no address is in `after` that was not in `before`: each range of
// `after.addresses` lies within one of `before.addresses`, and each of `before.excluded` within one
// of `after.excluded` or apart from all of `after.addresses`. What takes two old
// ranges to cover is taken for loosening.
// Cost: ranges × ranges, at most 10^6 comparisons under the default limits.
[[nodiscard]] bool Loosens(const NetworkZone& before, const NetworkZone& after);

// False only if it is shown that whatever `after` lets in, `before` let in: `before` was disabled;
// or `after` is enabled, each of its attributes is one of `before`'s, and each of its zones is one
// of `before`'s.
[[nodiscard]] bool Loosens(const ContextRule& before, const ContextRule& after);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_CONTEXT_CHECK_H_
