// engine/facade/options_check.h: the ranges of Options.
#ifndef LATCHKEY_ENGINE_FACADE_OPTIONS_CHECK_H_
#define LATCHKEY_ENGINE_FACADE_OPTIONS_CHECK_H_

#include "absl/status/status.h"

#include "latchkey/options.h"

namespace latchkey::inline v0::facade {

// kInvalidOptions naming the field, its range and what to do. Reads nothing.
[[nodiscard]] absl::Status CheckOptions(const Options& options);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_OPTIONS_CHECK_H_
