// W-8: what a granting act hands over, and to whom.
#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "engine/authz/covering.h"
#include "engine/authz/inquiry.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

constexpr std::string_view kGrantAction = "iam.policy.create";

// The IAM IDs that are the person or program behind the actor. A profile that grants to the user
// who applies it would be that user granting to itself.
std::vector<IamId> Selves(const Actor& actor) {
  std::vector<IamId> selves = {actor.identity.id};
  if (actor.applied_by) selves.push_back(*actor.applied_by);
  return selves;
}

// The right to make its keys is asked alone and where the service ID lives: whether its present
// grants are covered may change with the very act in question. A restriction that keeps it from
// making them here and now does not count either: elsewhere, it could.
absl::StatusOr<bool> MakesKeysOf(const Inquiry& inquiry, const Identity& service_id) {
  const std::vector<RequestAttribute> attributes = ServiceIdAttributes(service_id.id);
  return IsGranted(inquiry.source, inquiry.actor,
                   {.account = service_id.account.text(),
                    .service = "iam-identity",
                    .action = "iam-identity.apikey.create",
                    .attributes = attributes});
}

absl::StatusOr<bool> IsOwnIdentity(const Inquiry& inquiry, const IamId& id) {
  const std::vector<IamId> selves = Selves(inquiry.actor);
  if (std::ranges::find(selves, id) != selves.end()) return true;
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Identity> identity,
                            inquiry.source.FindIdentity(id));
  if (!identity || identity->kind != IdentityKind::kServiceId) return false;
  return MakesKeysOf(inquiry, *identity);
}

absl::StatusOr<bool> IsOwnGroup(const Inquiry& inquiry, const GroupId& group) {
  if (inquiry.target.group_members == nullptr) return true;
  for (const IamId& self : Selves(inquiry.actor)) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups,
                              inquiry.source.GroupsOf(inquiry.account.id, self));
    if (std::ranges::find(groups, group) != groups.end()) return true;
  }
  for (const IamId& member : *inquiry.target.group_members) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool own, IsOwnIdentity(inquiry, member));
    if (own) return true;
  }
  return false;
}

// Its IAM ID, a group it is in, or a service ID whose keys it may make.
absl::StatusOr<bool> IsOwnSubject(const Inquiry& inquiry, const PolicySubject& subject) {
  if (const auto* group = std::get_if<GroupId>(&subject)) return IsOwnGroup(inquiry, *group);
  return IsOwnIdentity(inquiry, std::get<IamId>(subject));
}

absl::StatusOr<bool> MayGrant(const Inquiry& inquiry, const Policy& policy) {
  if (policy.account != inquiry.account.id) return false;
  if (policy.type != PolicyType::kAuthorization) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool own, IsOwnSubject(inquiry, policy.subject));
    if (own) return false;
  }
  return Covers(inquiry.source, inquiry.actor, kGrantAction, policy);
}

absl::StatusOr<bool> MayGrantPolicies(const Inquiry& inquiry) {
  if (inquiry.target.policy == nullptr) return false;
  LATCHKEY_ASSIGN_OR_RETURN(const bool granted, MayGrant(inquiry, *inquiry.target.policy));
  if (!granted || inquiry.target.policy_before == nullptr) return granted;
  return MayGrant(inquiry, *inquiry.target.policy_before);
}

absl::StatusOr<bool> MayGrantRolesPolicies(const Inquiry& inquiry) {
  if (inquiry.target.role_policies == nullptr) return false;
  for (const Policy& policy : *inquiry.target.role_policies) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool granted, MayGrant(inquiry, policy));
    if (!granted) return false;
  }
  return true;
}

// What a member of the group gets, to a member that is not the actor itself.
absl::StatusOr<bool> MayGrantGroup(const Inquiry& inquiry) {
  const Target& target = inquiry.target;
  if (!target.group || !target.member) return false;
  LATCHKEY_ASSIGN_OR_RETURN(const bool own, IsOwnIdentity(inquiry, *target.member));
  if (own) return false;
  return CoversAllOf(inquiry.source, inquiry.actor, inquiry.account.id, *target.group);
}

absl::StatusOr<bool> MayGrantMember(const Inquiry& inquiry) {
  const std::optional<IamId>& member = inquiry.target.member;
  if (!member) return false;
  LATCHKEY_ASSIGN_OR_RETURN(const bool own, IsOwnIdentity(inquiry, *member));
  if (own) return false;
  return CoversCarried(inquiry.source, inquiry.actor, inquiry.account.id, *member);
}

// Whoever covers all that the service ID carries may hold a key of it: no question of itself here.
absl::StatusOr<bool> MayGrantKey(const Inquiry& inquiry) {
  const std::optional<IamId>& owner = inquiry.target.key_owner;
  if (!owner) return false;
  return CoversCarried(inquiry.source, inquiry.actor, inquiry.account.id, *owner);
}

}  // namespace

absl::StatusOr<bool> MayHandOver(const Inquiry& inquiry, Handover handover) {
  if (handover == Handover::kNothing) return true;
  if (inquiry.actor.bound && handover != Handover::kKeyOwnersGrants) return false;
  if (IsOwner(inquiry)) return true;
  switch (handover) {
    case Handover::kNothing:
      return true;
    case Handover::kKeyOwnersGrants:
      return MayGrantKey(inquiry);
    case Handover::kGroupsGrants:
      return MayGrantGroup(inquiry);
    case Handover::kMembersGrants:
      return MayGrantMember(inquiry);
    case Handover::kPolicyTarget:
      return MayGrantPolicies(inquiry);
    case Handover::kRolesPolicies:
      return MayGrantRolesPolicies(inquiry);
    case Handover::kContextRules:
      return MayLoosenRules(inquiry);
    case Handover::kWholeAccount:
      return CoversAccount(inquiry.source, inquiry.actor, kGrantAction, inquiry.account.id);
  }
  return false;
}

}  // namespace latchkey::authz
