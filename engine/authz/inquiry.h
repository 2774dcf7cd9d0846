// engine/authz/inquiry.h: one who-may question under way, and the small questions it consists of.
#ifndef LATCHKEY_ENGINE_AUTHZ_INQUIRY_H_
#define LATCHKEY_ENGINE_AUTHZ_INQUIRY_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/decision.h"
#include "latchkey/policy.h"

#include "engine/authz/act_table.h"
#include "engine/authz/evaluator.h"
#include "engine/authz/who_may.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// Everything is borrowed for the call. The actor reaches `account`, which is Target::account.
struct Inquiry {
  base::PolicySource& source;
  const Actor& actor;
  const Target& target;
  const Account& account;
};

// The owner acts as itself: a profile that the owner applies owns nothing [domain W-9].
[[nodiscard]] bool IsOwner(const Inquiry& inquiry);

// Whether the actor is that user, acting as itself [domain W-1] [domain W-9].
[[nodiscard]] bool IsItself(const Actor& actor, const std::optional<IamId>& user);

// Sections 7 and 8 for one action in the account of the inquiry, the owner's step included.
[[nodiscard]] absl::StatusOr<bool> HoldsAction(const Inquiry& inquiry, std::string_view service,
                                               std::string_view action,
                                               const std::vector<RequestAttribute>& attributes);

// Section 8 alone, for an act that needs no right: W-10 asks it with the act's own action. Without
// service and action where the table names none.
[[nodiscard]] absl::StatusOr<bool> Passes(const Inquiry& inquiry, std::string_view service,
                                          std::string_view action,
                                          const std::vector<RequestAttribute>& attributes);

// The attributes by which a service ID is named in requests; they borrow the text of `id`.
[[nodiscard]] std::vector<RequestAttribute> ServiceIdAttributes(const IamId& id);

// `action` on the policy's own target: by Evaluate where the target is one service and exact
// values, by Covers where it is wider: then section 8 is asked about what it names exactly, the
// rest being absent. False for a policy of another account.
[[nodiscard]] absl::StatusOr<bool> HoldsOnTarget(const Inquiry& inquiry, std::string_view action,
                                                 const Policy& policy);

// W-8: true for the owner, and for whoever holds iam.policy.create over all that `handover` hands
// over, none of it to itself; but never through a bounded key, making keys apart. True if
// nothing is handed over.
[[nodiscard]] absl::StatusOr<bool> MayHandOver(const Inquiry& inquiry, Handover handover);

// Of kContextRules: iam.policy.create over the whole services that the rules are about.
[[nodiscard]] absl::StatusOr<bool> MayLoosenRules(const Inquiry& inquiry);

// The rules of one family. The caller has checked that the actor reaches the account.
[[nodiscard]] absl::StatusOr<Answer> DecideKeyAct(const Inquiry& inquiry, const ActRow& row);
[[nodiscard]] absl::StatusOr<Answer> DecideClassicKeyAct(const Inquiry& inquiry, const ActRow& row);
[[nodiscard]] absl::StatusOr<Answer> DecidePolicyAct(const Inquiry& inquiry, const ActRow& row);
[[nodiscard]] absl::StatusOr<Answer> DecideContextRuleAct(const Inquiry& inquiry,
                                                          const ActRow& row);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_INQUIRY_H_
