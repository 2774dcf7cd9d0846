// engine/authz/user_hierarchy.h: who invited whom in one account: a tree with the owner at its root
// (domain D-1).
#ifndef LATCHKEY_ENGINE_AUTHZ_USER_HIERARCHY_H_
#define LATCHKEY_ENGINE_AUTHZ_USER_HIERARCHY_H_

#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/identity.h"

#include "engine/base/policy_source.h"

namespace latchkey::authz {

// The ancestors of a user in the account, nearest first, the root last; none for the root and for
// who is no member. The states of the memberships on the way do not matter.
//
// Errors  kCorrupt if an inviter is no member, or there are more than kUserHierarchyLevelsMax of
//         them: what is written never goes deeper, so it is a cycle
// Cost    one read per level
[[nodiscard]] absl::StatusOr<std::vector<IamId>> AncestorsOf(base::PolicySource& source,
                                                             const AccountId& account,
                                                             const IamId& user);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_USER_HIERARCHY_H_
