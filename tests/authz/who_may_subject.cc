#include "authz/who_may_subject.h"

#include <map>
#include <utility>

namespace latchkey::authz::who_may_world {

Subject::Subject(const World& world, const std::optional<Actor>& caller, const std::string& name)
    : world_(world), self_(caller ? caller->identity : Identity{}) {
  if (name == "nowhere") return;
  target_.account = kA;
  if (name == "account") return;
  const bool known = SetKeyByName(name) || SetDirectoryByName(name) || SetPolicyByName(name) ||
                     SetRoleByName(name) || SetContextRuleByName(name);
  if (!known) target_.account = AccountId("no such target");
}

void Subject::SetKey(const IamId& owner, IdentityKind kind) {
  target_.key_owner = owner;
  target_.key_owner_kind = kind;
}

bool Subject::SetKeyByName(const std::string& name) {
  static const std::map<std::string, IamId> kServiceIds = {
      {"idle_sid_key", Program("idle")},
      {"store_sid_key", Program("store")},
      {"identity_sid_key", Program("identity")},
      {"foreign_sid_key", Program("foreign")},
      {"unknown_sid_key", Program("unknown")}};
  if (const auto found = kServiceIds.find(name); found != kServiceIds.end()) {
    SetKey(found->second, IdentityKind::kServiceId);
  } else if (name == "own_key") {
    SetKey(self_.id, self_.kind);
  } else if (name == "member_key") {
    SetKey(User("member"), IdentityKind::kUser);
  } else if (name == "owner_key") {
    SetKey(User("owner"), IdentityKind::kUser);
  } else if (name == "profile_key") {
    SetKey(Profile("plain"), IdentityKind::kTrustedProfile);
  } else {
    return name == "key_of_nobody";
  }
  return true;
}

bool Subject::SetDirectoryByName(const std::string& name) {
  static const std::map<std::string, IamId> kMembers = {{"user_idle", User("idle")},
                                                        {"user_bare", User("bare")},
                                                        {"user_identity", User("carries_identity")},
                                                        {"user_store", User("carries_store")},
                                                        {"sid_idle", Program("idle")},
                                                        {"profile_plain", Profile("plain")}};
  static const std::map<std::string, std::pair<GroupId, IamId>> kGroups = {
      {"group_plain", {kPlainGroup, User("idle")}},
      {"group_identity", {kIdentityGroup, User("idle")}},
      {"group_store", {kStoreGroup, User("idle")}},
      {"group_plain_sid", {kPlainGroup, Program("idle")}},
      {"group_plain_member", {kPlainGroup, User("member")}}};
  if (const auto found = kMembers.find(name); found != kMembers.end()) {
    target_.member = found->second;
  } else if (const auto group = kGroups.find(name); group != kGroups.end()) {
    target_.group = group->second.first;
    target_.member = group->second.second;
  } else if (name == "self") {
    target_.member = self_.id;
  } else if (name == "group_plain_self") {
    target_.group = kPlainGroup;
    target_.member = self_.id;
  } else {
    return name == "member_unset";
  }
  return true;
}

void Subject::SetPolicy(PolicySubject subject, std::vector<ResourceAttribute> resource) {
  policy_ = MakePolicy(kA, std::move(subject), Platform("Viewer"), std::move(resource));
  before_ = policy_;
  target_.policy = &policy_;
  target_.policy_before = &before_;
}

bool Subject::SetPolicyByName(const std::string& name) {
  const auto list = [this](const GroupId& group) {
    for (const auto& [id, member] : world_.group_members) {
      if (id == group) group_members_.push_back(member);
    }
    target_.group_members = &group_members_;
  };
  static const std::map<std::string, std::vector<ResourceAttribute>> kToIdle = {
      {"policy_identity", OnService("iam-identity")},
      {"policy_store", OnService("cloud-object-storage")},
      {"policy_billing", OnService("billing")},
      {"policy_platform", OnType("platform_service")},
      {"policy_services", OnType("service")},
      {"policy_pattern",
       {Attribute("serviceName", "iam-identity"),
        Attribute("resource", "iam-*", Op::kStringMatch)}}};
  if (const auto found = kToIdle.find(name); found != kToIdle.end()) {
    SetPolicy(User("idle"), found->second);
  } else if (name == "policy_to_self") {
    SetPolicy(self_.id, OnService("iam-identity"));
  } else if (name == "policy_from_self") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    before_.subject = self_.id;
  } else if (name == "policy_to_admins_group") {
    SetPolicy(kAdminsGroup, OnService("iam-groups"));
    list(kAdminsGroup);
  } else if (name == "policy_to_mixed_group") {
    SetPolicy(kMixedGroup, OnService("iam-groups"));
    list(kMixedGroup);
  } else if (name == "policy_to_unlisted_group") {
    SetPolicy(kPlainGroup, OnService("iam-groups"));
  } else if (name == "policy_to_sid") {
    SetPolicy(Program("idle"), OnService("iam-groups"));
  } else if (name == "policy_to_foreign_sid") {
    SetPolicy(Program("foreign"), OnService("iam-identity"));
  } else if (name == "policy_widened") {
    SetPolicy(User("idle"), OnService("cloud-object-storage"));
    before_ = MakePolicy(kA, User("idle"), Platform("Viewer"), OnService("iam-identity"));
  } else if (name == "policy_narrowed") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    before_ = MakePolicy(kA, User("idle"), Platform("Viewer"), OnType("platform_service"));
  } else if (name == "policy_of_b") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    policy_.account = kB;
    before_.account = kB;
  } else if (name == "policy_moved_to_b") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    policy_.account = kB;
  } else {
    return name == "policy_unset";
  }
  return true;
}

bool Subject::SetRoleByName(const std::string& name) {
  target_.role = RoleId("crn:v1:bluemix:public:iam-identity::a/acct-a::customRole:Some");
  if (name == "role_unlisted") return true;
  target_.role_policies = &role_policies_;
  if (name == "role_unused") return true;
  PolicySubject subject = User("idle");
  std::string service = "iam-identity";
  if (name == "role_store") service = "cloud-object-storage";
  if (name == "role_self") subject = self_.id;
  if (name == "role_mixed_group") {
    subject = kMixedGroup;
    group_members_ = {User("idle"), Program("idle")};
    target_.group_members = &group_members_;
  }
  role_policies_ = {MakePolicy(kA, User("idle"), *target_.role, OnService("iam-identity")),
                    MakePolicy(kA, subject, *target_.role, OnService(service))};
  return name == "role_identity" || name == "role_store" || name == "role_self" ||
         name == "role_mixed_group";
}

bool Subject::SetContextRuleByName(const std::string& name) {
  const auto rule_of = [](const AccountId& account, const std::string& service) {
    ContextRule rule;
    rule.account = account;
    rule.resource = {Attribute("accountId", account.text()), Attribute("serviceName", service)};
    return rule;
  };
  if (name == "rule_unset") return true;
  target_.context_rule = &rule_;
  rule_ = rule_of(kA, "iam-identity");
  if (name == "rule_identity") return true;
  if (name == "rule_of_b") rule_ = rule_of(kB, "iam-identity");
  if (name == "rule_store" || name == "rule_moved") rule_ = rule_of(kA, "cloud-object-storage");
  if (name == "rule_moved") {
    rule_before_ = rule_of(kA, "iam-identity");
    target_.context_rule_before = &rule_before_;
  }
  return name == "rule_of_b" || name == "rule_store" || name == "rule_moved";
}

}  // namespace latchkey::authz::who_may_world
