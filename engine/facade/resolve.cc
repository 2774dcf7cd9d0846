#include "engine/facade/resolve.h"

#include "engine/authn/liveness.h"
#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/principal_access.h"

namespace latchkey::inline v0::facade {
namespace {

// kAuthenticated, or why the key behind `parts` no longer carries it.
absl::StatusOr<Reason> ResolveKey(store::View& view, const PrincipalParts& parts, absl::Time now,
                                  ResolvedPrincipal& resolved) {
  if (parts.key_id.empty()) return Reason::kAuthenticated;
  LATCHKEY_ASSIGN_OR_RETURN(resolved.key, view.FindKey(parts.key_id));
  if (!resolved.key) return Reason::kPrincipalRevoked;
  resolved.actor.key = parts.key_id;
  resolved.actor.bound = BoundOf(*resolved.key);
  return authn::PrincipalState(*resolved.key, parts.secret_number, parts.use_epoch, now);
}

}  // namespace

std::optional<base::KeyBound> BoundOf(const base::KeyRecord& record) {
  const ApiKey& key = record.key;
  if (key.boundary.empty()) return std::nullopt;
  return base::KeyBound{key.boundary, key.expires_at, key.action_when_leaked};
}

absl::StatusOr<ResolvedPrincipal> ResolvePrincipal(Core& core, store::View& view,
                                                   const Principal& principal, absl::Time now,
                                                   const std::optional<IpAddress>& source) {
  ResolvedPrincipal resolved;
  const PrincipalParts parts = PrincipalAccess::PartsOf(principal);
  if (!principal.authenticated() || parts.engine != core.instance()) return resolved;

  LATCHKEY_ASSIGN_OR_RETURN(auto identity, view.FindIdentityBySerial(parts.identity));
  LATCHKEY_ASSIGN_OR_RETURN(auto account, view.FindAccountBySerial(parts.account));
  if (!identity || !account) return resolved;
  resolved.actor.identity = *std::move(identity);
  resolved.actor.acting_account = account->id;
  resolved.actor.now = now;
  resolved.actor.source = source;
  if (parts.applied_by != 0) {
    LATCHKEY_ASSIGN_OR_RETURN(auto applier, view.FindIdentityBySerial(parts.applied_by));
    if (!applier) return resolved;
    resolved.actor.applied_by = applier->id;
    if (applier->state != IdentityState::kActive) {
      resolved.reason = Reason::kIdentityNotActive;
      return resolved;
    }
  }
  LATCHKEY_ASSIGN_OR_RETURN(resolved.reason, ResolveKey(view, parts, now, resolved));
  return resolved;
}

}  // namespace latchkey::inline v0::facade
