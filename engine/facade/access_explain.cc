// Assert, Explain and Describe: the calls about principals that are not on the hot path.
#include "absl/strings/str_cat.h"

#include "latchkey/access.h"

#include "engine/authz/evaluator.h"
#include "engine/authz/standing.h"
#include "engine/authz/who_may.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/principal_access.h"
#include "engine/facade/resolve.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

absl::Status HostOnly(const std::optional<authz::Actor>& actor) {
  if (!actor) return absl::OkStatus();
  return base::Error(Reason::kNotAllowed, "only the trusted host may do this");
}

absl::StatusOr<Identity> LiveIdentity(store::View& view, const IamId& id, std::string_view field) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(field, id.text()));
  LATCHKEY_ASSIGN_OR_RETURN(auto identity, view.FindIdentity(id));
  if (!identity || identity->state != IdentityState::kActive) {
    return base::Error(Reason::kUnknownReference,
                       absl::StrCat(base::ToAbsl(field), " must name a live identity"));
  }
  return *std::move(identity);
}

absl::StatusOr<Principal> MakeAsserted(Core& core, ReadFrame& frame, const Assertion& assertion) {
  LATCHKEY_RETURN_IF_ERROR(HostOnly(frame.actor));
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", assertion.account.text()));
  LATCHKEY_ASSIGN_OR_RETURN(const Identity self,
                            LiveIdentity(frame.view, assertion.iam_id, "iam_id"));
  LATCHKEY_ASSIGN_OR_RETURN(const auto account, frame.view.FindAccount(assertion.account));
  if (!account) return base::Error(Reason::kUnknownReference, "account must name an account");

  Identity acting = self;
  PrincipalParts parts;
  parts.engine = core.instance();
  if (assertion.profile) {
    LATCHKEY_ASSIGN_OR_RETURN(acting, LiveIdentity(frame.view, *assertion.profile, "profile"));
    if (acting.kind != IdentityKind::kTrustedProfile || self.kind != IdentityKind::kUser) {
      return base::Error(Reason::kStateForbids, "a user may apply a trusted profile, nothing else");
    }
    parts.applied_by = self.serial;
  } else if (self.kind == IdentityKind::kTrustedProfile) {
    return base::Error(Reason::kStateForbids, "a profile acts only when a user applies it");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const Reason standing,
                            authz::StandingOf(frame.view, acting, assertion.account));
  if (standing != Reason::kNone) {
    return base::Error(
        Reason::kStateForbids,
        absl::StrCat("the identity cannot act from the account: ", base::ToAbsl(NameOf(standing))));
  }
  parts.identity = acting.serial;
  parts.account = account->serial;
  return PrincipalAccess::Make(parts);
}

std::string TextOf(const NearMiss& miss) {
  switch (miss.miss) {
    case Miss::kRole:
      return "no role of it holds the action";
    case Miss::kSubject:
      return "it is about somebody else";
    case Miss::kTags:
      return absl::StrCat("access tag ", miss.detail);
    case Miss::kRule:
      return absl::StrCat("its rule does not hold: ", miss.detail);
    case Miss::kAttribute:
      break;
  }
  return absl::StrCat("attribute ", miss.detail);
}

std::string TextOf(const Explanation& explanation) {
  const Decision& decision = explanation.decision;
  std::string text = absl::StrCat(decision.allowed() ? "allowed" : "denied", " (",
                                  base::ToAbsl(NameOf(decision.reason())), ")");
  for (const Grant& grant : explanation.grants) {
    absl::StrAppend(&text, "; policy ", grant.policy.text(), " grants it by role ",
                    grant.role.text());
    if (grant.group) absl::StrAppend(&text, " through group ", grant.group->text());
  }
  for (const NearMiss& miss : explanation.near_misses) {
    absl::StrAppend(&text, "; policy ", miss.policy.text(), " does not: ", TextOf(miss));
  }
  if (explanation.context_rule) {
    absl::StrAppend(&text, "; context rule ", explanation.context_rule->text(),
                    " does not let the source address in");
  }
  return text;
}

// About oneself no right is needed; about others, iam.policy.read over the account (W-10).
absl::Status MayExplain(ReadFrame& frame, const authz::Actor& about, std::string_view account) {
  if (!frame.actor || frame.actor->identity.id == about.identity.id) return absl::OkStatus();
  authz::Target target;
  target.account = AccountId(account);
  target.member = about.identity.id;
  LATCHKEY_ASSIGN_OR_RETURN(
      const authz::Answer answer,
      authz::MayAct(frame.view, frame.actor, authz::Act::kExplainOthers, target));
  return authz::AnswerStatus(answer, authz::Act::kExplainOthers, "account");
}

absl::StatusOr<Explanation> ExplainIn(Core& core, ReadFrame& frame, const Principal& principal,
                                      const AccessRequest& request, const RequestContext& context) {
  LATCHKEY_ASSIGN_OR_RETURN(
      const ResolvedPrincipal resolved,
      ResolvePrincipal(core, frame.view, principal, frame.now, context.source));
  if (frame.actor && resolved.reason == Reason::kPrincipalInvalid) {
    return base::Error(Reason::kMalformed, "the principal is not one of this engine");
  }
  LATCHKEY_RETURN_IF_ERROR(MayExplain(frame, resolved.actor, request.account));
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t revision, frame.view.Revision());

  Explanation explanation;
  explanation.identity = resolved.actor.identity.id;
  explanation.acting_account = resolved.actor.acting_account;
  explanation.key = resolved.actor.key;
  DecisionParts parts;
  parts.revision = revision;
  parts.outcome = Outcome::kRefused;
  parts.reason = resolved.reason;
  if (resolved.reason == Reason::kAuthenticated) {
    authz::Details details;
    LATCHKEY_ASSIGN_OR_RETURN(
        const authz::Verdict verdict,
        authz::Evaluate(frame.view, resolved.actor, request, authz::OwnerStep::kCounts, &details));
    parts.outcome = verdict.outcome;
    parts.reason = verdict.reason;
    parts.policy = verdict.policy_serial;
    parts.limited_would_refuse = verdict.limited_would_refuse;
    explanation.grants = std::move(details.grants);
    explanation.near_misses = std::move(details.near_misses);
    explanation.context_rule = std::move(details.context_rule);
  }
  explanation.decision = DecisionAccess::Make(parts, PrincipalAccess::PartsOf(principal));
  explanation.text = TextOf(explanation);
  return explanation;
}

absl::StatusOr<PrincipalDescription> DescribeIn(Core& core, ReadFrame& frame,
                                                const Principal& principal) {
  LATCHKEY_ASSIGN_OR_RETURN(const ResolvedPrincipal resolved,
                            ResolvePrincipal(core, frame.view, principal, frame.now, std::nullopt));
  if (resolved.reason == Reason::kPrincipalInvalid) {
    return base::Error(Reason::kMalformed, "the principal is not one of this engine");
  }
  const authz::Actor& actor = resolved.actor;
  if (frame.actor && frame.actor->identity.id != actor.identity.id) {
    return base::Error(Reason::kNotAllowed, "only the trusted host may describe others");
  }
  PrincipalDescription described;
  described.identity = actor.identity.id;
  described.kind = actor.identity.kind;
  described.name = actor.identity.name;
  described.account = actor.acting_account;
  described.applied_by = actor.applied_by;
  described.key = actor.key;
  if (resolved.key) described.key_name = resolved.key->key.name;
  return described;
}

}  // namespace
}  // namespace facade

absl::StatusOr<Principal> Access::Assert(const Call& call, const Assertion& assertion) const {
  return core_->Read(call, [&](facade::ReadFrame& frame) {
    return facade::MakeAsserted(*core_, frame, assertion);
  });
}

absl::StatusOr<Explanation> Access::Explain(const Call& call, const Principal& principal,
                                            const AccessRequest& request,
                                            const RequestContext& context) const {
  return core_->Read(call, [&](facade::ReadFrame& frame) {
    return facade::ExplainIn(*core_, frame, principal, request, context);
  });
}

absl::StatusOr<PrincipalDescription> Access::Describe(const Call& call,
                                                      const Principal& principal) const {
  return core_->Read(
      call, [&](facade::ReadFrame& frame) { return facade::DescribeIn(*core_, frame, principal); });
}

}  // namespace latchkey::inline v0
