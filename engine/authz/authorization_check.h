// engine/authz/authorization_check.h: what the subject of a service-to-service authorization must
// be to be stored (domain P-8, P-9).
#ifndef LATCHKEY_ENGINE_AUTHZ_AUTHORIZATION_CHECK_H_
#define LATCHKEY_ENGINE_AUTHZ_AUTHORIZATION_CHECK_H_

#include "absl/status/status.h"

#include "latchkey/policy.h"

namespace latchkey::authz {

// OK if `policy`, an authorization, has subject attributes as policy.h says (values of 1 to 1,000
// characters) and no identity and no group as its subject: whoever read it as one would take it for
// a grant. Errors: kMalformed, kInvalidUtf8, at a path such as "subject.attributes[2].key".
[[nodiscard]] absl::Status CheckAuthorizationSubject(const NewPolicy& policy);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_AUTHORIZATION_CHECK_H_
