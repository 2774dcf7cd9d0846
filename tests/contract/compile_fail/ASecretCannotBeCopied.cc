// hazard K13, domain K-2: two copies of a secret are two places to wipe.
// expect: (use of deleted function|call to deleted constructor of).*Secret
#include <utility>

#include "latchkey/secret.h"

latchkey::Secret Pass(latchkey::Secret& secret) {
#ifdef LATCHKEY_FAILING_HALF
  latchkey::Secret copy(secret);
  return copy;
#else
  return std::move(secret);
#endif
}
