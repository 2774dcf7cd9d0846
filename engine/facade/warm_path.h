// engine/facade/warm_path.h: answers without reading the store, from what the caches hold of its
// last commit (engine/cache/warm_cache.h). Nothing: ask the store.
//
// Nothing here is another rule: each answer is what the path through a snapshot would give, and
// tests hold the two equal.
#ifndef LATCHKEY_ENGINE_FACADE_WARM_PATH_H_
#define LATCHKEY_ENGINE_FACADE_WARM_PATH_H_

#include <optional>
#include <string_view>

#include "latchkey/access.h"
#include "latchkey/decision.h"
#include "latchkey/identity.h"

#include "engine/authz/evaluator.h"
#include "engine/facade/core.h"
#include "engine/facade/principal_access.h"

namespace latchkey::inline v0::facade {

[[nodiscard]] std::optional<Principal> WarmAuthenticate(Core& core, std::string_view token);
[[nodiscard]] std::optional<Decision> WarmCheck(Core& core, std::string_view token,
                                                const AccessRequest& request);
[[nodiscard]] std::optional<Decision> WarmAuthorize(Core& core, const Principal& principal,
                                                    const AccessRequest& request);

// Compiles what the actor may do in the account of `request`, unless that is warm already, and
// keeps it for the calls above. A fault of the store is left to the decision itself.
void WarmUp(Core& core, store::Snapshot& snapshot, const authz::Actor& actor,
            const AccessRequest& request);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_WARM_PATH_H_
