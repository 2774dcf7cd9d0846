// W-1 to W-5: who may do what to one key.
#include <optional>

#include "engine/authz/inquiry.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

Answer Allowed(bool yes) { return yes ? Answer::kYes : Answer::kNotAllowed; }

// W-2 and W-4. The right is asked without the owner's step: the setting binds the owner too.
absl::StatusOr<Answer> DecideOwnCreate(const Inquiry& inquiry) {
  if (inquiry.actor.acting_account != inquiry.account.id) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool passes,
                            Passes(inquiry, "iam-identity", "iam-identity.user-apikey.create", {}));
  if (!passes) return Answer::kNotAllowed;
  if (!inquiry.account.settings.restrict_create_platform_apikey) return Answer::kYes;
  LATCHKEY_ASSIGN_OR_RETURN(const Verdict verdict,
                            Evaluate(inquiry.source, inquiry.actor,
                                     {.account = inquiry.account.id.text(),
                                      .service = "iam-identity",
                                      .action = "iam-identity.user-apikey.create",
                                      .attributes = {}},
                                     OwnerStep::kSkipped));
  return Allowed(verdict.outcome == Outcome::kAllow);
}

// The action of W-10 for one's own key: rotating it is an update, of a service ID's key a creation
// too.
std::string_view OwnAction(const ActRow& row) { return row.also.empty() ? row.action : row.also; }

// A term is removed only by the key's own user, or the owner of the account of a service ID, and
// never through a bounded key (domain R-2).
bool MayUnbind(const Inquiry& inquiry, const ActRow& row) {
  return row.act != Act::kKeyUnbind || !inquiry.actor.bound;
}

absl::StatusOr<Answer> DecideUserKey(const Inquiry& inquiry, const ActRow& row) {
  const bool own = IsItself(inquiry.actor, inquiry.target.key_owner);
  if (row.act == Act::kKeyCreate) {
    if (!own) return Answer::kNotAllowed;
    return DecideOwnCreate(inquiry);
  }
  const ActRow& view = *FindRow(Act::kKeyView);
  if (own) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool seen, Passes(inquiry, view.service, view.action, {}));
    if (!seen) return Answer::kNotVisible;
    LATCHKEY_ASSIGN_OR_RETURN(const bool passes, Passes(inquiry, row.service, OwnAction(row), {}));
    return Allowed(passes && MayUnbind(inquiry, row));
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool visible,
                            HoldsAction(inquiry, view.service, view.others, {}));
  if (!visible) return Answer::kNotVisible;
  if (row.act == Act::kKeyView) return Answer::kYes;
  if (row.others.empty()) return Answer::kNotAllowed;
  if (*inquiry.target.key_owner == inquiry.account.owner) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsAction(inquiry, row.service, row.others, {}));
  return Allowed(holds);
}

absl::StatusOr<bool> HoldsOnServiceId(const Inquiry& inquiry, std::string_view action) {
  return HoldsAction(inquiry, "iam-identity", action,
                     ServiceIdAttributes(*inquiry.target.key_owner));
}

// A service ID of another account has no keys here, whatever it may do here.
absl::StatusOr<bool> OwnsServiceId(const Inquiry& inquiry) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Identity> owner,
                            inquiry.source.FindIdentity(*inquiry.target.key_owner));
  return owner && owner->kind == IdentityKind::kServiceId && owner->account == inquiry.account.id;
}

absl::StatusOr<bool> HoldsRights(const Inquiry& inquiry, const ActRow& row) {
  LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsOnServiceId(inquiry, row.action));
  if (!holds || row.also.empty()) return holds;
  return HoldsOnServiceId(inquiry, row.also);
}

// The right comes before existence, so that its lack answers the same for what does not exist.
absl::StatusOr<Answer> DecideServiceIdKey(const Inquiry& inquiry, const ActRow& row) {
  if (row.hides) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool visible,
                              HoldsOnServiceId(inquiry, FindRow(row.view)->action));
    if (!visible) return Answer::kNotVisible;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsRights(inquiry, row));
  if (!holds && !row.hides) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool exists, OwnsServiceId(inquiry));
  if (!exists) return Answer::kNotVisible;
  if (!holds) return Answer::kNotAllowed;
  if (row.act == Act::kKeyUnbind) return Allowed(IsOwner(inquiry) && MayUnbind(inquiry, row));
  LATCHKEY_ASSIGN_OR_RETURN(const bool handed_over, MayHandOver(inquiry, row.handover));
  return Allowed(handed_over);
}

}  // namespace

absl::StatusOr<Answer> DecideKeyAct(const Inquiry& inquiry, const ActRow& row) {
  const Answer nothing_there = row.hides ? Answer::kNotVisible : Answer::kNotAllowed;
  if (!inquiry.target.key_owner) return nothing_there;
  switch (inquiry.target.key_owner_kind) {
    case IdentityKind::kUser:
      return DecideUserKey(inquiry, row);
    case IdentityKind::kServiceId:
      return DecideServiceIdKey(inquiry, row);
    case IdentityKind::kTrustedProfile:
      break;  // has no keys [domain section 1]
  }
  return nothing_there;
}

}  // namespace latchkey::authz
