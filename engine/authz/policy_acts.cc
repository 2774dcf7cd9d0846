// Policies: iam.policy.* is asked on the policy's own target [domain W-10].
#include "engine/authz/inquiry.h"
#include "engine/base/error.h"

namespace latchkey::authz {

absl::StatusOr<Answer> DecidePolicyAct(const Inquiry& inquiry, const ActRow& row) {
  const bool updates = row.act == Act::kPolicyUpdate;
  const Policy* const stored = updates ? inquiry.target.policy_before : inquiry.target.policy;
  const Policy* const wanted = inquiry.target.policy;
  if (const ActRow* const view = ViewOf(row); view != nullptr) {
    if (stored == nullptr) return Answer::kNotVisible;
    LATCHKEY_ASSIGN_OR_RETURN(const bool visible, HoldsOnTarget(inquiry, view->action, *stored));
    if (!visible) return Answer::kNotVisible;
    if (view == &row) return Answer::kYes;
  }
  if (wanted == nullptr) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsOnTarget(inquiry, row.action, *wanted));
  if (!holds) return Answer::kNotAllowed;
  if (updates) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool held, HoldsOnTarget(inquiry, row.action, *stored));
    if (!held) return Answer::kNotAllowed;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool handed_over, MayHandOver(inquiry, row.handover));
  return handed_over ? Answer::kYes : Answer::kNotAllowed;
}

}  // namespace latchkey::authz
