// domain A-2: an error that nobody looks at could pass for success.
// expect: (ignoring return(ed)? value|unused-result)
#include "latchkey/status.h"

absl::Status Revoke();

void Caller() {
#ifdef LATCHKEY_FAILING_HALF
  Revoke();
#else
  if (!Revoke().ok()) return;
#endif
}
