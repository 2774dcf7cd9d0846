#include "engine/authz/who_may.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "engine/authz/act_table.h"
#include "engine/authz/context_rules.h"
#include "engine/authz/covering.h"
#include "engine/authz/inquiry.h"
#include "engine/authz/reach.h"
#include "engine/authz/standing.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

// Without the id of what is acted upon no attribute is named, so that only rights over all hold.
absl::StatusOr<bool> HoldsRow(const Inquiry& inquiry, const ActRow& row) {
  std::vector<RequestAttribute> attributes;
  if (row.attributes == Attributes::kServiceId && inquiry.target.member) {
    attributes = ServiceIdAttributes(*inquiry.target.member);
  }
  return HoldsAction(inquiry, row.service, row.action, attributes);
}

absl::StatusOr<bool> Sees(const Inquiry& inquiry, const ActRow& row) {
  const ActRow* const view = ViewOf(row);
  if (view == nullptr) return true;
  return HoldsRow(inquiry, *view);
}

absl::StatusOr<Answer> DecideRight(const Inquiry& inquiry, const ActRow& row) {
  LATCHKEY_ASSIGN_OR_RETURN(const bool visible, Sees(inquiry, row));
  if (!visible) return Answer::kNotVisible;
  if (ViewOf(row) == &row) return Answer::kYes;
  LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsRow(inquiry, row));
  if (!holds) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool handed_over, MayHandOver(inquiry, row.handover));
  return handed_over ? Answer::kYes : Answer::kNotAllowed;
}

// A service ID or profile of another account reaches this one without being of it.
bool BelongsTo(const Actor& actor, const Account& account) {
  return actor.identity.kind == IdentityKind::kUser || actor.identity.account == account.id;
}

absl::StatusOr<Answer> DecideOpenCreation(const Inquiry& inquiry, const ActRow& row) {
  if (!inquiry.account.settings.restrict_create_service_id &&
      BelongsTo(inquiry.actor, inquiry.account)) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool passes, Passes(inquiry, row.service, row.action, {}));
    return passes ? Answer::kYes : Answer::kNotAllowed;
  }
  return DecideRight(inquiry, row);
}

absl::StatusOr<Answer> DecideWholeAccount(const Inquiry& inquiry, const ActRow& row) {
  // It has no one service whose action a boundary could allow.
  if (inquiry.actor.bound) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool passes, Passes(inquiry, "", row.action, {}));
  if (!passes) return Answer::kNotAllowed;
  if (IsOwner(inquiry)) return Answer::kYes;
  LATCHKEY_ASSIGN_OR_RETURN(const bool covered, CoversAccount(inquiry.source, inquiry.actor,
                                                              row.action, inquiry.account.id));
  return covered ? Answer::kYes : Answer::kNotAllowed;
}

absl::StatusOr<Answer> DecideOwnerOnly(const Inquiry& inquiry) {
  // Without an action of its own nothing passes a boundary.
  if (!IsOwner(inquiry) || inquiry.actor.bound) return Answer::kNotAllowed;
  LATCHKEY_ASSIGN_OR_RETURN(const bool passes, Passes(inquiry, "", "", {}));
  return passes ? Answer::kYes : Answer::kNotAllowed;
}

absl::StatusOr<Answer> DecideReached(const Inquiry& inquiry, const ActRow& row) {
  switch (row.rule) {
    case Rule::kHostOnly:
      return Answer::kNotAllowed;
    case Rule::kOwnerOnly:
      return DecideOwnerOnly(inquiry);
    case Rule::kItself: {  // somebody else's membership
      LATCHKEY_ASSIGN_OR_RETURN(const bool visible, Sees(inquiry, row));
      return visible ? Answer::kNotAllowed : Answer::kNotVisible;
    }
    case Rule::kRight:
      return DecideRight(inquiry, row);
    case Rule::kOpenCreation:
      return DecideOpenCreation(inquiry, row);
    case Rule::kKey:
      return DecideKeyAct(inquiry, row);
    case Rule::kClassicKey:
      return DecideClassicKeyAct(inquiry, row);
    case Rule::kPolicy:
      return DecidePolicyAct(inquiry, row);
    case Rule::kContextRule:
      return DecideContextRuleAct(inquiry, row);
    case Rule::kWholeAccount:
      return DecideWholeAccount(inquiry, row);
  }
  return Answer::kNotAllowed;
}

// Steps 1 and 4 without an active membership of the account itself: a pending user accepts, and a
// pending or suspended one leaves, also while acting from there [domain D-1]. To the context rules
// it is an act without service and action.
absl::StatusOr<bool> ReachesOwnMembership(base::PolicySource& source, const Actor& actor,
                                          const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> found, source.FindAccount(account));
  if (!found || found->state != AccountState::kOpen) return false;
  if (actor.identity.state != IdentityState::kActive) return false;
  LATCHKEY_ASSIGN_OR_RETURN(
      const std::optional<ContextRuleId> against,
      ContextRuleAgainst(
          source, actor,
          {.account = account.text(), .service = "", .action = "", .attributes = {}}));
  if (against) return false;
  if (actor.acting_account == account) return true;
  LATCHKEY_ASSIGN_OR_RETURN(const Reason standing,
                            StandingOf(source, actor.identity, actor.acting_account));
  return standing == Reason::kNone && PassesExternalRule(actor, *found);
}

absl::StatusOr<Answer> DecideOwnMembership(base::PolicySource& source, const Actor& actor, Act act,
                                           const AccountId& account) {
  if (actor.bound) return Answer::kNotVisible;  // an act without an action
  LATCHKEY_ASSIGN_OR_RETURN(const bool reaches, ReachesOwnMembership(source, actor, account));
  if (!reaches) return Answer::kNotVisible;
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Membership> membership,
                            source.FindMembership(account, actor.identity.id));
  if (!membership) return Answer::kNotVisible;
  // Accepting anew would undo a suspension.
  const bool suspended = membership->state == MemberState::kSuspended;
  return act == Act::kUserAccept && suspended ? Answer::kNotVisible : Answer::kYes;
}

absl::StatusOr<Answer> Decide(base::PolicySource& source, const Actor& actor, const ActRow& row,
                              const Target& target) {
  // What belongs to no account has none whose existence could show.
  if (row.rule == Rule::kHostOnly && target.account.empty()) return Answer::kNotAllowed;
  if (row.rule == Rule::kItself && IsItself(actor, target.member)) {
    return DecideOwnMembership(source, actor, row.act, target.account);
  }
  LATCHKEY_ASSIGN_OR_RETURN(const Reason reach, Reaches(source, actor, target.account));
  if (reach != Reason::kNone) return Answer::kNotVisible;
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> account,
                            source.FindAccount(target.account));
  if (!account) return Answer::kNotVisible;
  return DecideReached({.source = source, .actor = actor, .target = target, .account = *account},
                       row);
}

std::string NeededForKey(const ActRow& row) {
  std::string text = "a user key is for its own user only, acting without a profile";
  if (!row.others.empty()) {
    text = absl::StrCat("another user's key needs ", base::ToAbsl(row.others),
                        ", and the account owner's is for the owner only");
  }
  if (row.act == Act::kKeyCreate) {
    absl::StrAppend(&text, " and from the account of the key,",
                    " with iam-identity.user-apikey.create where the account restricts it");
  }
  absl::StrAppend(&text, "; a key of a service id needs ", base::ToAbsl(row.action));
  if (!row.also.empty()) absl::StrAppend(&text, " and ", base::ToAbsl(row.also));
  return text;
}

std::string NeededForClassicKey(const ActRow& row) {
  if (row.act == Act::kClassicKeyChange) {
    return "a classic key can only be viewed and deleted: delete it and create another";
  }
  if (row.act == Act::kClassicKeyCreate) {
    return "a classic key is for its own user only, acting without a profile or a bounded key and "
           "from the account of the key";
  }
  return "a classic key is for its own user and for those who invited it, directly or through "
         "others";
}

std::string Needed(const ActRow& row) {
  switch (row.rule) {
    case Rule::kHostOnly:
      return "only the trusted host may do this";
    case Rule::kOwnerOnly:
      return "only the account owner or the trusted host may do this";
    case Rule::kItself:
      return "only the user itself or the trusted host may do this";
    case Rule::kWholeAccount:
      return absl::StrCat("needs ", base::ToAbsl(row.action), " over the whole account");
    case Rule::kKey:
      return NeededForKey(row);
    case Rule::kClassicKey:
      return NeededForClassicKey(row);
    case Rule::kRight:
    case Rule::kOpenCreation:
    case Rule::kPolicy:
    case Rule::kContextRule:
      break;
  }
  return absl::StrCat("needs ", base::ToAbsl(row.action));
}

}  // namespace

absl::StatusOr<Answer> MayAct(base::PolicySource& source, const std::optional<Actor>& actor,
                              Act act, const Target& target) {
  if (!actor) return Answer::kYes;
  const ActRow* const row = FindRow(act);
  if (row == nullptr) return Answer::kNotAllowed;
  return Decide(source, *actor, *row, target);
}

absl::Status AnswerStatus(Answer answer, Act act, std::string_view what) {
  if (answer == Answer::kYes) return absl::OkStatus();
  if (answer == Answer::kNotVisible) {
    return base::Error(
        Reason::kNotFound,
        base::ToStd(absl::StrCat(base::ToAbsl(what), " not found: check its id and its account")));
  }
  const ActRow* const row = FindRow(act);
  std::string message = row == nullptr ? "no such act" : Needed(*row);
  if (row != nullptr && row->handover != Handover::kNothing) {
    absl::StrAppend(&message,
                    ", and iam.policy.create over all that is handed over; only the account owner "
                    "grants to itself");
  }
  return base::Error(Reason::kNotAllowed, message);
}

}  // namespace latchkey::authz
