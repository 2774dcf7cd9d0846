// engine/base/invariant.h: the end of the process when a promise of our own code is broken.
#ifndef LATCHKEY_ENGINE_BASE_INVARIANT_H_
#define LATCHKEY_ENGINE_BASE_INVARIANT_H_

namespace latchkey::base {

// Writes "latchkey invariant: `what` (file:line)" to standard error and aborts. `what` is a
// literal: no data of a host can appear in it (hazard C82).
[[noreturn]] void InvariantBroken(const char* what, const char* file, int line);

}  // namespace latchkey::base

// For what our own code guarantees. Faults of the outside world are statuses (engine/base/error.h).
#define LATCHKEY_INVARIANT(condition, what)                              \
  do {                                                                   \
    if (!(condition)) [[unlikely]]                                       \
      ::latchkey::base::InvariantBroken("" what "", __FILE__, __LINE__); \
  } while (false)

#endif  // LATCHKEY_ENGINE_BASE_INVARIANT_H_
