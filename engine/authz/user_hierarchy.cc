#include "engine/authz/user_hierarchy.h"

#include <cstddef>
#include <optional>

#include "engine/base/error.h"

namespace latchkey::authz {

absl::StatusOr<std::vector<IamId>> AncestorsOf(base::PolicySource& source, const AccountId& account,
                                               const IamId& user) {
  std::vector<IamId> ancestors;
  IamId current = user;
  for (std::size_t level = 0; level <= kUserHierarchyLevelsMax; ++level) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Membership> member,
                              source.FindMembership(account, current));
    if (!member && level > 0) {
      return base::Error(Reason::kCorrupt, "an inviter is not a member: check the store");
    }
    if (!member || member->invited_by.empty()) return ancestors;
    current = member->invited_by;
    ancestors.push_back(current);
  }
  return base::Error(Reason::kCorrupt, "the user hierarchy has no root: check the store");
}

}  // namespace latchkey::authz
