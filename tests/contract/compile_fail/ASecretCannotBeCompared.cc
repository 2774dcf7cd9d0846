// hazard K13: a comparison of secrets that is not constant in time must not exist.
// expect: (use of deleted function|overload resolution selected deleted operator).*==
#include "latchkey/secret.h"

bool Same(const latchkey::Secret& a, const latchkey::Secret& b) {
#ifdef LATCHKEY_FAILING_HALF
  return a == b;
#else
  return a.empty() == b.empty();
#endif
}
