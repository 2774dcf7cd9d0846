#include "bench/lean.h"

#include <algorithm>

namespace latchkey::bench {
namespace {

// absl's own string_view is another type than the standard's.
absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

bool HasAttribute(const AccessRequest& request, std::string_view key, std::string_view value) {
  return value.empty() || std::any_of(request.attributes.begin(), request.attributes.end(),
                                      [&](const RequestAttribute& attribute) {
                                        return attribute.key == key && attribute.value == value;
                                      });
}

}  // namespace

Lean::Lean(const World& world) {
  const Shape& shape = world.shape();
  for (std::size_t s = 0; s < kServices; ++s) {
    for (const std::size_t size : kRoleActions) {
      Actions& actions = roles_.emplace_back();
      for (std::size_t a = 0; a < size; ++a) actions.insert(world.action(s, a));
    }
  }
  for (std::uint32_t account = 0; account < shape.accounts(); ++account) {
    auto& policies = policies_[world.account(account)];
    for (std::size_t g = 0; g < kGroups; ++g) {
      for (std::size_t n = 0; n < shape.policies_per_group; ++n) {
        const PolicyFacts& facts = world.policy(account, g, n);
        Policy policy;
        policy.service = world.service(facts.service);
        policy.group = static_cast<std::uint8_t>(g);
        policy.actions = &roles_[facts.service * kRoleActions.size() + facts.role];
        if (facts.region != kAny) policy.region = world.region(facts.region);
        if (facts.instance != kAny) policy.instance = world.instance(facts.service, facts.instance);
        policies.push_back(policy);
      }
    }
  }
  for (std::uint32_t identity = 0; identity < shape.identities; ++identity) {
    auto& seats = members_[world.identity(identity)];
    for (std::size_t i = 0; i < kSeats; ++i) {
      const Seat& seat = world.seats(identity)[i];
      seats[i] = {world.account(seat.account), seat.groups};
    }
  }
}

bool Lean::Authorize(std::string_view identity, std::string_view account,
                     const AccessRequest& request) const {
  const auto member = members_.find(ToAbsl(identity));
  const auto policies = policies_.find(ToAbsl(account));
  if (member == members_.end() || policies == policies_.end()) return false;
  const auto seat = std::find_if(member->second.begin(), member->second.end(),
                                 [&](const Membership& place) { return place.account == account; });
  if (seat == member->second.end()) return false;
  for (const Policy& policy : policies->second) {
    if (policy.service != request.service) continue;
    if (std::find(seat->groups.begin(), seat->groups.end(), policy.group) == seat->groups.end()) {
      continue;
    }
    if (HasAttribute(request, "region", policy.region) &&
        HasAttribute(request, "serviceInstance", policy.instance) &&
        policy.actions->contains(ToAbsl(request.action))) {
      return true;
    }
  }
  return false;
}

}  // namespace latchkey::bench
