// hazard K13: a secret must not slip into a log line.
// expect: (no match for|invalid operands).*Secret
#include <ostream>

#include "latchkey/secret.h"

void Print(std::ostream& out, const latchkey::Secret& secret) {
#ifdef LATCHKEY_FAILING_HALF
  out << secret;
#else
  out << secret.empty();
#endif
}
