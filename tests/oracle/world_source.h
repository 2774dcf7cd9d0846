// tests/oracle/world_source.h: the policy source of the pure rules, over maps in memory.
#ifndef LATCHKEY_TESTS_ORACLE_WORLD_SOURCE_H_
#define LATCHKEY_TESTS_ORACLE_WORLD_SOURCE_H_

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/base/error.h"
#include "engine/base/policy_source.h"

namespace latchkey::oracle_test {

class WorldSource : public base::PolicySource {
 public:
  void Put(Account account) { accounts_[account.id.text()] = std::move(account); }
  void Put(Identity identity) { identities_[identity.id.text()] = std::move(identity); }
  void Put(Membership membership) {
    memberships_[{membership.account.text(), membership.iam_id.text()}] = std::move(membership);
  }
  void AddToGroup(const AccountId& account, const GroupId& group, const IamId& who) {
    groups_[{account.text(), who.text()}].push_back(group);
  }
  // Policies of one subject are handed out in the order in which they were put.
  void Put(Policy policy) {
    const AccountId account = policy.account;
    PutUnder(account, std::move(policy));
  }
  // A store that holds the policy under another account than the policy itself names.
  void PutUnder(const AccountId& account, Policy policy) {
    const PolicySubject subject = policy.subject;
    PutUnder(account, subject, std::move(policy));
  }
  void PutUnder(const AccountId& account, const PolicySubject& subject, Policy policy) {
    policies_[{account.text(), subject}].push_back(std::move(policy));
  }
  void Put(Service service) {
    for (Role& role : service.roles) std::sort(role.actions.begin(), role.actions.end());
    services_[service.name] = std::move(service);
  }
  void Put(CustomRole role) {
    std::sort(role.actions.begin(), role.actions.end());
    custom_roles_.push_back(std::move(role));
  }

  // By name.
  [[nodiscard]] const std::map<std::string, Service>& services() const { return services_; }

  void Put(ContextRule rule) { rules_[rule.account.text()].push_back(std::move(rule)); }
  void Put(NetworkZone zone) { zones_[zone.account.text()].push_back(std::move(zone)); }

  // Counts the calls from now on; the one with this number (from 1) and all later ones fail.
  void FailFromCall(int number) {
    calls_ = 0;
    fail_from_ = number;
  }
  [[nodiscard]] int calls() const { return calls_; }

  absl::StatusOr<std::optional<Account>> FindAccount(const AccountId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(accounts_, id.text());
  }
  absl::StatusOr<std::optional<Identity>> FindIdentity(const IamId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(identities_, id.text());
  }
  absl::StatusOr<std::optional<Membership>> FindMembership(const AccountId& account,
                                                           const IamId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(memberships_, std::pair(account.text(), id.text()));
  }
  absl::StatusOr<std::vector<GroupId>> GroupsOf(const AccountId& account,
                                                const IamId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(groups_, std::pair(account.text(), id.text())).value_or(std::vector<GroupId>());
  }
  absl::StatusOr<std::vector<Policy>> PoliciesOf(const AccountId& account,
                                                 const PolicySubject& subject) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(policies_, std::pair(account.text(), subject)).value_or(std::vector<Policy>());
  }
  absl::StatusOr<std::optional<base::ServiceInfo>> FindService(std::string_view name) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    const auto found = services_.find(std::string(name));
    if (found == services_.end()) return std::nullopt;
    return base::ServiceInfo{found->second.name, found->second.type, found->second.group};
  }
  absl::StatusOr<std::optional<Role>> FindRole(const AccountId& account, std::string_view service,
                                               const RoleId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    if (const auto found = services_.find(std::string(service)); found != services_.end()) {
      for (const Role& role : found->second.roles) {
        if (role.id == id) return role;
      }
    }
    for (const CustomRole& role : custom_roles_) {
      if (role.account == account && role.service == service && role.id == id) {
        return Role{role.id, role.name, RoleKind::kCustom, role.actions};
      }
    }
    return std::nullopt;
  }
  absl::StatusOr<std::vector<std::string>> ServicesWithRole(const AccountId& account,
                                                            const RoleId& id) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    std::vector<std::string> names;
    for (const auto& [name, service] : services_) {
      for (const Role& role : service.roles) {
        if (role.id == id) names.push_back(name);
      }
    }
    for (const CustomRole& role : custom_roles_) {
      if (role.account == account && role.id == id) names.push_back(role.service);
    }
    return names;
  }
  absl::StatusOr<std::vector<ContextRule>> ContextRulesOf(const AccountId& account) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(rules_, account.text()).value_or(std::vector<ContextRule>());
  }
  absl::StatusOr<std::vector<NetworkZone>> NetworkZonesOf(const AccountId& account) override {
    LATCHKEY_RETURN_IF_ERROR(Called());
    return Find(zones_, account.text()).value_or(std::vector<NetworkZone>());
  }

 private:
  template <class Map, class Key>
  static std::optional<typename Map::mapped_type> Find(const Map& map, const Key& key) {
    const auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    return found->second;
  }

  absl::Status Called() {
    ++calls_;
    if (fail_from_ == 0 || calls_ < fail_from_) return absl::OkStatus();
    return base::Error(Reason::kCorrupt, "a fault that the test asked for");
  }

  std::map<std::string, Account> accounts_;
  std::map<std::string, Identity> identities_;
  std::map<std::pair<std::string, std::string>, Membership> memberships_;
  std::map<std::pair<std::string, std::string>, std::vector<GroupId>> groups_;
  std::map<std::pair<std::string, PolicySubject>, std::vector<Policy>> policies_;
  std::map<std::string, Service> services_;
  std::vector<CustomRole> custom_roles_;
  std::map<std::string, std::vector<ContextRule>> rules_;
  std::map<std::string, std::vector<NetworkZone>> zones_;
  int calls_ = 0;
  int fail_from_ = 0;
};

}  // namespace latchkey::oracle_test

#endif  // LATCHKEY_TESTS_ORACLE_WORLD_SOURCE_H_
