#include "engine/authz/catalogue_index.h"

#include <algorithm>

namespace latchkey::authz {

std::uint64_t CatalogueIndex::ServiceEntry::BitOf(const RoleId& role) const {
  const auto found = std::ranges::find(roles_, role);
  return found == roles_.end() ? 0 : std::uint64_t{1} << (found - roles_.begin());
}

bool CatalogueIndex::Add(const Service& service) {
  const auto [at, is_new] = services_.try_emplace(KeyedHash(*key_, service.name));
  if (!is_new) return false;
  ServiceEntry& entry = at->second;
  entry.number_ = static_cast<std::uint32_t>(services_.size());
  entry.info_ = {service.name, service.type, service.group};
  for (const Role& role : service.roles) {
    if (entry.roles_.size() == kRolesMax) break;
    const std::uint64_t bit = std::uint64_t{1} << entry.roles_.size();
    entry.roles_.push_back(role.id);
    for (const std::string& action : role.actions) {
      entry.by_action_[KeyedHash(*key_, action)] |= bit;
    }
  }
  return true;
}

}  // namespace latchkey::authz
