// latchkey/boundary.h: what a key may be used for at most, whatever its identity may do.
//
// A key inherits all access of its identity; its boundary is a list of terms that only ever shrink
// what it inherits: every term must allow a request. So the access of a key is its identity's,
// intersected with each term, and no comparison of two boundaries is ever needed.
//
// Example
//   BoundaryTerm term;  // listing secrets of kms in acme, from the office, this year
//   term.accounts = {acme};
//   term.services = {"kms"};
//   term.actions = {"kms.secrets.list"};
//   term.sources = {AddressRange::Parse("192.0.2.0/24").value()};
//   term.not_after = absl::FromCivil(absl::CivilYear(2027), absl::UTCTimeZone());
//   const auto key = engine.keys().AppendBoundaryTerm(caller, id, IfMatch::Any(), term);
//   if (!key.ok()) return key.status();
//
// Rules
//   [domain R-2]  all terms must allow; terms can be appended by whoever may edit the key; they are
//                 carried to every key that is created or rotated through a bounded one, which also
//                 gets no later expiry and no weaker leak action; only the key's own user (of a
//                 service ID's key: the account owner), not acting through a bounded key, or the
//                 trusted host removes one.
#ifndef LATCHKEY_BOUNDARY_H_
#define LATCHKEY_BOUNDARY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/network.h"
#include "latchkey/policy.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

inline constexpr std::size_t kBoundaryTermsMax = 8;        // a key
inline constexpr std::size_t kBoundaryListMax = 64;        // entries of each list of a term
inline constexpr std::size_t kBoundaryAttributesMax = 10;  // a term

// An allow-list in each direction that it names: an empty list, or an absent time, restricts
// nothing. At least one direction is named.
struct BoundaryTerm {
  std::vector<AccountId> accounts;    // of the resource
  std::vector<std::string> services;  // by name; 1..128 printable ASCII characters
  std::vector<std::string> actions;   // by name; 1..128 printable ASCII characters
  // All must hold, as in a policy: one that the request lacks does not. accountId, serviceName,
  // serviceType and service_group_id are refused here: name accounts and services above.
  std::vector<ResourceAttribute> resource;
  std::vector<AddressRange> sources;     // an absent source address is in none
  std::optional<absl::Time> not_before;  // from this instant on
  std::optional<absl::Time> not_after;   // until just before this instant
  bool operator==(const BoundaryTerm&) const = default;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_BOUNDARY_H_
