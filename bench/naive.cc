#include "bench/naive.h"

#include <algorithm>

namespace latchkey::bench {
namespace {

bool HasAttribute(const AccessRequest& request, const std::string& key, const std::string& value) {
  return std::any_of(request.attributes.begin(), request.attributes.end(),
                     [&](const RequestAttribute& attribute) {
                       return attribute.key == key && attribute.value == value;
                     });
}

}  // namespace

Naive::Naive(const World& world) {
  const Shape& shape = world.shape();
  for (std::size_t s = 0; s < kServices; ++s) {
    for (std::size_t r = 0; r < kRoleActions.size(); ++r) {
      auto& actions = roles_[world.service(s) + "/" + world.Role(r)];
      for (std::size_t a = 0; a < kRoleActions[r]; ++a) actions.insert(world.action(s, a));
    }
  }
  for (std::uint32_t account = 0; account < shape.accounts(); ++account) {
    auto& policies = policies_[world.account(account)];
    for (std::size_t g = 0; g < kGroups; ++g) {
      for (std::size_t n = 0; n < shape.policies_per_group; ++n) {
        const PolicyFacts& facts = world.policy(account, g, n);
        const std::string& service = world.service(facts.service);
        Policy policy{world.Group(account, g), service, service + "/" + world.Role(facts.role), {}};
        if (facts.region != kAny) {
          policy.attributes.emplace_back("region", world.region(facts.region));
        }
        if (facts.instance != kAny) {
          policy.attributes.emplace_back("serviceInstance",
                                         world.instance(facts.service, facts.instance));
        }
        policies.push_back(std::move(policy));
      }
    }
  }
  for (std::uint32_t identity = 0; identity < shape.identities; ++identity) {
    auto& accounts = members_[world.identity(identity)];
    for (const Seat& seat : world.seats(identity)) {
      Groups& groups = accounts[world.account(seat.account)];
      for (const std::uint8_t group : seat.groups) groups.insert(world.Group(seat.account, group));
    }
  }
}

bool Naive::Authorize(const std::string& identity, const std::string& account,
                      const AccessRequest& request) const {
  const auto member = members_.find(identity);
  if (member == members_.end()) return false;
  const auto groups = member->second.find(account);
  const auto policies = policies_.find(account);
  if (groups == member->second.end() || policies == policies_.end()) return false;
  const std::string action(request.action);
  for (const Policy& policy : policies->second) {
    if (policy.service != request.service || !groups->second.contains(policy.group)) continue;
    const bool matches = std::all_of(
        policy.attributes.begin(), policy.attributes.end(),
        [&](const auto& wanted) { return HasAttribute(request, wanted.first, wanted.second); });
    if (!matches) continue;
    const auto role = roles_.find(policy.role);
    if (role != roles_.end() && role->second.contains(action)) return true;
  }
  return false;
}

}  // namespace latchkey::bench
