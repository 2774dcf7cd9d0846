// Context rules: cbr.rule.* is asked on the rule's own target [domain W-10].
#include "engine/authz/covering.h"
#include "engine/authz/inquiry.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

constexpr std::string_view kGrantAction = "iam.policy.create";

// The resource of a rule, in the form in which targets are compared.
Policy TargetOf(const ContextRule& rule) {
  Policy target;
  target.account = rule.account;
  target.resource = rule.resource;
  return target;
}

// The whole service: an absent attribute counts as matching, so a rule about one resource of a
// service restricts requests that name none.
Policy ServiceTargetOf(const ContextRule& rule) {
  Policy target = TargetOf(rule);
  std::erase_if(target.resource, [](const ResourceAttribute& attribute) {
    return attribute.key != kAccountIdKey && attribute.key != kServiceNameKey &&
           attribute.key != kServiceTypeKey && attribute.key != kServiceGroupKey;
  });
  return target;
}

absl::StatusOr<bool> HoldsOnRule(const Inquiry& inquiry, std::string_view action,
                                 const ContextRule* rule) {
  if (rule == nullptr) return false;
  return HoldsOnTarget(inquiry, action, TargetOf(*rule));
}

absl::StatusOr<bool> MayLoosen(const Inquiry& inquiry, const ContextRule& rule) {
  if (rule.account != inquiry.account.id) return false;
  return Covers(inquiry.source, inquiry.actor, kGrantAction, ServiceTargetOf(rule));
}

}  // namespace

absl::StatusOr<bool> MayLoosenRules(const Inquiry& inquiry) {
  const Target& target = inquiry.target;
  if (target.context_rule == nullptr) return false;
  LATCHKEY_ASSIGN_OR_RETURN(const bool loosened, MayLoosen(inquiry, *target.context_rule));
  if (!loosened || target.context_rule_before == nullptr) return loosened;
  return MayLoosen(inquiry, *target.context_rule_before);
}

absl::StatusOr<Answer> DecideContextRuleAct(const Inquiry& inquiry, const ActRow& row) {
  const ContextRule* const wanted = inquiry.target.context_rule;
  const ContextRule* const before = inquiry.target.context_rule_before;
  if (const ActRow* const view = ViewOf(row); view != nullptr) {
    const ContextRule* const stored = before != nullptr ? before : wanted;
    LATCHKEY_ASSIGN_OR_RETURN(const bool visible, HoldsOnRule(inquiry, view->action, stored));
    if (!visible) return Answer::kNotVisible;
    if (view == &row) return Answer::kYes;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsOnRule(inquiry, row.action, wanted));
  if (!holds) return Answer::kNotAllowed;
  if (before != nullptr) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool held, HoldsOnRule(inquiry, row.action, before));
    if (!held) return Answer::kNotAllowed;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool handed_over, MayHandOver(inquiry, row.handover));
  return handed_over ? Answer::kYes : Answer::kNotAllowed;
}

}  // namespace latchkey::authz
