// engine/authz/compiled_grants.h: the policies of one identity in one account, compiled so that a
// request looks only at those of its service, and compares numbers.
//
// It answers what LowestGrant of grants.h answers; tests hold the two equal. A policy of exact
// attributes is compared by keyed hashes alone (keyed_hash.h); one with patterns, tags or a rule,
// or about a kind of services, is kept as it is and matched by policy_match.h. Nothing that depends
// on the clock is folded.
#ifndef LATCHKEY_ENGINE_AUTHZ_COMPILED_GRANTS_H_
#define LATCHKEY_ENGINE_AUTHZ_COMPILED_GRANTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/authz/catalogue_index.h"
#include "engine/authz/hashed_request.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

class CompiledGrants {
 public:
  CompiledGrants() = default;  // grants nothing

  // Reads what LowestGrant reads: the groups of `identity` in `account`, and the policies of all
  // these. `catalogue` is of the same snapshot as `source`.
  [[nodiscard]] static absl::StatusOr<CompiledGrants> Compile(
      base::PolicySource& source, const AccountId& account, const IamId& identity,
      std::shared_ptr<const CatalogueIndex> catalogue);

  // The lowest serial among the policies that grant, 0 if none does. `request` was hashed with the
  // catalogue's key and is about the account. Work: the policies of the service and those about a
  // kind of services. No heap, no recursion.
  [[nodiscard]] std::uint64_t LowestGrant(const HashedRequest& request, absl::Time now) const;

  [[nodiscard]] std::size_t bytes() const;

 private:
  // A policy about one service.
  struct Entry {
    std::uint64_t serial = 0;
    std::uint32_t first_condition = 0;  // in conditions_
    std::uint32_t end_condition = 0;
    std::uint32_t first_set = 0;  // in sets_
    std::uint32_t end_set = 0;
    std::uint32_t policy = 0;  // in policies_, if `whole`
    bool whole = false;        // it is matched as a policy
  };
  struct ServiceEntries {
    std::uint64_t service = 0;
    std::uint32_t first = 0;  // in entries_
    std::uint32_t end = 0;
  };
  // An account's own role; it is for one service.
  struct CustomSet {
    RoleId role;
    std::uint64_t service = 0;
    ActionSet actions;
  };
  class Builder;

  [[nodiscard]] bool Grants(const Entry& entry, const HashedRequest& request, absl::Time now) const;
  [[nodiscard]] bool GrantsAcrossServices(const Policy& policy, const HashedRequest& request,
                                          const CatalogueIndex::ServiceRoles& service,
                                          absl::Time now) const;
  [[nodiscard]] bool AnyHolds(const Entry& entry, std::uint64_t action) const;

  std::shared_ptr<const CatalogueIndex> catalogue_;
  std::vector<ServiceEntries> services_;   // sorted by service
  std::vector<Entry> entries_;             // of one service together, by serial
  std::vector<std::uint64_t> conditions_;  // hashes of attributes, key and value
  std::vector<const ActionSet*> sets_;     // of the catalogue, or in custom_
  std::vector<std::unique_ptr<const CustomSet>> custom_;
  std::vector<Policy> policies_;  // those that are matched as they are
  std::vector<Policy> across_;    // about a kind of services, by serial
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_COMPILED_GRANTS_H_
