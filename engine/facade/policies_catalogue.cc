// Services and roles of the catalogue, and custom roles [domain P-7] [domain P-11].
#include <algorithm>

#include "absl/strings/str_cat.h"

#include "latchkey/policies.h"

#include "engine/authz/policy_check.h"
#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/codec/policy_json.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/policy_writing.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

authz::Target RoleTarget(const AccountId& account, const RoleId& id) {
  return {.account = account, .role = id};
}

std::vector<std::string> Sorted(std::vector<std::string> actions) {
  std::sort(actions.begin(), actions.end());
  return actions;
}

absl::StatusOr<CustomRole> CreateRoleIn(Core& core, WriteFrame& frame,
                                        const NewCustomRole& request) {
  LATCHKEY_RETURN_IF_ERROR(Require(frame.txn, frame.actor, Act::kCustomRoleCreate,
                                   {.account = request.account}, "account"));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, request.account).status());
  CustomRole role;
  role.account = request.account;
  role.service = request.service;
  role.name = request.name;
  role.title = request.title;
  role.description = request.description;
  role.actions = Sorted(request.actions);
  LATCHKEY_ASSIGN_OR_RETURN(role, PutNewRole(core, frame, std::move(role)));
  frame.header.object = role.id.text();
  return role;
}

absl::StatusOr<CustomRole> FindRole(store::View& view, const std::optional<authz::Actor>& actor,
                                    Act act, const AccountId& account, const RoleId& id) {
  LATCHKEY_RETURN_IF_ERROR(Require(view, actor, act, RoleTarget(account, id), "custom role"));
  LATCHKEY_ASSIGN_OR_RETURN(auto role, view.FindCustomRole(account, id));
  if (!role) return NotFound("custom role");
  return *std::move(role);
}

// Whether `after` holds an action that `before` does not.
bool Adds(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return !std::includes(before.begin(), before.end(), after.begin(), after.end());
}

// Widening a role grants to whoever a policy gives it to [domain W-8].
absl::Status RequireWiden(WriteFrame& frame, const AccountId& account, const RoleId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<Policy> policies, frame.txn.PoliciesOfAccount(account));
  std::erase_if(policies, [&](const Policy& policy) {
    return policy.state != PolicyState::kActive ||
           std::find(policy.roles.begin(), policy.roles.end(), id) == policy.roles.end();
  });
  std::vector<IamId> members;
  for (const Policy& policy : policies) {
    const auto* group = std::get_if<GroupId>(&policy.subject);
    if (group == nullptr) continue;
    LATCHKEY_ASSIGN_OR_RETURN(const auto found, frame.txn.MembersOfGroup(account, *group));
    members.insert(members.end(), found.begin(), found.end());
  }
  authz::Target target = RoleTarget(account, id);
  target.role_policies = &policies;
  target.group_members = &members;
  return Require(frame.txn, frame.actor, Act::kCustomRoleWiden, target, "custom role");
}

absl::StatusOr<CustomRole> UpdateRoleIn(WriteFrame& frame, const AccountId& account,
                                        const RoleId& id, const IfMatch& if_match,
                                        const CustomRole& wanted) {
  LATCHKEY_ASSIGN_OR_RETURN(CustomRole role,
                            FindRole(frame.txn, frame.actor, Act::kCustomRoleUpdate, account, id));
  if (Adds(role.actions, wanted.actions)) {
    LATCHKEY_RETURN_IF_ERROR(RequireWiden(frame, account, id));
  }
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, role.entity_tag));
  if (role.title == wanted.title && role.description == wanted.description &&
      role.actions == wanted.actions) {
    return role;
  }
  role.title = wanted.title;
  role.description = wanted.description;
  role.actions = wanted.actions;
  LATCHKEY_RETURN_IF_ERROR(CheckRole(frame.txn, role));
  role.entity_tag = frame.NextTag(role.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(role));
  return role;
}

absl::Status DeleteRoleIn(WriteFrame& frame, const AccountId& account, const RoleId& id,
                          const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const CustomRole role,
                            FindRole(frame.txn, frame.actor, Act::kCustomRoleDelete, account, id));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, role.entity_tag));
  LATCHKEY_ASSIGN_OR_RETURN(const auto policies, frame.txn.PoliciesOfAccount(account));
  const bool in_use = std::any_of(policies.begin(), policies.end(), [&](const Policy& policy) {
    return std::find(policy.roles.begin(), policy.roles.end(), id) != policy.roles.end();
  });
  if (in_use) {
    return base::Error(Reason::kStateForbids, "policies still name the role: change them first");
  }
  return frame.txn.DeleteCustomRole(account, id);
}

absl::Status CheckIds(const AccountId& account, const RoleId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  if (id.text().empty() || id.text().size() > 256) {
    return base::Error(Reason::kMalformed, "id must be the id of a role");
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace facade

using authz::Act;
using facade::CheckIds;
using facade::ReadFrame;
using facade::WriteFrame;

absl::Status Policies::DefineService(const Call& call, const Service& service) const {
  LATCHKEY_RETURN_IF_ERROR(authz::CheckService(service));
  return core_->Mutate(call, {"service.define", "", service.name},
                       [&](WriteFrame& frame) -> absl::Status {
                         LATCHKEY_RETURN_IF_ERROR(facade::RequireHost(frame.actor));
                         return facade::PutService(frame, service);
                       });
}

absl::StatusOr<std::size_t> Policies::LoadCatalogue(const Call& call, std::string_view json) const {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Service> services, codec::ParseCatalogue(json));
  for (std::size_t i = 0; i < services.size(); ++i) {
    const absl::Status good = authz::CheckService(services[i]);
    if (!good.ok()) return base::Annotate(good, "[" + std::to_string(i) + "]");
  }
  return core_->Mutate(call, {"catalogue.load", "", ""},
                       [&](WriteFrame& frame) -> absl::StatusOr<std::size_t> {
                         LATCHKEY_RETURN_IF_ERROR(facade::RequireHost(frame.actor));
                         for (const Service& service : services) {
                           LATCHKEY_RETURN_IF_ERROR(facade::PutService(frame, service));
                         }
                         return services.size();
                       });
}

absl::StatusOr<Service> Policies::GetService(const Call& call, std::string_view name) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("name", name));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<Service> {
    LATCHKEY_ASSIGN_OR_RETURN(auto service, frame.view.FindServiceWithRoles(name));
    if (!service) return facade::NotFound("service");
    return *std::move(service);
  });
}

absl::StatusOr<std::vector<std::string>> Policies::ListServices(const Call& call) const {
  return core_->Read(call, [&](ReadFrame& frame) { return frame.view.ServiceNames(); });
}

absl::StatusOr<CustomRole> Policies::CreateCustomRole(const Call& call,
                                                      const NewCustomRole& role) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", role.account.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("service", role.service));
  return core_->Mutate(
      call, {"custom_role.create", role.account.text(), ""},
      [&](WriteFrame& frame) { return facade::CreateRoleIn(*core_, frame, role); });
}

absl::StatusOr<CustomRole> Policies::GetCustomRole(const Call& call, const AccountId& account,
                                                   const RoleId& id) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, id));
  return core_->Read(call, [&](ReadFrame& frame) {
    return facade::FindRole(frame.view, frame.actor, Act::kCustomRoleView, account, id);
  });
}

absl::StatusOr<std::vector<CustomRole>> Policies::ListCustomRoles(const Call& call,
                                                                  const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<std::vector<CustomRole>> {
    LATCHKEY_RETURN_IF_ERROR(facade::Require(frame.view, frame.actor, Act::kCustomRoleView,
                                             {.account = account}, "account"));
    LATCHKEY_RETURN_IF_ERROR(facade::ExistingAccount(frame.view, account).status());
    return frame.view.CustomRolesOf(account);
  });
}

absl::StatusOr<CustomRole> Policies::UpdateCustomRole(
    const Call& call, const AccountId& account, const RoleId& id, const IfMatch& if_match,
    std::string_view title, std::string_view description,
    const std::vector<std::string>& actions) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, id));
  CustomRole wanted;
  wanted.title = title;
  wanted.description = description;
  wanted.actions = facade::Sorted(actions);
  return core_->Mutate(call, {"custom_role.update", account.text(), id.text()},
                       [&](WriteFrame& frame) {
                         return facade::UpdateRoleIn(frame, account, id, if_match, wanted);
                       });
}

absl::Status Policies::DeleteCustomRole(const Call& call, const AccountId& account,
                                        const RoleId& id, const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(CheckIds(account, id));
  return core_->Mutate(
      call, {"custom_role.delete", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::DeleteRoleIn(frame, account, id, if_match); });
}

}  // namespace latchkey::inline v0
