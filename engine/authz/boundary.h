// engine/authz/boundary.h: what a bounded key may be used for (domain R-2). Pure.
#ifndef LATCHKEY_ENGINE_AUTHZ_BOUNDARY_H_
#define LATCHKEY_ENGINE_AUTHZ_BOUNDARY_H_

#include <string_view>

#include "absl/status/status.h"

#include "latchkey/boundary.h"
#include "latchkey/decision.h"

#include "engine/authz/evaluator.h"

namespace latchkey::authz {

// Whether every term of the key that `actor` acts through allows the request at the actor's time
// and source. Cost: the entries of the terms × the lengths of their patterns and values.
[[nodiscard]] bool PassesBoundary(const Actor& actor, const AccessRequest& request);

// OK if `term` names at least one direction, and each within its form and length. Errors:
// kMalformed, kInvalidUtf8; messages name the field below `path`, such as "term.sources".
[[nodiscard]] absl::Status CheckBoundaryTerm(const BoundaryTerm& term, std::string_view path);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_BOUNDARY_H_
