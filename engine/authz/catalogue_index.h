// engine/authz/catalogue_index.h: the catalogue as compiled grants look at it: which service is
// what, and which of its roles hold which action, by keyed hashes. Immutable once made.
//
// Services are numbered and roles are bits, so that a policy becomes two words. The numbers follow
// from what was added in which order: two indexes of one catalogue agree in all of them.
#ifndef LATCHKEY_ENGINE_AUTHZ_CATALOGUE_INDEX_H_
#define LATCHKEY_ENGINE_AUTHZ_CATALOGUE_INDEX_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "latchkey/policy.h"

#include "engine/base/hashed_table.h"
#include "engine/base/keyed_hash.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

class CatalogueIndex {
 public:
  class ServiceEntry {
   public:
    [[nodiscard]] std::uint32_t number() const { return number_; }  // from 1
    [[nodiscard]] const base::ServiceInfo& info() const { return info_; }

    // The bit of the role; 0 if the catalogue defines no such role for the service, or it has none.
    [[nodiscard]] std::uint64_t BitOf(const RoleId& role) const;

   private:
    friend class CatalogueIndex;
    std::uint32_t number_ = 0;
    base::ServiceInfo info_;
    std::vector<RoleId> roles_;  // role i has bit i
  };
  // A service, and the bits of all its roles that hold an action.
  struct ActionEntry {
    const ServiceEntry* service = nullptr;
    std::uint64_t roles = 0;
    std::uint64_t number = 0;  // of the service
  };
  static constexpr std::size_t kRolesMax = 64;

  // `key` outlives this.
  explicit CatalogueIndex(const base::HashKey& key) : key_(&key) {}
  // Roles beyond the first kRolesMax get no bit. False: its hash is another's, and it is not added.
  [[nodiscard]] bool Add(const Service& service);

  // Null if there is no such service. What it answers lives as long as the index.
  [[nodiscard]] const ServiceEntry* Find(std::uint64_t service) const {
    const auto* const found = services_.Find(service);
    return found == nullptr ? nullptr : found->get();
  }
  // The same, and who may do the action of this hash.
  [[nodiscard]] ActionEntry Find(std::uint64_t service, std::uint64_t action) const {
    const ActionEntry* const found = actions_.Find(KeyOf(service, action));
    return found == nullptr ? OfService(Find(service)) : *found;
  }

  [[nodiscard]] const base::HashKey& key() const { return *key_; }

 private:
  static std::uint64_t KeyOf(std::uint64_t service, std::uint64_t action) {
    return service ^ std::rotl(action, 32);
  }

  static ActionEntry OfService(const ServiceEntry* service) {
    return {service, 0, service == nullptr ? 0 : service->number()};
  }

  const base::HashKey* key_;
  base::HashedTable<std::unique_ptr<const ServiceEntry>> services_;
  base::HashedTable<ActionEntry> actions_;
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_CATALOGUE_INDEX_H_
