// engine/facade/new_id.h: ids that the engine makes: random UUIDs, never reused (hazard C44).
#ifndef LATCHKEY_ENGINE_FACADE_NEW_ID_H_
#define LATCHKEY_ENGINE_FACADE_NEW_ID_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace latchkey::inline v0::facade {

// `prefix` and a lower-case random UUID (version 4). Errors: kNoEntropy.
[[nodiscard]] absl::StatusOr<std::string> NewId(std::string_view prefix);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_NEW_ID_H_
