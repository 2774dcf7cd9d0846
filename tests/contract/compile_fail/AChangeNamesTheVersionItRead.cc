// domain K-6: "any version" is said, never assumed.
// expect: no (matching|default).*(IfMatch|constructor)
#include "latchkey/entity_tag.h"

latchkey::IfMatch Expectation() {
#ifdef LATCHKEY_FAILING_HALF
  return latchkey::IfMatch();
#else
  return latchkey::IfMatch::Any();
#endif
}
