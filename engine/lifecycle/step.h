// engine/lifecycle/step.h: what all commands share: L-7's order of refusals before a change, and
// the traces that every change leaves. Only this pair of files asks the table.
#ifndef LATCHKEY_ENGINE_LIFECYCLE_STEP_H_
#define LATCHKEY_ENGINE_LIFECYCLE_STEP_H_

#include "absl/status/statusor.h"

#include "latchkey/entity_tag.h"
#include "latchkey/lifecycle.h"

#include "engine/base/records.h"
#include "engine/lifecycle/key_rules.h"

namespace latchkey::lifecycle {

// The row of the table for the key and `command`, unless it refuses: kNotFound, kLocked, then
// kStaleVersion, in this order (domain L-7). A row that says "no change" is returned: the caller
// answers it with Unchanged. `command` is not kCreate.
[[nodiscard]] absl::StatusOr<Transition> Permit(const base::KeyRecord& record, KeyCommand command,
                                                const IfMatch& if_match);

// Success that leaves everything as it is (domain L-2).
[[nodiscard]] Step Unchanged(const base::KeyRecord& record);

// The record moved to `row.to`, with a new entity tag and time of change. Ended secrets are gone;
// of a deleted key the verifiers are. What else the command does, the caller adds.
[[nodiscard]] Step Changed(const base::KeyRecord& record, const Transition& row,
                           const Facts& facts);

}  // namespace latchkey::lifecycle

#endif  // LATCHKEY_ENGINE_LIFECYCLE_STEP_H_
