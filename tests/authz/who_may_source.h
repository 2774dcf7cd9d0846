// An in-memory source of policies: a handful of vectors, searched linearly.
#ifndef LATCHKEY_TESTS_AUTHZ_WHO_MAY_SOURCE_H_
#define LATCHKEY_TESTS_AUTHZ_WHO_MAY_SOURCE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/base/error.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz::who_may_world {

using Op = AttributeOperator;

inline const AccountId kA{"acct-a"};
inline const AccountId kB{"acct-b"};

inline RoleId Platform(std::string_view name) {
  return RoleId("crn:v1:bluemix:public:iam::::role:" + std::string(name));
}

inline ResourceAttribute Attribute(std::string key, std::string value, Op op = Op::kStringEquals) {
  return {.key = std::move(key), .op = op, .values = {std::move(value)}};
}

// A policy of `account` over these attributes; accountId is added.
inline Policy MakePolicy(const AccountId& account, PolicySubject subject, RoleId role,
                         std::vector<ResourceAttribute> resource) {
  Policy policy;
  policy.account = account;
  policy.subject = std::move(subject);
  policy.roles = {std::move(role)};
  policy.resource = std::move(resource);
  policy.resource.insert(policy.resource.begin(), Attribute("accountId", account.text()));
  return policy;
}

class World : public base::PolicySource {
 public:
  std::vector<Account> accounts;
  std::vector<Identity> identities;
  std::vector<Membership> memberships;
  std::vector<AccessGroup> groups;
  std::vector<std::pair<GroupId, IamId>> group_members;
  std::vector<Policy> policies;
  std::vector<Service> services;
  std::vector<CustomRole> custom_roles;
  std::vector<ContextRule> context_rules;
  std::vector<NetworkZone> zones;

  // The n-th read from now on fails, counted from 0; negative: none.
  int fail_at = -1;

  Account& account(const AccountId& id) { return *std::ranges::find(accounts, id, &Account::id); }

  Membership& membership(const AccountId& account, const IamId& id) {
    return *std::ranges::find_if(memberships, [&](const Membership& one) {
      return one.account == account && one.iam_id == id;
    });
  }

  void AddAccount(const AccountId& id, const IamId& owner) {
    Account account;
    account.id = id;
    account.owner = owner;
    accounts.push_back(account);
  }

  void AddUser(const IamId& id) {
    Identity identity;
    identity.id = id;
    identity.kind = IdentityKind::kUser;
    identities.push_back(identity);
  }

  void AddOwned(const IamId& id, IdentityKind kind, const AccountId& account) {
    Identity identity;
    identity.id = id;
    identity.kind = kind;
    identity.account = account;
    identities.push_back(identity);
  }

  void AddMember(const AccountId& account, const IamId& id,
                 MemberState state = MemberState::kActive) {
    Membership membership;
    membership.account = account;
    membership.iam_id = id;
    membership.state = state;
    memberships.push_back(membership);
  }

  void AddPolicy(Policy policy) {
    policy.serial = policies.size() + 1;
    policy.id = PolicyId("policy-" + std::to_string(policy.serial));
    policies.push_back(std::move(policy));
  }

  absl::StatusOr<std::optional<Account>> FindAccount(const AccountId& id) override {
    return Found(accounts, [&](const Account& account) { return account.id == id; });
  }
  absl::StatusOr<std::optional<Identity>> FindIdentity(const IamId& id) override {
    return Found(identities, [&](const Identity& identity) { return identity.id == id; });
  }
  absl::StatusOr<std::optional<Membership>> FindMembership(const AccountId& account,
                                                           const IamId& id) override {
    return Found(memberships, [&](const Membership& membership) {
      return membership.account == account && membership.iam_id == id;
    });
  }
  absl::StatusOr<std::vector<GroupId>> GroupsOf(const AccountId& account,
                                                const IamId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Read());
    std::vector<GroupId> found;
    for (const AccessGroup& group : groups) {
      const bool member = std::ranges::count(group_members, std::pair(group.id, id)) > 0;
      if (group.account == account && member) found.push_back(group.id);
    }
    return found;
  }
  absl::StatusOr<std::vector<Policy>> PoliciesOf(const AccountId& account,
                                                 const PolicySubject& subject) override {
    LATCHKEY_RETURN_IF_ERROR(Read());
    std::vector<Policy> found;
    for (const Policy& policy : policies) {
      if (policy.account == account && policy.subject == subject) found.push_back(policy);
    }
    return found;
  }
  absl::StatusOr<std::optional<base::ServiceInfo>> FindService(std::string_view name) override {
    LATCHKEY_RETURN_IF_ERROR(Read());
    for (const Service& service : services) {
      if (service.name == name) {
        return base::ServiceInfo{
            .name = service.name, .type = service.type, .group = service.group};
      }
    }
    return std::nullopt;
  }
  absl::StatusOr<std::optional<Role>> FindRole(const AccountId& account, std::string_view service,
                                               const RoleId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Read());
    for (const Service& one : services) {
      if (one.name != service) continue;
      const auto role = std::ranges::find(one.roles, id, &Role::id);
      if (role != one.roles.end()) return *role;
    }
    for (const CustomRole& custom : custom_roles) {
      if (custom.account == account && custom.service == service && custom.id == id) {
        return Role{
            .id = id, .name = custom.name, .kind = RoleKind::kCustom, .actions = custom.actions};
      }
    }
    return std::nullopt;
  }
  absl::StatusOr<std::vector<std::string>> ServicesWithRole(const AccountId& account,
                                                            const RoleId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Read());
    std::vector<std::string> found;
    for (const Service& service : services) {
      if (std::ranges::count(service.roles, id, &Role::id) > 0) found.push_back(service.name);
    }
    for (const CustomRole& custom : custom_roles) {
      if (custom.account == account && custom.id == id) found.push_back(custom.service);
    }
    return found;
  }
  absl::StatusOr<std::vector<ContextRule>> ContextRulesOf(const AccountId& account) override {
    return OfAccount(context_rules, account);
  }
  absl::StatusOr<std::vector<NetworkZone>> NetworkZonesOf(const AccountId& account) override {
    return OfAccount(zones, account);
  }

 private:
  template <class Thing>
  absl::StatusOr<std::vector<Thing>> OfAccount(std::vector<Thing> things,
                                               const AccountId& account) {
    LATCHKEY_RETURN_IF_ERROR(Read());
    std::erase_if(things, [&](const Thing& thing) { return thing.account != account; });
    return things;
  }

  absl::Status Read() {
    if (fail_at < 0 || fail_at-- > 0) return absl::OkStatus();
    return base::Error(Reason::kCorrupt, "the world is broken on purpose");
  }

  template <class Thing, class Wanted>
  absl::StatusOr<std::optional<Thing>> Found(const std::vector<Thing>& things, Wanted wanted) {
    LATCHKEY_RETURN_IF_ERROR(Read());
    const auto found = std::ranges::find_if(things, wanted);
    if (found == things.end()) return std::optional<Thing>();
    return std::optional<Thing>(*found);
  }
};

}  // namespace latchkey::authz::who_may_world

#endif  // LATCHKEY_TESTS_AUTHZ_WHO_MAY_SOURCE_H_
