// engine/authz/rule_check.h: what a rule, its pattern and access tags must be to be stored (domain
// P-5, P-6, P-9). What could never be evaluated is refused here, when it is written.
#ifndef LATCHKEY_ENGINE_AUTHZ_RULE_CHECK_H_
#define LATCHKEY_ENGINE_AUTHZ_RULE_CHECK_H_

#include "absl/status/status.h"

#include "latchkey/policy.h"

namespace latchkey::authz {

// OK without a rule and a pattern, or for a rule that has the shape of policy.h, 1 to 10
// conditions, keys with an operator of their own, values that the operator takes (each parses;
// texts of 1 to 1,000 characters), and fits the pattern, if there is one (policy.h). A pattern
// without a rule is refused. Whether a rule can ever hold is not asked. Errors: kMalformed,
// kInvalidUtf8, at a path such as "rule.conditions[1].conditions[0].value".
[[nodiscard]] absl::Status CheckRule(const NewPolicy& policy);

// OK without tags, or for 1 to 10 different ones of the form of policy.h, where `resource` is
// serviceType `service` and nothing else but accountId. Errors: kMalformed, kInvalidUtf8, at a path
// such as "resource.tags[0].key".
[[nodiscard]] absl::Status CheckTags(const NewPolicy& policy);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_RULE_CHECK_H_
