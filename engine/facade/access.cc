// Authenticate, Authorize, Check and the batch: outcomes, never errors.
#include "latchkey/access.h"

#include "engine/authz/evaluator.h"
#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/principal_access.h"
#include "engine/facade/resolve.h"
#include "engine/facade/verify.h"
#include "engine/facade/warm_path.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

// A fault is a denial that names itself [domain A-2].
Reason FaultOf(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  return reason == Reason::kNone ? Reason::kStorageFailed : reason;
}

Decision Fault(const absl::Status& status) {
  return DecisionAccess::Make({.outcome = Outcome::kFault, .reason = FaultOf(status)}, {});
}

Decision RefusedDecision(Reason reason, std::uint64_t revision) {
  return DecisionAccess::Make(
      {.outcome = Outcome::kRefused, .reason = reason, .revision = revision}, {});
}

absl::StatusOr<Decision> Decide(Core& core, store::Snapshot& snapshot, const authz::Actor& actor,
                                const PrincipalParts& who, const AccessRequest& request) {
  store::View& view = snapshot.view();
  WarmUp(core, snapshot, actor, request);
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t revision, view.Revision());
  LATCHKEY_ASSIGN_OR_RETURN(const authz::Verdict verdict, authz::Evaluate(view, actor, request));
  return DecisionAccess::Make({.outcome = verdict.outcome,
                               .reason = verdict.reason,
                               .revision = revision,
                               .policy = verdict.policy_serial,
                               .limited_would_refuse = verdict.limited_would_refuse},
                              who);
}

absl::Status DecideAll(Core& core, const Principal& principal,
                       std::span<const AccessRequest> requests, std::span<Decision> decisions,
                       const std::optional<IpAddress>& source) {
  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_ASSIGN_OR_RETURN(const auto snapshot, core.Snapshot());
  store::View& view = snapshot->view();
  LATCHKEY_ASSIGN_OR_RETURN(const ResolvedPrincipal resolved,
                            ResolvePrincipal(core, view, principal, core.Now(), source));
  const PrincipalParts who = PrincipalAccess::PartsOf(principal);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (resolved.reason != Reason::kAuthenticated) {
      LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t revision, view.Revision());
      decisions[i] = RefusedDecision(resolved.reason, revision);
      continue;
    }
    LATCHKEY_ASSIGN_OR_RETURN(decisions[i],
                              Decide(core, *snapshot, resolved.actor, who, requests[i]));
  }
  return absl::OkStatus();
}

absl::StatusOr<Decision> CheckToken(Core& core, std::string_view token,
                                    const AccessRequest& request, const RequestContext& context) {
  if (const std::optional<Decision> warm = WarmCheck(core, token, request)) return *warm;
  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_ASSIGN_OR_RETURN(Authenticated who,
                            AuthenticateToken(core, token, base::Deadline::After(context.timeout)));
  who.actor.source = context.source;
  if (!who.principal.authenticated()) return RefusedDecision(who.principal.reason(), 0);
  return Decide(core, *who.snapshot, who.actor, PrincipalAccess::PartsOf(who.principal), request);
}

absl::StatusOr<Principal> AuthenticateOnly(Core& core, std::string_view token,
                                           absl::Duration timeout) {
  if (const std::optional<Principal> warm = WarmAuthenticate(core, token)) return *warm;
  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_ASSIGN_OR_RETURN(const Authenticated who,
                            AuthenticateToken(core, token, base::Deadline::After(timeout)));
  return who.principal;
}

}  // namespace
}  // namespace facade

Principal Access::Authenticate(std::string_view token, const RequestContext& context) const {
  const absl::StatusOr<Principal> principal =
      facade::AuthenticateOnly(*core_, token, context.timeout);
  if (principal.ok()) return *principal;
  return PrincipalAccess::Refused(facade::FaultOf(core_->Report(principal.status())));
}

Decision Access::Authorize(const Principal& principal, const AccessRequest& request,
                           const RequestContext& context) const {
  if (const auto warm = facade::WarmAuthorize(*core_, principal, request)) return *warm;
  Decision decision;
  AuthorizeBatch(principal, std::span(&request, 1), std::span(&decision, 1), context);
  return decision;
}

Decision Access::Check(std::string_view token, const AccessRequest& request,
                       const RequestContext& context) const {
  const absl::StatusOr<Decision> decision = facade::CheckToken(*core_, token, request, context);
  return decision.ok() ? *decision : facade::Fault(core_->Report(decision.status()));
}

void Access::AuthorizeBatch(const Principal& principal, std::span<const AccessRequest> requests,
                            std::span<Decision> decisions, const RequestContext& context) const {
  absl::Status status;
  if (requests.size() != decisions.size() || requests.size() > kCheckBatchMax) {
    status =
        base::Error(Reason::kMalformed, "a batch needs one decision per request, 1,000 at most");
  } else {
    status = facade::DecideAll(*core_, principal, requests, decisions, context.source);
  }
  if (status.ok()) return;
  const Decision fault = facade::Fault(core_->Report(status));
  for (Decision& decision : decisions) decision = fault;
}

}  // namespace latchkey::inline v0
