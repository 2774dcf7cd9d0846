// engine/base/error.h: the only makers of error statuses, so that every one carries its Reason.
#ifndef LATCHKEY_ENGINE_BASE_ERROR_H_
#define LATCHKEY_ENGINE_BASE_ERROR_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/status.h"

namespace latchkey::base {

// A status with the code of `reason` from kReasonTable and `reason` attached. `message` is lower
// case without a full stop, names what to do, and never contains input (hazard K14): ids of our
// own making and names of fields are the only variable parts. `reason` must be one whose code is an
// error.
[[nodiscard]] absl::Status Error(Reason reason, std::string_view message);

// `status` with `prefix` and ": " before its message, its Reason kept.
[[nodiscard]] absl::Status Annotate(const absl::Status& status, std::string_view prefix);

}  // namespace latchkey::base

// Leaves the function with the status if it is not OK.
#define LATCHKEY_RETURN_IF_ERROR(expression)        \
  do {                                              \
    ::absl::Status latchkey_status_ = (expression); \
    if (!latchkey_status_.ok()) [[unlikely]]        \
      return latchkey_status_;                      \
  } while (false)

#define LATCHKEY_CONCAT_INNER_(a, b) a##b
#define LATCHKEY_CONCAT_(a, b) LATCHKEY_CONCAT_INNER_(a, b)

// `LATCHKEY_ASSIGN_OR_RETURN(auto x, MakeX());`
#define LATCHKEY_ASSIGN_OR_RETURN(lhs, expression) \
  LATCHKEY_ASSIGN_OR_RETURN_IMPL_(LATCHKEY_CONCAT_(latchkey_or_, __LINE__), lhs, expression)
#define LATCHKEY_ASSIGN_OR_RETURN_IMPL_(temporary, lhs, expression) \
  auto temporary = (expression);                                    \
  if (!temporary.ok()) [[unlikely]]                                 \
    return std::move(temporary).status();                           \
  lhs = *std::move(temporary)

#endif  // LATCHKEY_ENGINE_BASE_ERROR_H_
