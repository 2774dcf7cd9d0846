// engine/authz/restrictions.h: step 4 of domain section 7: what shrinks access after the union of
// all grants. Each restriction is asked on its own; none can widen what another cut.
#ifndef LATCHKEY_ENGINE_AUTHZ_RESTRICTIONS_H_
#define LATCHKEY_ENGINE_AUTHZ_RESTRICTIONS_H_

#include <optional>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/decision.h"
#include "latchkey/status.h"

#include "engine/authz/evaluator.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

struct Restriction {
  Reason cut_by = Reason::kNone;      // kNone: the request passes
  bool limited_would_refuse = false;  // it passes only because the account monitors [domain R-1]
  std::optional<ContextRuleId> context_rule = std::nullopt;  // that cut [domain R-3]
};

// What the restrictions of section 8 say about `request` in `account`, the request's own account,
// however it was granted. `request` is well formed, but for an act that names no service: then that
// and the action are empty.
[[nodiscard]] absl::StatusOr<Restriction> RestrictionOn(base::PolicySource& source,
                                                        const Actor& actor,
                                                        const AccessRequest& request,
                                                        const Account& account);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_RESTRICTIONS_H_
