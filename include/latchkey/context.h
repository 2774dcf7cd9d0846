// latchkey/context.h: network zones, and the context rules that let requests in from them only.
//
// A zone is a named set of addresses. A context rule says: whatever this resource is, it is reached
// from these zones only. Rules restrict, after everything that grants, the account owner included;
// they never grant. Endpoint types, VPCs, service references and IBM's report-only mode are not
// here.
//
// Rules
//   [domain R-3]  all applicable rules must pass; no applicable rule means no restriction. A rule
//                 is applicable if its resource attributes match, one that the request lacks
//                 counting as matching. It passes if the source address lies in a zone of one of
//                 its contexts; an absent address lies in none.
//   [hazard C93]  an IPv4-mapped IPv6 address and its IPv4 address get one answer.
#ifndef LATCHKEY_CONTEXT_H_
#define LATCHKEY_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/network.h"
#include "latchkey/policy.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

using ZoneId = TextId<struct ZoneIdKind>;                // <uuid>
using ContextRuleId = TextId<struct ContextRuleIdKind>;  // <uuid>

// The addresses of `addresses` that none of `excluded` holds.
struct NetworkZone {
  ZoneId id;
  AccountId account;
  std::string name;                     // 1..128 characters of UTF-8; the id identifies
  std::string description;              // 0..300 characters of UTF-8
  std::vector<AddressRange> addresses;  // at least one; with `excluded` Limits::ranges_per_zone
  std::vector<AddressRange> excluded;
  absl::Time created_at;
  IamId created_by;  // empty: the trusted host
  absl::Time modified_at;
  IamId modified_by;
  EntityTag entity_tag;
};

enum class Enforcement : std::uint8_t {  // stored: add, never renumber
  kEnabled = 1,
  kDisabled = 2,  // kept, and without effect
};

inline constexpr std::size_t kRuleContextsMax = 20;
inline constexpr std::size_t kContextZonesMax = 20;

// Satisfied by a source address in one of the zones.
struct RuleContext {
  std::vector<ZoneId> zones;  // 1..kContextZonesMax, of the rule's account
  bool operator==(const RuleContext&) const = default;
};

struct ContextRule {
  ContextRuleId id;
  AccountId account;
  std::string description;  // 0..300 characters of UTF-8
  // As of a policy: accountId, exactly one of serviceName, serviceType and service_group_id, and
  // narrower ones; without stringExists. What a service is, the catalogue says: a request for a
  // service that is not defined may be of any type and group.
  std::vector<ResourceAttribute> resource;
  std::vector<RuleContext> contexts;  // 1..kRuleContextsMax; one of them suffices
  Enforcement enforcement = Enforcement::kEnabled;
  absl::Time created_at;
  IamId created_by;  // empty: the trusted host
  absl::Time modified_at;
  IamId modified_by;
  EntityTag entity_tag;
};

// What a caller writes; the rest is the engine's.
struct NewNetworkZone {
  AccountId account;
  std::string name;
  std::string description;
  std::vector<AddressRange> addresses;
  std::vector<AddressRange> excluded;
};

struct NewContextRule {
  AccountId account;
  std::string description;
  // May leave accountId out: it is then added; if present it must equal `account`.
  std::vector<ResourceAttribute> resource;
  std::vector<RuleContext> contexts;
  Enforcement enforcement = Enforcement::kEnabled;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_CONTEXT_H_
