#include <algorithm>

#include "absl/strings/str_cat.h"

#include "engine/authz/policy_check.h"
#include "engine/base/error.h"
#include "engine/facade/policy_writing.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0::facade {
namespace {

absl::StatusOr<std::vector<std::string>> ActionsOf(store::View& view, std::string_view service) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto found, view.FindServiceWithRoles(service));
  if (!found) {
    return base::Error(Reason::kUnknownReference, "service must name a defined service");
  }
  std::vector<std::string> actions;
  for (const Role& role : found->roles) {
    actions.insert(actions.end(), role.actions.begin(), role.actions.end());
  }
  std::sort(actions.begin(), actions.end());
  actions.erase(std::unique(actions.begin(), actions.end()), actions.end());
  return actions;
}

}  // namespace

absl::Status PutService(WriteFrame& frame, Service service) {
  for (Role& role : service.roles) std::sort(role.actions.begin(), role.actions.end());
  return frame.txn.Put(service);
}

absl::Status CheckRole(store::View& view, const CustomRole& role) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> actions, ActionsOf(view, role.service));
  return authz::CheckCustomRole(role, actions);
}

absl::StatusOr<CustomRole> PutNewRole(Core& core, WriteFrame& frame, CustomRole role) {
  role.id = RoleId(absl::StrCat(core.options().crn_prefix, ":iam-access-management::a/",
                                role.account.text(), "::customRole:", role.name));
  role.created_at = frame.facts.now;
  role.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(CheckRole(frame.txn, role));
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindCustomRole(role.account, role.id));
  if (taken) return base::Error(Reason::kAlreadyExists, "the account has a role of this name");
  LATCHKEY_ASSIGN_OR_RETURN(const auto present, frame.txn.CustomRolesOf(role.account));
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(present.size(), core.options().limits.custom_roles_per_account,
                                     "custom roles per account"));
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(role));
  return role;
}

}  // namespace latchkey::inline v0::facade
