// K-9: who may do what to a classic key. No action of W-10's table is asked, and so no right helps.
#include <algorithm>
#include <vector>

#include "engine/authz/inquiry.h"
#include "engine/authz/user_hierarchy.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

// While a profile is applied only the profile counts, and it has invited nobody [domain W-9].
// Nobody is above the owner, whatever a record says of who invited it [domain W-3].
absl::StatusOr<bool> IsAncestor(const Inquiry& inquiry, const IamId& user) {
  const IamId& self = inquiry.actor.identity.id;
  if (!IsItself(inquiry.actor, self)) return false;
  if (user == inquiry.account.owner) return false;
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IamId> ancestors,
                            AncestorsOf(inquiry.source, inquiry.account.id, user));
  return std::find(ancestors.begin(), ancestors.end(), self) != ancestors.end();
}

absl::StatusOr<bool> IsItsOrAncestors(const Inquiry& inquiry) {
  if (IsItself(inquiry.actor, inquiry.target.key_owner)) return true;
  return IsAncestor(inquiry, *inquiry.target.key_owner);
}

// By the user itself and in the account that it acts from, as W-2 has it. W-4 is about the others.
bool MayCreate(const Inquiry& inquiry) {
  return IsItself(inquiry.actor, inquiry.target.key_owner) &&
         inquiry.actor.acting_account == inquiry.account.id;
}

}  // namespace

absl::StatusOr<Answer> DecideClassicKeyAct(const Inquiry& inquiry, const ActRow& row) {
  const Answer nothing_there = row.hides ? Answer::kNotVisible : Answer::kNotAllowed;
  const Target& target = inquiry.target;
  if (!target.key_owner || target.key_owner_kind != IdentityKind::kUser) return nothing_there;
  // Without an action of its own nothing passes a boundary.
  if (inquiry.actor.bound) return nothing_there;
  bool concerned = MayCreate(inquiry);
  if (row.act != Act::kClassicKeyCreate) {
    LATCHKEY_ASSIGN_OR_RETURN(concerned, IsItsOrAncestors(inquiry));
  }
  if (!concerned) return nothing_there;
  LATCHKEY_ASSIGN_OR_RETURN(const bool passes, Passes(inquiry, "", "", {}));
  if (!passes) return nothing_there;
  return row.act == Act::kClassicKeyChange ? Answer::kNotAllowed : Answer::kYes;
}

}  // namespace latchkey::authz
