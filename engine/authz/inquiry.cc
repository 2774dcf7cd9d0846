#include "engine/authz/inquiry.h"

#include "engine/authz/covering.h"
#include "engine/authz/restrictions.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

// What the target of a policy says exactly, as a request would.
struct ExactTarget {
  std::string_view service;  // empty: it names none, or several
  std::vector<RequestAttribute> attributes;
  bool whole = true;  // it says no more than this
};

bool IsExactly(const ResourceAttribute& attribute) {
  return attribute.op == AttributeOperator::kStringEquals && attribute.values.size() == 1 &&
         attribute.key != kServiceTypeKey && attribute.key != kServiceGroupKey;
}

ExactTarget ReadTarget(const Policy& policy) {
  ExactTarget target;
  for (const ResourceAttribute& attribute : policy.resource) {
    if (!IsExactly(attribute)) {
      target.whole = false;
    } else if (attribute.key == kServiceNameKey) {
      target.service = attribute.values.front();
    } else {
      target.attributes.push_back({attribute.key, attribute.values.front()});
    }
  }
  target.whole = target.whole && !target.service.empty();
  return target;
}

}  // namespace

bool IsItself(const Actor& actor, const std::optional<IamId>& user) {
  return actor.identity.kind == IdentityKind::kUser && !actor.applied_by && user &&
         actor.identity.id == *user;
}

bool IsOwner(const Inquiry& inquiry) { return IsItself(inquiry.actor, inquiry.account.owner); }

absl::StatusOr<bool> HoldsAction(const Inquiry& inquiry, std::string_view service,
                                 std::string_view action,
                                 const std::vector<RequestAttribute>& attributes) {
  LATCHKEY_ASSIGN_OR_RETURN(const Verdict verdict, Evaluate(inquiry.source, inquiry.actor,
                                                            {.account = inquiry.account.id.text(),
                                                             .service = service,
                                                             .action = action,
                                                             .attributes = attributes}));
  return verdict.outcome == Outcome::kAllow;
}

absl::StatusOr<bool> Passes(const Inquiry& inquiry, std::string_view service,
                            std::string_view action,
                            const std::vector<RequestAttribute>& attributes) {
  LATCHKEY_ASSIGN_OR_RETURN(const Restriction restriction,
                            RestrictionOn(inquiry.source, inquiry.actor,
                                          {.account = inquiry.account.id.text(),
                                           .service = service,
                                           .action = action,
                                           .attributes = attributes},
                                          inquiry.account));
  return restriction.cut_by == Reason::kNone;
}

std::vector<RequestAttribute> ServiceIdAttributes(const IamId& id) {
  return {{kResourceTypeKey, "serviceid"}, {kResourceKey, id.text()}};
}

absl::StatusOr<bool> HoldsOnTarget(const Inquiry& inquiry, std::string_view action,
                                   const Policy& policy) {
  if (policy.account != inquiry.account.id) return false;
  const ExactTarget target = ReadTarget(policy);
  // No boundary is compared with a target that is wider than one request: it does not pass.
  if (!target.whole && inquiry.actor.bound) return false;
  if (target.whole && !IsOwner(inquiry)) {
    return HoldsAction(inquiry, target.service, action, target.attributes);
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool passes,
                            Passes(inquiry, target.service, action, target.attributes));
  if (!passes) return false;
  if (IsOwner(inquiry)) return true;
  return Covers(inquiry.source, inquiry.actor, action, policy);
}

}  // namespace latchkey::authz
