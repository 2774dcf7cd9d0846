// engine/authz/request_form.h: parts of CheckRequest (evaluator.h) for whoever knows the rest.
#ifndef LATCHKEY_ENGINE_AUTHZ_REQUEST_FORM_H_
#define LATCHKEY_ENGINE_AUTHZ_REQUEST_FORM_H_

#include <cstddef>

#include "latchkey/decision.h"

namespace latchkey::authz {

// Of account, service, action and the key of an attribute.
inline constexpr std::size_t kNameBytesMax = 128;

// No attribute is named twice, and those that repeat a field equal it.
[[nodiscard]] bool AgreesWithItself(const AccessRequest& request);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_REQUEST_FORM_H_
