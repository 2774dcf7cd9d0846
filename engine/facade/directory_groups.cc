// Access groups and their members.
#include <algorithm>

#include "latchkey/directory.h"

#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/directory_writing.h"
#include "engine/facade/forms.h"
#include "engine/facade/new_id.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

authz::Target GroupTarget(const AccountId& account, const GroupId& group) {
  return {.account = account, .group = group};
}

absl::Status CheckIds(const AccountId& account, const GroupId& group) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  return CheckId("group", group.text());
}

absl::StatusOr<AccessGroup> FindGroup(store::View& view, const std::optional<authz::Actor>& actor,
                                      Act act, const AccountId& account, const GroupId& id) {
  LATCHKEY_RETURN_IF_ERROR(Require(view, actor, act, GroupTarget(account, id), "access group"));
  LATCHKEY_ASSIGN_OR_RETURN(auto group, view.FindGroup(account, id));
  if (!group) return NotFound("access group");
  return *std::move(group);
}

absl::StatusOr<AccessGroup> CreateIn(Core& core, WriteFrame& frame, const AccountId& account,
                                     std::string_view name, std::string_view description) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kGroupCreate, {.account = account}, "account"));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  AccessGroup group;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, NewId("AccessGroupId-"));
  group.id = GroupId(id);
  group.account = account;
  group.name = name;
  group.description = description;
  frame.header.object = id;
  return PutNewGroup(core, frame, std::move(group));
}

absl::StatusOr<AccessGroup> UpdateIn(WriteFrame& frame, const AccountId& account, const GroupId& id,
                                     const IfMatch& if_match, std::string_view name,
                                     std::string_view description) {
  LATCHKEY_ASSIGN_OR_RETURN(AccessGroup group,
                            FindGroup(frame.txn, frame.actor, Act::kGroupUpdate, account, id));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, group.entity_tag));
  if (group.name == name && group.description == description) return group;
  LATCHKEY_RETURN_IF_ERROR(CheckGroupNameFree(frame.txn, account, name, id));
  group.name = name;
  group.description = description;
  group.entity_tag = frame.NextTag(group.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(group));
  return group;
}

absl::Status DeleteIn(WriteFrame& frame, const AccountId& account, const GroupId& id,
                      const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const AccessGroup group,
                            FindGroup(frame.txn, frame.actor, Act::kGroupDelete, account, id));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, group.entity_tag));
  LATCHKEY_ASSIGN_OR_RETURN(const auto members, frame.txn.MembersOfGroup(account, id));
  for (const IamId& member : members) {
    LATCHKEY_RETURN_IF_ERROR(frame.txn.RemoveGroupMember(account, id, member));
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto policies,
                            frame.txn.PoliciesWithSubject(account, PolicySubject(id)));
  for (const Policy& policy : policies) {
    LATCHKEY_RETURN_IF_ERROR(frame.txn.DeletePolicy(account, policy.id));
  }
  return frame.txn.DeleteGroup(account, id);
}

absl::Status AddIn(Core& core, WriteFrame& frame, const AccountId& account, const GroupId& group,
                   const IamId& member) {
  authz::Target target = GroupTarget(account, group);
  target.member = member;
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kGroupMemberAdd, target, "access group"));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  LATCHKEY_ASSIGN_OR_RETURN(const auto found, frame.txn.FindGroup(account, group));
  if (!found) return NotFound("access group");
  return PutGroupMember(core, frame, account, group, member);
}

absl::Status RemoveIn(WriteFrame& frame, const AccountId& account, const GroupId& group,
                      const IamId& member) {
  authz::Target target = GroupTarget(account, group);
  target.member = member;
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kGroupMemberRemove, target, "access group"));
  LATCHKEY_ASSIGN_OR_RETURN(const auto found, frame.txn.FindGroup(account, group));
  if (!found) return NotFound("access group");
  LATCHKEY_ASSIGN_OR_RETURN(const bool is_in, frame.txn.IsInGroup(account, group, member));
  if (!is_in) return absl::OkStatus();
  return frame.txn.RemoveGroupMember(account, group, member);
}

}  // namespace
}  // namespace facade

using authz::Act;
using facade::ReadFrame;
using facade::WriteFrame;

absl::StatusOr<AccessGroup> Directory::CreateGroup(const Call& call, const AccountId& account,
                                                   std::string_view name,
                                                   std::string_view description) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckGroupTexts(name, description));
  return core_->Mutate(call, {"group.create", account.text(), ""}, [&](WriteFrame& frame) {
    return facade::CreateIn(*core_, frame, account, name, description);
  });
}

absl::StatusOr<AccessGroup> Directory::GetGroup(const Call& call, const AccountId& account,
                                                const GroupId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Read(call, [&](ReadFrame& frame) {
    return facade::FindGroup(frame.view, frame.actor, Act::kGroupView, account, id);
  });
}

absl::StatusOr<std::vector<AccessGroup>> Directory::ListGroups(const Call& call,
                                                               const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<std::vector<AccessGroup>> {
    LATCHKEY_RETURN_IF_ERROR(
        facade::Require(frame.view, frame.actor, Act::kGroupView, {.account = account}, "account"));
    LATCHKEY_RETURN_IF_ERROR(facade::ExistingAccount(frame.view, account).status());
    return frame.view.GroupsOfAccount(account);
  });
}

absl::StatusOr<AccessGroup> Directory::UpdateGroup(const Call& call, const AccountId& account,
                                                   const GroupId& id, const IfMatch& if_match,
                                                   std::string_view name,
                                                   std::string_view description) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckGroupTexts(name, description));
  return core_->Mutate(call, {"group.update", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::UpdateIn(frame, account, id, if_match, name, description);
  });
}

absl::Status Directory::DeleteGroup(const Call& call, const AccountId& account, const GroupId& id,
                                    const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(call, {"group.delete", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::DeleteIn(frame, account, id, if_match);
  });
}

absl::Status Directory::AddToGroup(const Call& call, const AccountId& account, const GroupId& group,
                                   const IamId& member) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, group));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("member", member.text()));
  return core_->Mutate(
      call, {"group.add_member", account.text(), group.text()},
      [&](WriteFrame& frame) { return facade::AddIn(*core_, frame, account, group, member); });
}

absl::Status Directory::RemoveFromGroup(const Call& call, const AccountId& account,
                                        const GroupId& group, const IamId& member) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, group));
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("member", member.text()));
  return core_->Mutate(
      call, {"group.remove_member", account.text(), group.text()},
      [&](WriteFrame& frame) { return facade::RemoveIn(frame, account, group, member); });
}

absl::StatusOr<std::vector<IamId>> Directory::ListGroupMembers(const Call& call,
                                                               const AccountId& account,
                                                               const GroupId& group) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, group));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<std::vector<IamId>> {
    LATCHKEY_RETURN_IF_ERROR(
        facade::FindGroup(frame.view, frame.actor, Act::kGroupMemberView, account, group).status());
    return frame.view.MembersOfGroup(account, group);
  });
}

}  // namespace latchkey::inline v0
