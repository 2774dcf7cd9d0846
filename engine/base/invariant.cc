#include "engine/base/invariant.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace latchkey::base {

void InvariantBroken(const char* what, const char* file, int line) {
  char text[512];
  const int length =
      std::snprintf(text, sizeof text, "latchkey invariant: %s (%s:%d)\n", what, file, line);
  if (length > 0) {
    const auto size = static_cast<std::size_t>(length) < sizeof text
                          ? static_cast<std::size_t>(length)
                          : sizeof text - 1;
    // Nothing is left to do about a failed write: the process ends either way.
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, size);
  }
  std::abort();
}

}  // namespace latchkey::base
