// engine/authz/catalogue_index.h: the catalogue as compiled grants look at it: which service is
// what, and which actions each of its roles holds, by keyed hashes. Shared by all of them and
// immutable once made.
#ifndef LATCHKEY_ENGINE_AUTHZ_CATALOGUE_INDEX_H_
#define LATCHKEY_ENGINE_AUTHZ_CATALOGUE_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "latchkey/policy.h"

#include "engine/base/keyed_hash.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// Hashes of actions.
class ActionSet {
 public:
  ActionSet(const base::HashKey& key, const std::vector<std::string>& actions);
  [[nodiscard]] bool Contains(std::uint64_t action) const;

 private:
  std::vector<std::uint64_t> actions_;  // sorted
};

class CatalogueIndex {
 public:
  struct ServiceRoles {
    base::ServiceInfo service;
    std::vector<std::pair<RoleId, ActionSet>> roles;
    // Null if the catalogue defines no such role for the service.
    [[nodiscard]] const ActionSet* Find(const RoleId& role) const;
  };

  explicit CatalogueIndex(const base::HashKey& key) : key_(key) {}
  void Add(const Service& service);

  // Null if there is no such service. What it answers lives as long as the index.
  [[nodiscard]] const ServiceRoles* Find(std::uint64_t service) const;

  [[nodiscard]] const base::HashKey& key() const { return key_; }

 private:
  const base::HashKey key_;
  absl::flat_hash_map<std::uint64_t, ServiceRoles> services_;
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_CATALOGUE_INDEX_H_
