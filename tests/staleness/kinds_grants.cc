// What ends a grant: one commit, and no key of the identity is allowed any more.
#include "staleness/kinds.h"

namespace latchkey::test {
namespace {

const IfMatch kAny = IfMatch::Any();

void GrantIdentity(Stage& stage) { stage.GrantIdentity(); }
void GrantGroup(Stage& stage) { stage.GrantGroup(); }
void GrantCustomRole(Stage& stage) { stage.GrantCustomRole(); }

void LeaveGroup(Stage& stage, const KeyId&) {
  Must(stage.directory().RemoveFromGroup(stage.host, stage.account, stage.group, stage.identity));
}
void JoinGroup(Stage& stage, const KeyId&) {
  Must(stage.directory().AddToGroup(stage.host, stage.account, stage.group, stage.identity));
}
void DeleteGroup(Stage& stage, const KeyId&) {
  Must(stage.directory().DeleteGroup(stage.host, stage.account, stage.group, kAny));
}
void MakeGroup(Stage& stage, const KeyId&) { stage.GrantGroup(); }

void DeletePolicy(Stage& stage, const KeyId&) {
  Must(stage.policies().Delete(stage.host, stage.account, stage.policy, kAny));
}
void MakePolicy(Stage& stage, const KeyId&) { stage.GrantIdentity(); }
void MakePolicyOfGroup(Stage& stage, const KeyId&) {
  stage.policy =
      Must(stage.policies().Create(stage.host, stage.PolicyFor(stage.group, stage.role))).id;
}
void Deactivate(Stage& stage, const KeyId&) {
  Must(stage.policies().Deactivate(stage.host, stage.account, stage.policy, kAny));
}
void Restore(Stage& stage, const KeyId&) {
  Must(stage.policies().Restore(stage.host, stage.account, stage.policy, kAny));
}

void Update(Stage& stage, const NewPolicy& policy) {
  Must(stage.policies().Update(stage.host, stage.account, stage.policy, kAny, policy));
}
void Narrow(Stage& stage, const KeyId&) {
  NewPolicy policy = stage.PolicyFor(stage.identity, stage.role);
  policy.resource.push_back({"region", AttributeOperator::kStringEquals, {"eu"}});
  Update(stage, policy);
}
void Widen(Stage& stage, const KeyId&) {
  Update(stage, stage.PolicyFor(stage.identity, stage.role));
}
void GiveToDan(Stage& stage, const KeyId&) {
  Update(stage, stage.PolicyFor(User("dan"), stage.role));
}
void GiveGroupsToDan(Stage& stage, const KeyId& key) { GiveToDan(stage, key); }
void GiveBackToGroup(Stage& stage, const KeyId&) {
  Update(stage, stage.PolicyFor(stage.group, stage.role));
}

void SetActions(Stage& stage, const std::vector<std::string>& actions) {
  Must(stage.policies().UpdateCustomRole(stage.host, stage.account, stage.role, kAny, "Looker", "",
                                         actions));
}
void NarrowRole(Stage& stage, const KeyId&) { SetActions(stage, {"shop.item.list"}); }
void WidenRole(Stage& stage, const KeyId&) {
  SetActions(stage, {"shop.item.list", std::string(kAction)});
}
void NarrowCatalogue(Stage& stage, const KeyId&) { stage.DefineShop(false); }
void WidenCatalogue(Stage& stage, const KeyId&) { stage.DefineShop(true); }

// nobody says where from, so no zone holds them.
void Fence(Stage& stage) {
  NewNetworkZone office;
  office.account = stage.account;
  office.name = "office";
  office.addresses = {AddressRange::Parse("192.0.2.0/24").value()};
  const ZoneId zone = Must(stage.rules().CreateZone(stage.host, office)).id;
  NewContextRule fence;
  fence.account = stage.account;
  fence.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  fence.contexts = {{{zone}}};
  stage.rule = Must(stage.rules().CreateRule(stage.host, fence)).id;
}
void AddRule(Stage& stage, const KeyId&) { Fence(stage); }
void DropRule(Stage& stage, const KeyId&) {
  const ContextRule rule = Must(stage.rules().GetRule(stage.host, stage.account, stage.rule));
  Must(stage.rules().DeleteRule(stage.host, stage.account, stage.rule, kAny));
  Must(stage.rules().DeleteZone(stage.host, stage.account, rule.contexts[0].zones[0], kAny));
}

}  // namespace

std::vector<Kind> KindsOfGrants() {
  return {
      {.name = "group_left", .setup = GrantGroup, .take = LeaveGroup, .restore = JoinGroup},
      {.name = "group_deleted", .setup = GrantGroup, .take = DeleteGroup, .restore = MakeGroup},
      {.name = "policy_deleted",
       .setup = GrantIdentity,
       .take = DeletePolicy,
       .restore = MakePolicy},
      {.name = "policy_of_a_group_deleted",
       .setup = GrantGroup,
       .take = DeletePolicy,
       .restore = MakePolicyOfGroup},
      {.name = "policy_deactivated",
       .setup = GrantIdentity,
       .take = Deactivate,
       .restore = Restore},
      {.name = "policy_of_a_group_deactivated",
       .setup = GrantGroup,
       .take = Deactivate,
       .restore = Restore},
      {.name = "policy_narrowed", .setup = GrantIdentity, .take = Narrow, .restore = Widen},
      {.name = "policy_given_to_another",
       .setup = GrantIdentity,
       .take = GiveToDan,
       .restore = Widen},
      {.name = "policy_of_a_group_given_to_another",
       .setup = GrantGroup,
       .take = GiveGroupsToDan,
       .restore = GiveBackToGroup},
      {.name = "custom_role_narrowed",
       .setup = GrantCustomRole,
       .take = NarrowRole,
       .restore = WidenRole},
      {.name = "role_of_the_catalogue_narrowed",
       .setup = GrantIdentity,
       .take = NarrowCatalogue,
       .restore = WidenCatalogue},
      {.name = "context_rule_added", .setup = GrantIdentity, .take = AddRule, .restore = DropRule},
  };
}

}  // namespace latchkey::test
