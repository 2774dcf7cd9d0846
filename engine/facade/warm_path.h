// engine/facade/warm_path.h: answers without reading the store, from what the caches hold of its
// last commit (engine/cache/warm_cache.h). False: ask the store. A token that is not known here and
// that nobody issued is refused at once, which needs no store.
//
// Answers are written where the caller returns them: copies made of what was just written stall the
// processor, and are a tenth of a call.
//
// Nothing here is another rule: each answer is what the path through a snapshot would give, and
// tests hold the two equal.
#ifndef LATCHKEY_ENGINE_FACADE_WARM_PATH_H_
#define LATCHKEY_ENGINE_FACADE_WARM_PATH_H_

#include <bitset>
#include <cstddef>
#include <span>
#include <string_view>

#include "latchkey/access.h"
#include "latchkey/decision.h"
#include "latchkey/identity.h"

#include "engine/authz/evaluator.h"
#include "engine/facade/core.h"
#include "engine/facade/prepared.h"
#include "engine/facade/principal_access.h"

namespace latchkey::inline v0::facade {

[[nodiscard]] bool WarmAuthenticate(Core& core, std::string_view token, Principal& principal);

// `Request` is AccessRequest or Prepared (of this engine).
template <class Request>
[[nodiscard]] bool WarmCheck(Core& core, std::string_view token, const Request& request,
                             Decision& decision);
template <class Request>
[[nodiscard]] bool WarmAuthorize(Core& core, const Principal& principal, const Request& request,
                                 Decision& decision);

// How many questions are asked together, each waiting for memory while the others do.
inline constexpr std::size_t kTogether = 8;
using Unanswered = std::bitset<kTogether>;
// Of kTogether items at most, and as many decisions.
[[nodiscard]] Unanswered WarmCheckTogether(Core& core, std::span<const CheckItem> items,
                                           std::span<Decision> decisions);
// All, at one state of the store, or false.
[[nodiscard]] bool WarmAuthorizeBatch(Core& core, const Principal& principal,
                                      std::span<const AccessRequest> requests,
                                      std::span<Decision> decisions);

// Compiles what the actor may do in the account of `request`, unless that is warm already, and
// keeps it for the calls above. A fault of the store is left to the decision itself.
void WarmUp(Core& core, store::Snapshot& snapshot, const authz::Actor& actor,
            const AccessRequest& request);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_WARM_PATH_H_
