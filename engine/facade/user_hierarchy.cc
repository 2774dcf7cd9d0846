#include "engine/facade/user_hierarchy.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "engine/authz/user_hierarchy.h"
#include "engine/base/error.h"

namespace latchkey::inline v0::facade {
namespace {

using Inviters = absl::flat_hash_map<std::string, std::string>;

// Counts no further than is needed to see that there is no room.
std::size_t LevelsAbove(const Inviters& inviters, const std::string& user) {
  std::size_t levels = 0;
  auto found = inviters.find(user);
  while (levels < kUserHierarchyLevelsMax && found != inviters.end() && !found->second.empty()) {
    ++levels;
    found = inviters.find(found->second);
  }
  return levels;
}

absl::Status CheckLevels(std::size_t levels) {
  if (levels < kUserHierarchyLevelsMax) return absl::OkStatus();
  return base::Error(Reason::kLimitExceeded,
                     "the user hierarchy is 100 levels deep: somebody nearer to the owner must "
                     "invite");
}

}  // namespace

absl::Status CheckRoomBelow(store::View& view, const AccountId& account, const IamId& inviter) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IamId> above,
                            authz::AncestorsOf(view, account, inviter));
  return CheckLevels(above.size());
}

absl::Status CheckRoomForRoot(store::View& view, const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Membership> members, view.MembersOf(account));
  Inviters inviters;
  for (const Membership& member : members) {
    inviters.emplace(member.iam_id.text(), member.invited_by.text());
  }
  for (const Membership& member : members) {
    LATCHKEY_RETURN_IF_ERROR(CheckLevels(LevelsAbove(inviters, member.iam_id.text())));
  }
  return absl::OkStatus();
}

}  // namespace latchkey::inline v0::facade
