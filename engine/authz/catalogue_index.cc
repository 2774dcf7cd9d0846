#include "engine/authz/catalogue_index.h"

#include <algorithm>
#include <utility>

namespace latchkey::authz {

std::uint64_t CatalogueIndex::ServiceEntry::BitOf(const RoleId& role) const {
  const auto found = std::ranges::find(roles_, role);
  return found == roles_.end() ? 0 : std::uint64_t{1} << (found - roles_.begin());
}

bool CatalogueIndex::Add(const Service& service) {
  const std::uint64_t name = KeyedHash(*key_, service.name);
  if (Find(name) != nullptr) return false;
  auto entry = std::make_unique<ServiceEntry>();
  entry->number_ = static_cast<std::uint32_t>(services_.size() + 1);
  entry->info_ = {service.name, service.type, service.group};
  for (const Role& role : service.roles) {
    if (entry->roles_.size() == kRolesMax) break;
    const std::uint64_t bit = std::uint64_t{1} << entry->roles_.size();
    entry->roles_.push_back(role.id);
    for (const std::string& action : role.actions) {
      ActionEntry& held = actions_[KeyOf(name, KeyedHash(*key_, action))];
      if (held.service == nullptr) held = OfService(entry.get());
      held.roles |= bit;
    }
  }
  services_[name] = std::move(entry);
  return true;
}

}  // namespace latchkey::authz
