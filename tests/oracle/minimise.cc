#include "oracle/minimise.h"

#include <cstddef>
#include <vector>

namespace oracle {
namespace {

using Shows = std::function<bool(const Case&)>;

// Leaves out elements of the list that `of` finds in a case; returns whether any went.
template <class ListOf>
bool Thin(Case& whole, const Shows& shows, ListOf of) {
  bool thinner = false;
  for (std::size_t i = of(whole).size(); i-- > 0;) {
    Case less = whole;
    auto& list = of(less);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
    if (!shows(less)) continue;
    whole = less;
    thinner = true;
  }
  return thinner;
}

bool ThinRule(Case& whole, const Shows& shows, std::size_t policy) {
  bool thinner = Thin(
      whole, shows, [=](Case & one) -> auto& { return one.world.policies[policy].rule.groups; });
  for (std::size_t i = 0; i < whole.world.policies[policy].rule.groups.size(); ++i) {
    thinner |= Thin(
        whole, shows, [=](Case & one) -> auto& {
          return one.world.policies[policy].rule.groups[i].conditions;
        });
  }
  return thinner;
}

bool ThinPolicies(Case& whole, const Shows& shows) {
  bool thinner = false;
  for (std::size_t i = 0; i < whole.world.policies.size(); ++i) {
    thinner |= Thin(
        whole, shows, [i](Case & one) -> auto& { return one.world.policies[i].resource; });
    thinner |= Thin(
        whole, shows, [i](Case & one) -> auto& { return one.world.policies[i].roles; });
    thinner |= Thin(
        whole, shows, [i](Case & one) -> auto& { return one.world.policies[i].tags; });
    thinner |= ThinRule(whole, shows, i);
  }
  return thinner;
}

bool ThinServices(Case& whole, const Shows& shows) {
  bool thinner = false;
  for (std::size_t i = 0; i < whole.world.services.size(); ++i) {
    thinner |= Thin(
        whole, shows, [i](Case & one) -> auto& { return one.world.services[i].roles; });
  }
  return thinner;
}

}  // namespace

Case Minimised(Case whole, const Shows& shows) {
  for (bool thinner = true; thinner;) {
    thinner = Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.policies; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.groups; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.memberships; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.identities; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.accounts; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.services; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.custom_roles; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.context_rules; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.world.zones; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.request.attributes; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.actor.boundary; });
    thinner |= Thin(
        whole, shows, [](Case & one) -> auto& { return one.request.tags; });
    thinner |= ThinPolicies(whole, shows);
    thinner |= ThinServices(whole, shows);
  }
  return whole;
}

}  // namespace oracle
