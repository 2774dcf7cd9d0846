// engine/authz/act_table.h: the table of domain W-10 (with W-3, W-5 and W-8) as data: one row per
// Act.
//
// who_may.cc interprets it; nothing else decides which right an act needs. Action names are those
// of IBM's catalogue.
#ifndef LATCHKEY_ENGINE_AUTHZ_ACT_TABLE_H_
#define LATCHKEY_ENGINE_AUTHZ_ACT_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/authz/who_may.h"

namespace latchkey::authz {

// Which rule answers for a caller that is not the trusted host.
enum class Rule : std::uint8_t {
  kHostOnly,
  kOwnerOnly,     // the account owner itself: W-9 leaves no owner while a profile is applied
  kItself,        // the user that is acted upon
  kRight,         // ActRow::action on ActRow::service
  kOpenCreation,  // whoever belongs to the account, unless creation is restricted: then kRight
  kKey,           // by whose key it is: W-1 to W-5
  kClassicKey,    // by who invited its user: K-9; no action of its own
  kPolicy,        // ActRow::action on the policy's own target
  kContextRule,   // ActRow::action on the context rule's own target
  kWholeAccount,  // ActRow::action covered over the whole account
};

// What the request names besides service and action.
enum class Attributes : std::uint8_t {
  kNone,
  kServiceId,  // resourceType serviceid, resource the IAM ID of the service ID
};

// What else passes into other hands, so that iam.policy.create must cover it [domain W-8].
enum class Handover : std::uint8_t {
  kNothing,
  kKeyOwnersGrants,  // all that the service ID carries
  kGroupsGrants,     // all that the group carries
  kMembersGrants,    // all that the member carries
  kPolicyTarget,     // the policy, and the one it replaces
  kRolesPolicies,    // every policy with the role
  kContextRules,     // the services that the rule, and the one it replaces, restrict
  kWholeAccount,     // access of outsiders, room for more: both service types
};

struct ActRow {
  Act act;
  Rule rule = Rule::kHostOnly;
  std::string_view service = {};  // empty: the policy's or the context rule's own
  std::string_view action = {};   // of kKey: on a service ID's key
  std::string_view also = {};     // of kKey: a second action on a service ID's key
  std::string_view others = {};   // of kKey: on another user's key; empty: never
  Attributes attributes = Attributes::kNone;
  Handover handover = Handover::kNothing;
  // Whether there is an object to hide, and the act whose kYes makes it visible. Two fields and no
  // optional: clang 14 refuses to copy an empty one in a constant expression.
  bool hides = false;
  Act view = Act::kKeyView;
};

namespace act_table_internal {

inline constexpr std::string_view kIdentity = "iam-identity";
inline constexpr std::string_view kUsers = "user-management";
inline constexpr std::string_view kGroups = "iam-groups";
inline constexpr std::string_view kAccess = "iam-access-management";
inline constexpr std::string_view kContext = "context-based-restrictions";
inline constexpr std::string_view kManage = "iam-identity.apikey.manage";

constexpr ActRow HostOnly(Act act) { return {.act = act, .rule = Rule::kHostOnly}; }

// On one key: `others` is kManage where W-3 lets administrators act on another user's key.
constexpr ActRow Key(Act act, std::string_view action, std::string_view others) {
  return {.act = act,
          .rule = Rule::kKey,
          .service = kIdentity,
          .action = action,
          .others = others,
          .attributes = Attributes::kServiceId,
          .hides = true,
          .view = Act::kKeyView};
}

constexpr ActRow ClassicKey(Act act) {
  return {.act = act, .rule = Rule::kClassicKey, .hides = true, .view = Act::kClassicKeyView};
}

constexpr ActRow Right(Act act, std::string_view service, std::string_view action, Act view) {
  return {.act = act,
          .rule = Rule::kRight,
          .service = service,
          .action = action,
          .hides = true,
          .view = view};
}

constexpr ActRow ServiceId(Act act, std::string_view action) {
  ActRow row = Right(act, kIdentity, action, Act::kServiceIdView);
  row.attributes = Attributes::kServiceId;
  return row;
}

constexpr ActRow OnPolicy(Act act, std::string_view action) {
  return {
      .act = act, .rule = Rule::kPolicy, .action = action, .hides = true, .view = Act::kPolicyView};
}

constexpr ActRow OnContextRule(Act act, std::string_view action) {
  return {.act = act,
          .rule = Rule::kContextRule,
          .action = action,
          .hides = true,
          .view = Act::kContextRuleView};
}

constexpr ActRow Itself(Act act) {
  return {.act = act, .rule = Rule::kItself, .hides = true, .view = Act::kUserView};
}

constexpr ActRow Also(std::string_view action, ActRow row) {
  row.also = action;
  return row;
}

constexpr ActRow Granting(Handover handover, ActRow row) {
  row.handover = handover;
  return row;
}

// Without an object to hide.
constexpr ActRow Creating(ActRow row) {
  row.hides = false;
  return row;
}

}  // namespace act_table_internal

// In the order of Act.
inline constexpr auto kActTable = [] {
  using namespace act_table_internal;  // the makers of rows
  constexpr std::string_view kNever = {};
  return std::array{
      Key(Act::kKeyView, "iam-identity.apikey.get", kManage),
      Creating(Granting(Handover::kKeyOwnersGrants,
                        Key(Act::kKeyCreate, "iam-identity.apikey.create", kNever))),
      Key(Act::kKeyEdit, "iam-identity.apikey.update", kManage),
      Key(Act::kKeyWiden, "iam-identity.apikey.update", kNever),
      Granting(Handover::kKeyOwnersGrants,
               Also("iam-identity.apikey.update",
                    Key(Act::kKeyRotate, "iam-identity.apikey.create", kNever))),
      Key(Act::kKeyRetire, "iam-identity.apikey.update", kNever),
      Key(Act::kKeyLock, "iam-identity.apikey.update", kManage),
      Key(Act::kKeyDisable, "iam-identity.apikey.update", kManage),
      Key(Act::kKeyEnable, "iam-identity.apikey.update", kManage),
      Key(Act::kKeyEnableAfterLeak, "iam-identity.apikey.update", kNever),
      Key(Act::kKeyDelete, "iam-identity.apikey.delete", kManage),
      Key(Act::kKeyReportLeak, "iam-identity.apikey.update", kManage),
      Creating(Right(Act::kKeyPurge, kIdentity, kManage, Act::kKeyView)),

      Right(Act::kAccountView, kIdentity, "iam-identity.account.get", Act::kAccountView),
      Right(Act::kAccountUpdateIdentitySettings, kIdentity, "iam-identity.account.update",
            Act::kAccountView),
      Granting(Handover::kWholeAccount, Right(Act::kAccountRaiseLimit, kIdentity,
                                              "iam-identity.account.update", Act::kAccountView)),
      Granting(Handover::kWholeAccount,
               Right(Act::kAccountUpdateAccessSettings, kAccess,
                     "iam-access-management.settings.update", Act::kAccountViewAccessSettings)),
      ActRow{.act = Act::kAccountTransfer, .rule = Rule::kOwnerOnly},
      HostOnly(Act::kAccountChangeState),

      HostOnly(Act::kUserCreate),
      HostOnly(Act::kUserDelete),
      Right(Act::kUserView, kUsers, "user-management.user.retrieve", Act::kUserView),
      Creating(Right(Act::kUserInvite, kUsers, "user-management.user.create", Act::kUserView)),
      Right(Act::kUserSuspend, kUsers, "user-management.user.state-change", Act::kUserView),
      Granting(
          Handover::kMembersGrants,
          Right(Act::kUserReactivate, kUsers, "user-management.user.state-change", Act::kUserView)),
      Right(Act::kUserRemove, kUsers, "user-management.user.delete", Act::kUserView),
      Itself(Act::kUserAccept),
      Itself(Act::kUserLeave),

      ServiceId(Act::kServiceIdView, "iam-identity.serviceid.get"),
      ActRow{.act = Act::kServiceIdCreate,
             .rule = Rule::kOpenCreation,
             .service = kIdentity,
             .action = "iam-identity.serviceid.create"},
      ServiceId(Act::kServiceIdUpdate, "iam-identity.serviceid.update"),
      ServiceId(Act::kServiceIdDelete, "iam-identity.serviceid.delete"),

      Right(Act::kProfileView, kIdentity, "iam-identity.profile.get", Act::kProfileView),
      Creating(
          Right(Act::kProfileCreate, kIdentity, "iam-identity.profile.create", Act::kProfileView)),
      Right(Act::kProfileUpdate, kIdentity, "iam-identity.profile.update", Act::kProfileView),
      Right(Act::kProfileDelete, kIdentity, "iam-identity.profile.delete", Act::kProfileView),

      Right(Act::kGroupView, kGroups, "iam-groups.groups.read", Act::kGroupView),
      Creating(Right(Act::kGroupCreate, kGroups, "iam-groups.groups.create", Act::kGroupView)),
      Right(Act::kGroupUpdate, kGroups, "iam-groups.groups.update", Act::kGroupView),
      Right(Act::kGroupDelete, kGroups, "iam-groups.groups.delete", Act::kGroupView),
      Right(Act::kGroupMemberView, kGroups, "iam-groups.members.read", Act::kGroupMemberView),
      Granting(Handover::kGroupsGrants,
               Right(Act::kGroupMemberAdd, kGroups, "iam-groups.members.add", Act::kGroupView)),
      Right(Act::kGroupMemberRemove, kGroups, "iam-groups.members.delete", Act::kGroupMemberView),

      OnPolicy(Act::kPolicyView, "iam.policy.read"),
      Creating(
          Granting(Handover::kPolicyTarget, OnPolicy(Act::kPolicyCreate, "iam.policy.create"))),
      Granting(Handover::kPolicyTarget, OnPolicy(Act::kPolicyUpdate, "iam.policy.update")),
      OnPolicy(Act::kPolicyDelete, "iam.policy.delete"),

      Right(Act::kCustomRoleView, kAccess, "iam-access-management.customRole.read",
            Act::kCustomRoleView),
      Creating(
          Right(Act::kCustomRoleCreate, kAccess, "iam-access-management.customRole.create", {})),
      Right(Act::kCustomRoleUpdate, kAccess, "iam-access-management.customRole.update",
            Act::kCustomRoleView),
      Granting(Handover::kRolesPolicies,
               Right(Act::kCustomRoleWiden, kAccess, "iam-access-management.customRole.update",
                     Act::kCustomRoleView)),
      Right(Act::kCustomRoleDelete, kAccess, "iam-access-management.customRole.delete",
            Act::kCustomRoleView),

      HostOnly(Act::kCatalogueChange),
      ActRow{.act = Act::kExplainOthers, .rule = Rule::kWholeAccount, .action = "iam.policy.read"},
      HostOnly(Act::kFeedRead),
      HostOnly(Act::kImport),
      Right(Act::kAccountViewAccessSettings, kAccess, "iam-access-management.settings.read",
            Act::kAccountViewAccessSettings),
      Key(Act::kKeyUnbind, "iam-identity.apikey.update", kNever),

      Right(Act::kZoneView, kContext, "context-based-restrictions.zone.read", Act::kZoneView),
      Creating(Right(Act::kZoneCreate, kContext, "context-based-restrictions.zone.create",
                     Act::kZoneView)),
      Right(Act::kZoneUpdate, kContext, "context-based-restrictions.zone.update", Act::kZoneView),
      Granting(Handover::kWholeAccount,
               Right(Act::kZoneLoosen, kContext, "context-based-restrictions.zone.update",
                     Act::kZoneView)),
      Granting(Handover::kWholeAccount,
               Right(Act::kZoneDelete, kContext, "context-based-restrictions.zone.delete",
                     Act::kZoneView)),
      OnContextRule(Act::kContextRuleView, "cbr.rule.read"),
      Creating(OnContextRule(Act::kContextRuleCreate, "cbr.rule.create")),
      OnContextRule(Act::kContextRuleUpdate, "cbr.rule.update"),
      Granting(Handover::kContextRules, OnContextRule(Act::kContextRuleLoosen, "cbr.rule.update")),
      Granting(Handover::kContextRules, OnContextRule(Act::kContextRuleDelete, "cbr.rule.delete")),

      ClassicKey(Act::kClassicKeyView),
      Creating(ClassicKey(Act::kClassicKeyCreate)),
      ClassicKey(Act::kClassicKeyDelete),
      ClassicKey(Act::kClassicKeyReportLeak),
      ClassicKey(Act::kClassicKeyChange),
  };
}();

// Nothing for a number that is no Act.
[[nodiscard]] constexpr const ActRow* FindRow(Act act) {
  const auto index = static_cast<std::size_t>(act);
  return index < kActTable.size() ? &kActTable[index] : nullptr;
}

// The row that decides whether the object of `row` is visible; nothing if there is none to hide.
[[nodiscard]] constexpr const ActRow* ViewOf(const ActRow& row) {
  return row.hides ? FindRow(row.view) : nullptr;
}

// The table is total up to the last Act, in order, and every `view` is a view of itself.
static_assert(kActTable.size() == static_cast<std::size_t>(Act::kClassicKeyChange) + 1);
static_assert([] {
  for (std::size_t i = 0; i < kActTable.size(); ++i) {
    const ActRow& row = kActTable[i];
    if (row.act != static_cast<Act>(i)) return false;
    if (!row.hides) continue;
    // By number: with UBSan g++ 12 takes no comparison of pointers for constant.
    const ActRow& view = kActTable[static_cast<std::size_t>(row.view)];
    if (!view.hides || view.view != row.view) return false;
  }
  return true;
}());

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_ACT_TABLE_H_
