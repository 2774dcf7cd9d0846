// engine/facade/rehash.h: brings verifiers up to the configured cost, after their secrets were used
// and off the path of any request (hazards K3, C23, O9).
#ifndef LATCHKEY_ENGINE_FACADE_REHASH_H_
#define LATCHKEY_ENGINE_FACADE_REHASH_H_

#include "absl/status/status.h"

#include "latchkey/engine.h"

#include "engine/base/deadline.h"
#include "engine/base/records.h"
#include "engine/codec/token.h"
#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// A rehash lowers neither memory nor passes, and raises at least one.
[[nodiscard]] bool IsBelow(const base::Verifier& verifier, const Argon2Cost& cost);

// The token of this hash has just proved its secret against `verifier`: if that is below the
// configured cost, upkeep shall make it anew. Cost: a comparison, unless it is.
void RememberToRehash(Core& core, const crypto::Hash128& token, const codec::TokenFields& fields,
                      const base::KeyRecord& record, const base::Verifier& verifier);

// Makes anew the verifiers that are due: one Argon2id each outside any transaction, then a change
// of the record if it still holds the verifier that was proved, whoever has locked or disabled it
// (hazard C50). Neither entity tag nor history change [domain L-2]; the feed tells of it. Counts in
// `report`. False: the deadline came first.
[[nodiscard]] absl::StatusOr<bool> RehashDue(Core& core, base::Deadline deadline,
                                             MaintenanceReport& report);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_REHASH_H_
