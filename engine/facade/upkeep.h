// engine/facade/upkeep.h: what Engine::RunMaintenance does, and the engine's own thread if it has
// one.
#ifndef LATCHKEY_ENGINE_FACADE_UPKEEP_H_
#define LATCHKEY_ENGINE_FACADE_UPKEEP_H_

#include "absl/status/statusor.h"

#include "latchkey/engine.h"

#include "engine/base/deadline.h"
#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// Within a Core::Use. A fault of the activity stops nothing else.
[[nodiscard]] absl::StatusOr<MaintenanceReport> RunUpkeep(Core& core, base::Deadline deadline);

// The same on the engine's own thread, within the maintenance interval: faults are the observer's.
void MaintainOnce(Core& core);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_UPKEEP_H_
