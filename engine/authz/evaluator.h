// engine/authz/evaluator.h: the decision of domain section 7, as a plain interpreter over one
// snapshot. It serves Authorize, Explain and who-may; a compiled form must agree with it.
#ifndef LATCHKEY_ENGINE_AUTHZ_EVALUATOR_H_
#define LATCHKEY_ENGINE_AUTHZ_EVALUATOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/caller.h"
#include "latchkey/context.h"
#include "latchkey/decision.h"
#include "latchkey/identity.h"

#include "engine/base/policy_source.h"
#include "engine/base/records.h"

namespace latchkey::authz {

// Who acts, when and from where, as the façade resolved it from a Principal in the same snapshot.
// Its key, if it has one, was found live there.
struct Actor {
  Identity identity = {};  // the profile, where one is applied
  AccountId acting_account = {};
  std::optional<KeyId> key = std::nullopt;
  std::optional<IamId> applied_by = std::nullopt;
  absl::Time now = absl::UnixEpoch();
  std::optional<IpAddress> source = std::nullopt;
  std::optional<base::KeyBound> bound = std::nullopt;  // of its key, if that has a boundary
};

struct Verdict {
  Outcome outcome = Outcome::kDeny;
  Reason reason = Reason::kNoPolicy;
  // The lowest serial among the policies that grant, also if the external-identity rule then cuts;
  // 0 if ownership granted or nothing did.
  std::uint64_t policy_serial = 0;
  bool limited_would_refuse = false;  // only ever with kAllow
  bool operator==(const Verdict&) const = default;
};

inline constexpr std::size_t kNearMissesMax = 100;

// Filled in when asked for, if the evaluation gets as far as step 5; asking makes it look at every
// policy and never changes the verdict. The owner's grants by policy are listed too. The identity's
// own policies come first, then those of each group.
struct Details {
  std::vector<Grant> grants;  // one for each policy that grants, with the first role that does
  // At most kNearMissesMax. `detail` is the key of the first attribute that does not match, of the
  // first tag that is missing, of the condition that fails the rule (rule.h), or the id of the
  // first role where none of them holds the action: the first of these that applies.
  std::vector<NearMiss> near_misses;
  // The first rule that cut, where the reason is kContextRule [domain R-3].
  std::optional<ContextRuleId> context_rule;
};

// Whether the owner's step (section 7 step 2) counts. W-4 asks without it.
enum class OwnerStep { kCounts, kSkipped };

// kNone if well formed, else kRequestMalformed: a field empty, too long or not UTF-8, more than 32
// attributes or tags, an attribute or tag named twice, a tag without colon, accountId or
// serviceName differing from its own field. Account, service, action and keys have at most 128
// bytes, values 1,000 characters.
[[nodiscard]] Reason CheckRequest(const AccessRequest& request);

// Steps 1 to 4 of domain section 7. Work: the acting identity's own policies and groups in the
// resource's account; linear in their number and in the lengths of their patterns × values, at most
// 10 conditions and 10 tags each (rule.h, tags.h); then the account's context rules and zones
// (context_rules.h); no recursion. A status is a fault, never an allow.
[[nodiscard]] absl::StatusOr<Verdict> Evaluate(base::PolicySource& source, const Actor& actor,
                                               const AccessRequest& request,
                                               OwnerStep owner = OwnerStep::kCounts,
                                               Details* details = nullptr);

// Steps 1 to 3 alone. For questions whose "yes" refuses something: asked of Evaluate, a restriction
// would turn them into access [hazard C29].
[[nodiscard]] absl::StatusOr<bool> IsGranted(base::PolicySource& source, const Actor& actor,
                                             const AccessRequest& request);

// Whether the resource attributes of `policy` match the request (P-3, P-4), whatever its tags and
// its rule say; `miss`, unless null,
// receives the key of the first attribute that does not. `service` describes request.service, if it
// is defined: if not, or if the policy has no scope, the miss is serviceName. accountId and
// serviceName are the request's own fields; serviceType and service_group_id are what the catalogue
// says of the service, whatever attributes of these names the request carries.
[[nodiscard]] bool MatchesResource(const Policy& policy, const AccessRequest& request,
                                   const std::optional<base::ServiceInfo>& service,
                                   std::string* miss);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_EVALUATOR_H_
