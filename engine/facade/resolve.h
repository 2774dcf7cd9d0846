// engine/facade/resolve.h: from a Principal to who it is, in one snapshot.
#ifndef LATCHKEY_ENGINE_FACADE_RESOLVE_H_
#define LATCHKEY_ENGINE_FACADE_RESOLVE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/caller.h"
#include "latchkey/identity.h"
#include "latchkey/status.h"

#include "engine/authz/evaluator.h"
#include "engine/base/records.h"
#include "engine/store/store.h"

namespace latchkey::inline v0::facade {

class Core;

struct ResolvedPrincipal {
  Reason reason = Reason::kPrincipalInvalid;  // kAuthenticated: the rest is set
  authz::Actor actor;
  std::optional<base::KeyRecord> key;
};

// Finds identity, account, profile and key of `principal` again: its key must be in a state that
// authenticates and unexpired, its secret and use epoch live. Standing of the identity in its
// accounts is left to the decision. The actor acts at `now` from `source`. A status is a fault of
// the store. [domain A-3] [domain section 7, step 1]
[[nodiscard]] absl::StatusOr<ResolvedPrincipal> ResolvePrincipal(
    Core& core, store::View& view, const Principal& principal, absl::Time now,
    const std::optional<IpAddress>& source);

// What a key passes on; nothing if it has no boundary.
[[nodiscard]] std::optional<base::KeyBound> BoundOf(const base::KeyRecord& record);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_RESOLVE_H_
