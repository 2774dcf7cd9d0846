// K-9: who may do what to a classic infrastructure key.
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"

#include "engine/authz/inquiry.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

// Whether the actor, as itself, invited `user` into the account, or invited one who is above it.
// The owner is the root of the hierarchy and has nobody above. Cost: one read for each level, at
// most the members of the account.
absl::StatusOr<bool> IsAbove(const Inquiry& inquiry, const IamId& user) {
  const IamId& self = inquiry.actor.identity.id;
  if (!IsItself(inquiry.actor, self)) return false;
  if (IsOwner(inquiry)) return true;
  absl::flat_hash_set<std::string> seen;
  for (IamId at = user; !at.empty() && at != inquiry.account.owner;) {
    if (!seen.insert(at.text()).second) {
      return base::Error(Reason::kCorrupt, "the user hierarchy of the account runs in a circle");
    }
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Membership> member,
                              inquiry.source.FindMembership(inquiry.account.id, at));
    if (!member) return false;
    if (member->invited_by == self) return true;
    at = member->invited_by;
  }
  return false;
}

bool IsGiven(Act act) {
  return act == Act::kKeyView || act == Act::kKeyDelete || act == Act::kKeyReportLeak;
}

}  // namespace

// W-10 names no action for these acts, so nothing does them through a bounded key, and they
// pass every context rule that may be about them.
absl::StatusOr<Answer> DecideClassicKeyAct(const Inquiry& inquiry, const ActRow& row) {
  const Answer no = row.hides ? Answer::kNotVisible : Answer::kNotAllowed;
  const Target& target = inquiry.target;
  if (target.key_kind != KeyKind::kClassic || target.key_owner_kind != IdentityKind::kUser) {
    return no;
  }
  if (inquiry.actor.bound) return no;
  const bool own = IsItself(inquiry.actor, target.key_owner);
  if (row.act == Act::kKeyCreate) {
    if (!own || inquiry.actor.acting_account != inquiry.account.id) return no;
  } else if (!own) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool above, IsAbove(inquiry, *target.key_owner));
    if (!above) return no;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool passes, Passes(inquiry, "", "", {}));
  if (!passes) return no;
  return row.act == Act::kKeyCreate || IsGiven(row.act) ? Answer::kYes : Answer::kNotAllowed;
}

}  // namespace latchkey::authz
