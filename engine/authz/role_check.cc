// CheckService and CheckCustomRole of policy_check.h.
#include <algorithm>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "engine/authz/form.h"
#include "engine/authz/policy_check.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

constexpr std::size_t kRoleNameCharactersMax = 100;
constexpr std::size_t kServiceTitleCharactersMax = 200;
constexpr std::size_t kCustomRoleNameMax = 30;
constexpr std::size_t kCustomRoleTitleMax = 50;
constexpr std::size_t kCustomRoleDescriptionMax = 250;

std::string Join(std::string_view path, std::string_view member) {
  return absl::StrCat(base::ToAbsl(path), ".", base::ToAbsl(member));
}

absl::Status CheckCatalogueRole(const Role& role, std::string_view path) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(role.id.text(), Join(path, "role_id")));
  LATCHKEY_RETURN_IF_ERROR(CheckText(role.name, 1, kRoleNameCharactersMax, Join(path, "name")));
  if (role.kind != RoleKind::kPlatform && role.kind != RoleKind::kService) {
    return MalformedAt(Join(path, "kind"), "give platform or service");
  }
  return CheckActions(role.actions, Join(path, "actions"));
}

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsCustomRoleName(std::string_view name) {
  return !name.empty() && name.size() <= kCustomRoleNameMax && name.front() >= 'A' &&
         name.front() <= 'Z' && std::all_of(name.begin(), name.end(), IsLetterOrDigit);
}

absl::Status CheckActionsAreOfService(const CustomRole& role,
                                      const std::vector<std::string>& service_actions) {
  for (std::size_t i = 0; i < role.actions.size(); ++i) {
    if (!std::binary_search(service_actions.begin(), service_actions.end(), role.actions[i])) {
      return base::Error(Reason::kUnknownReference,
                         absl::StrCat("actions[", i, "]: name an action of the service"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckService(const Service& service) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(service.name, "service"));
  LATCHKEY_RETURN_IF_ERROR(CheckText(service.title, 0, kServiceTitleCharactersMax, "title"));
  if (ServiceTypeText(service.type).empty()) {
    return MalformedAt("type", "give service or platform_service");
  }
  if (!service.group.empty()) LATCHKEY_RETURN_IF_ERROR(CheckId(service.group, "group"));
  absl::flat_hash_set<RoleId> seen;
  for (std::size_t i = 0; i < service.roles.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckCatalogueRole(service.roles[i], At("roles", i)));
    if (!seen.insert(service.roles[i].id).second) {
      return MalformedAt(Join(At("roles", i), "role_id"), "define each role once");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckCustomRole(const CustomRole& role,
                             const std::vector<std::string>& service_actions) {
  LATCHKEY_RETURN_IF_ERROR(CheckId(role.service, "service_name"));
  if (!IsCustomRoleName(role.name)) {
    return MalformedAt("name", "give 1 to 30 letters and digits, a capital first");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckText(role.title, 1, kCustomRoleTitleMax, "display_name"));
  LATCHKEY_RETURN_IF_ERROR(
      CheckText(role.description, 0, kCustomRoleDescriptionMax, "description"));
  if (role.actions.empty()) return MalformedAt("actions", "give at least one action");
  LATCHKEY_RETURN_IF_ERROR(CheckActions(role.actions, "actions"));
  if (service_actions.empty()) {
    return base::Error(Reason::kUnknownReference,
                       "service_name: name a service that is defined and has actions");
  }
  return CheckActionsAreOfService(role, service_actions);
}

}  // namespace latchkey::authz
