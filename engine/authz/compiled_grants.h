// engine/authz/compiled_grants.h: the policies of one identity in one account, compiled so that a
// request looks only at those of its service, and compares numbers.
//
// It answers what LowestGrant of grants.h answers; tests hold the two equal. A policy of exact
// attributes about one service is half a cache line: attributes are compared by keyed hashes
// (keyed_hash.h), roles by the bits of the catalogue. Whatever needs more is kept as it is
// (kept_policies.h). Nothing that depends on the clock is folded.
#ifndef LATCHKEY_ENGINE_AUTHZ_COMPILED_GRANTS_H_
#define LATCHKEY_ENGINE_AUTHZ_COMPILED_GRANTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/authz/catalogue_index.h"
#include "engine/authz/hashed_request.h"
#include "engine/authz/kept_policies.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// One policy, in a table of a power of two of cells that is searched from the hash of the service
// on, up to the first empty cell. Policies of one service stand in it by serial.
struct GrantCell {
  // Serial (40 bits), whether it is kept (1), number of the service (23); 0: empty.
  std::uint64_t head = 0;
  std::uint64_t roles = 0;  // bits; of one that is kept its number there
  // Hashes of key and value that the request must have; 0: none.
  std::array<std::uint64_t, 2> conditions{};

  static constexpr unsigned kServiceBits = 23;
  static constexpr std::uint64_t kKept = std::uint64_t{1} << kServiceBits;
  static constexpr std::uint64_t kServiceMask = kKept - 1;
  static constexpr unsigned kSerialShift = kServiceBits + 1;
};

struct CompiledGrants {
  std::vector<GrantCell> cells;        // a power of two, at least one of them empty
  std::unique_ptr<KeptPolicies> kept;  // null if there is none
};

// Reads what LowestGrant reads: the groups of `identity` in `account`, and the policies of all
// these. `catalogue` is of the same snapshot as `source`.
[[nodiscard]] absl::StatusOr<CompiledGrants> CompileGrants(base::PolicySource& source,
                                                           const AccountId& account,
                                                           const IamId& identity,
                                                           const CatalogueIndex& catalogue);

// The lowest serial among the policies that grant, 0 if none does. `request` was hashed with the
// catalogue of these grants and is about their account. Work: the policies of its service and those
// about a kind of services. No heap, no recursion. `now_us`: since the Unix epoch.
[[nodiscard]] std::uint64_t LowestGrant(std::span<const GrantCell> cells, const KeptPolicies* kept,
                                        const HashedRequest& request, std::int64_t now_us);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_COMPILED_GRANTS_H_
