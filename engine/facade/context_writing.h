// engine/facade/context_writing.h: new network zones and context rules inside a frame, once who-may
// is answered, for ContextRules and for Import.
#ifndef LATCHKEY_ENGINE_FACADE_CONTEXT_WRITING_H_
#define LATCHKEY_ENGINE_FACADE_CONTEXT_WRITING_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/context.h"

#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// What a caller writes, in its stored form: without id, dates and tag, accountId first.
[[nodiscard]] NetworkZone DraftOf(const NewNetworkZone& request);
[[nodiscard]] ContextRule DraftOf(const NewContextRule& request);

// kLimitExceeded if `zone`, instead of the stored one of its id, makes too many ranges.
[[nodiscard]] absl::Status CheckRangesRoom(Core& core, store::View& view, const NetworkZone& zone);
// kUnknownReference unless the account has every zone that `rule` names.
[[nodiscard]] absl::Status CheckZonesExist(store::View& view, const ContextRule& rule);

// Form is checked before, the id is set. Fill in dates and tag, check references and limits, write.
// Errors: kAlreadyExists, kUnknownReference, kLimitExceeded.
[[nodiscard]] absl::StatusOr<NetworkZone> PutNewZone(Core& core, WriteFrame& frame,
                                                     NetworkZone zone);
[[nodiscard]] absl::StatusOr<ContextRule> PutNewContextRule(Core& core, WriteFrame& frame,
                                                            ContextRule rule);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_CONTEXT_WRITING_H_
