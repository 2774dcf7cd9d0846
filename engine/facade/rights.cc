#include "engine/facade/rights.h"

#include "absl/strings/str_cat.h"

#include "engine/authz/reach.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::inline v0::facade {

absl::Status Require(store::View& view, const std::optional<authz::Actor>& actor, authz::Act act,
                     const authz::Target& target, std::string_view what) {
  LATCHKEY_ASSIGN_OR_RETURN(const authz::Answer answer, authz::MayAct(view, actor, act, target));
  return authz::AnswerStatus(answer, act, what);
}

absl::Status RequireReach(store::View& view, const std::optional<authz::Actor>& actor,
                          const AccountId& account) {
  if (!actor) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const Reason reach, authz::Reaches(view, *actor, account));
  return reach == Reason::kNone ? absl::OkStatus() : NotFound("account");
}

absl::Status RequireHost(const std::optional<authz::Actor>& actor) {
  if (!actor) return absl::OkStatus();
  return base::Error(Reason::kNotAllowed, "only the trusted host may do this");
}

absl::Status NotFound(std::string_view what) {
  return authz::AnswerStatus(authz::Answer::kNotVisible, authz::Act::kAccountView, what);
}

absl::StatusOr<Account> ExistingAccount(store::View& view, const AccountId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(auto account, view.FindAccount(id));
  if (!account) return NotFound("account");
  return *std::move(account);
}

absl::StatusOr<Account> OpenAccount(store::View& view, const AccountId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(Account account, ExistingAccount(view, id));
  if (account.state != AccountState::kOpen) {
    return base::Error(Reason::kStateForbids,
                       "the account is not open: nothing can be added in it");
  }
  return account;
}

absl::Status CheckVersion(const IfMatch& if_match, const EntityTag& stored) {
  if (if_match.Accepts(stored)) return absl::OkStatus();
  return base::Error(Reason::kStaleVersion,
                     "the entity tag is not the stored one: read again, then retry");
}

absl::Status CheckRoom(std::size_t have, std::uint32_t limit, std::string_view what) {
  if (have < limit) return absl::OkStatus();
  return base::Error(Reason::kLimitExceeded,
                     absl::StrCat("at most ", limit, " ", base::ToAbsl(what), " are allowed"));
}

}  // namespace latchkey::inline v0::facade
