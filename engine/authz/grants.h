// engine/authz/grants.h: which policies grant a request (domain section 7 step 3).
#ifndef LATCHKEY_ENGINE_AUTHZ_GRANTS_H_
#define LATCHKEY_ENGINE_AUTHZ_GRANTS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/decision.h"
#include "latchkey/identity.h"

#include "engine/authz/evaluator.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// The lowest serial among the policies of the request's account that grant it to `identity`, by its
// IAM ID or through one of its groups there; nothing if none does. `request` is well formed.
// `now` is the time that rules see (domain P-5). Without `details` a policy that could not lower
// the answer is not matched.
[[nodiscard]] absl::StatusOr<std::optional<std::uint64_t>> LowestGrant(base::PolicySource& source,
                                                                       const IamId& identity,
                                                                       const AccessRequest& request,
                                                                       absl::Time now,
                                                                       Details* details);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_GRANTS_H_
