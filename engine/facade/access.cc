// Authenticate, Authorize, Check and the batch: outcomes, never errors.
#include "latchkey/access.h"

#include <algorithm>
#include <memory>
#include <vector>

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
      decisions[i] = DecisionAccess::Refused(resolved.reason, revision);
      continue;
    }
    LATCHKEY_ASSIGN_OR_RETURN(decisions[i],
                              Decide(core, *snapshot, resolved.actor, who, requests[i]));
  }
  return absl::OkStatus();
}

Decision AuthorizeCold(Core& core, const Principal& principal, const AccessRequest& request,
                       const RequestContext& context) {
  Decision decision;
  const absl::Status status =
      DecideAll(core, principal, std::span(&request, 1), std::span(&decision, 1), context.source);
  return status.ok() ? decision : Fault(core.Report(status));
}

absl::StatusOr<Decision> CheckInSnapshot(Core& core, std::string_view token,
                                         const AccessRequest& request,
                                         const RequestContext& context) {
  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_ASSIGN_OR_RETURN(Authenticated who,
                            AuthenticateToken(core, token, base::Deadline::After(context.timeout)));
  who.actor.source = context.source;
  if (!who.principal.authenticated()) return DecisionAccess::Refused(who.principal.reason(), 0);
  return Decide(core, *who.snapshot, who.actor, PrincipalAccess::PartsOf(who.principal), request);
}

Decision CheckCold(Core& core, std::string_view token, const AccessRequest& request,
                   const RequestContext& context) {
  const absl::StatusOr<Decision> decision = CheckInSnapshot(core, token, request, context);
  return decision.ok() ? *decision : Fault(core.Report(decision.status()));
}

// kMalformed unless there is one decision for each question, and not too many.
absl::Status CheckSizes(std::size_t questions, std::size_t decisions) {
  if (questions == decisions && questions <= kCheckBatchMax) return absl::OkStatus();
  return base::Error(Reason::kMalformed, "a batch needs one decision per request, 1,000 at most");
}

absl::StatusOr<Principal> AuthenticateOnly(Core& core, std::string_view token,
                                           absl::Duration timeout) {
  Principal principal;
  if (WarmAuthenticate(core, token, principal)) return principal;
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
  Decision decision;
  if (!facade::WarmAuthorize(*core_, principal, request, decision)) {
    decision = facade::AuthorizeCold(*core_, principal, request, context);
  }
  return decision;
}

Decision Access::Check(std::string_view token, const AccessRequest& request,
                       const RequestContext& context) const {
  Decision decision;
  if (!facade::WarmCheck(*core_, token, request, decision)) {
    decision = facade::CheckCold(*core_, token, request, context);
  }
  return decision;
}

absl::StatusOr<PreparedRequest> Access::Prepare(const AccessRequest& request) const {
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  if (authz::CheckRequest(request) != Reason::kNone) {
    return base::Error(Reason::kMalformed, "the request is not well formed: see decision.h");
  }
  return PreparedRequest(std::make_shared<const facade::Prepared>(
      core_->instance(), core_->warm().hash_key(), request));
}

Decision Access::Authorize(const Principal& principal, const PreparedRequest& request,
                           const RequestContext& context) const {
  const facade::Prepared& prepared = *request.prepared_;
  Decision decision;
  if (prepared.engine != core_->instance()) {
    decision = Authorize(principal, prepared.request, context);
  } else if (!facade::WarmAuthorize(*core_, principal, prepared, decision)) {
    decision = facade::AuthorizeCold(*core_, principal, prepared.request, context);
  }
  return decision;
}

Decision Access::Check(std::string_view token, const PreparedRequest& request,
                       const RequestContext& context) const {
  const facade::Prepared& prepared = *request.prepared_;
  Decision decision;
  if (prepared.engine != core_->instance()) {
    decision = Check(token, prepared.request, context);
  } else if (!facade::WarmCheck(*core_, token, prepared, decision)) {
    decision = facade::CheckCold(*core_, token, prepared.request, context);
  }
  return decision;
}

void Access::CheckBatch(std::span<const CheckItem> items, std::span<Decision> decisions) const {
  if (const absl::Status sizes = facade::CheckSizes(items.size(), decisions.size()); !sizes.ok()) {
    std::ranges::fill(decisions, facade::Fault(core_->Report(sizes)));
    return;
  }
  std::vector<std::size_t> left;
  for (std::size_t first = 0; first < items.size(); first += facade::kTogether) {
    const std::size_t count = std::min(facade::kTogether, items.size() - first);
    const facade::Unanswered unanswered = facade::WarmCheckTogether(
        *core_, items.subspan(first, count), decisions.subspan(first, count));
    for (std::size_t i = 0; i < count; ++i) {
      if (unanswered[i]) left.push_back(first + i);
    }
  }
  for (const std::size_t i : left) {
    decisions[i] = facade::CheckCold(*core_, items[i].token, items[i].request, items[i].context);
  }
}

void Access::AuthorizeBatch(const Principal& principal, std::span<const AccessRequest> requests,
                            std::span<Decision> decisions, const RequestContext& context) const {
  absl::Status status = facade::CheckSizes(requests.size(), decisions.size());
  if (status.ok()) {
    if (facade::WarmAuthorizeBatch(*core_, principal, requests, decisions)) return;
    status = facade::DecideAll(*core_, principal, requests, decisions, context.source);
  }
  if (!status.ok()) std::ranges::fill(decisions, facade::Fault(core_->Report(status)));
}

}  // namespace latchkey::inline v0
