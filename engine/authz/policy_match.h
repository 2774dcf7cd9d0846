// engine/authz/policy_match.h: whether one policy is about a request now, whatever its roles hold.
#ifndef LATCHKEY_ENGINE_AUTHZ_POLICY_MATCH_H_
#define LATCHKEY_ENGINE_AUTHZ_POLICY_MATCH_H_

#include <optional>
#include <string_view>

#include "absl/time/time.h"

#include "latchkey/decision.h"
#include "latchkey/policy.h"

#include "engine/base/policy_source.h"

namespace latchkey::authz {

struct PolicyMiss {
  Miss miss = Miss::kAttribute;
  std::string_view detail;  // as in Details::near_misses; part of `policy` or of a constant
};

// Nothing if attributes, tags and rule of `policy` all match; else the first of these that does
// not. `service` describes request.service; nothing: it is not defined, and nothing matches.
[[nodiscard]] std::optional<PolicyMiss> MissOf(const Policy& policy, const AccessRequest& request,
                                               const std::optional<base::ServiceInfo>& service,
                                               absl::Time now);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_POLICY_MATCH_H_
