#include "engine/authz/catalogue_index.h"

#include <algorithm>

namespace latchkey::authz {

ActionSet::ActionSet(const base::HashKey& key, const std::vector<std::string>& actions) {
  actions_.reserve(actions.size());
  for (const std::string& action : actions) actions_.push_back(KeyedHash(key, action));
  std::ranges::sort(actions_);
}

bool ActionSet::Contains(std::uint64_t action) const {
  return std::ranges::binary_search(actions_, action);
}

const ActionSet* CatalogueIndex::ServiceRoles::Find(const RoleId& role) const {
  const auto found = std::ranges::find(roles, role, &std::pair<RoleId, ActionSet>::first);
  return found == roles.end() ? nullptr : &found->second;
}

void CatalogueIndex::Add(const Service& service) {
  ServiceRoles& entry = services_[KeyedHash(key_, service.name)];
  entry.service = {service.name, service.type, service.group};
  entry.roles.clear();
  for (const Role& role : service.roles) {
    entry.roles.emplace_back(role.id, ActionSet(key_, role.actions));
  }
}

const CatalogueIndex::ServiceRoles* CatalogueIndex::Find(std::uint64_t service) const {
  const auto found = services_.find(service);
  return found == services_.end() ? nullptr : &found->second;
}

}  // namespace latchkey::authz
