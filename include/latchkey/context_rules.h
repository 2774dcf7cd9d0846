// latchkey/context_rules.h: network zones and context rules of an account: write, read, delete.
//
// The frame of every call (order of refusals, durability, common errors, threads) is that of
// latchkey/keys.h.
//
// Beware of locking everybody out: a context rule binds those who administer it too, the account
// owner included. Its own reading, change and removal are requests to the service that it is about,
// from wherever the caller is. The trusted host bypasses who-may, so it can always remove a rule.
//
// Example
//   NewNetworkZone office;
//   office.account = acme;
//   office.name = "office";
//   office.addresses = {AddressRange::Parse("192.0.2.0/24").value(),
//                       AddressRange::Parse("2001:db8::/32").value()};
//   const auto zone = engine.context_rules().CreateZone(host, office);
//   if (!zone.ok()) return zone.status();
//   NewContextRule fence;  // whoever it is, kms in acme is reached from the office only
//   fence.account = acme;
//   fence.resource = {{"serviceName", AttributeOperator::kStringEquals, {"kms"}}};
//   fence.contexts = {{{zone->id}}};
//   const auto rule = engine.context_rules().CreateRule(host, fence);
//   if (!rule.ok()) return rule.status();
//
// Rules
//   [domain R-3]   what zones and rules mean: latchkey/context.h.
//   [domain W-8]   removing or loosening a zone or a rule grants. Loosening is every change that is
//                  not shown to let in fewer: see ReplaceZone and ReplaceRule.
//   [domain W-10]  zones need context-based-restrictions.zone.*, rules cbr.rule.* on their target.
//   [hazard F13]   a zone or rule that the store lost, or that was put back to an older state, is a
//                  fault of every decision in the account, never an allow.
#ifndef LATCHKEY_CONTEXT_RULES_H_
#define LATCHKEY_CONTEXT_RULES_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/caller.h"
#include "latchkey/context.h"
#include "latchkey/entity_tag.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

class ContextRules {
 public:
  // Restricts nothing until a rule names it.
  // Errors  kLimitExceeded  network_zones_per_account, ranges_per_zone, ranges_per_account
  [[nodiscard]] absl::StatusOr<NetworkZone> CreateZone(const Call& call,
                                                       const NewNetworkZone& zone) const;
  [[nodiscard]] absl::StatusOr<NetworkZone> GetZone(const Call& call, const AccountId& account,
                                                    const ZoneId& id) const;
  // In order of their ids.
  [[nodiscard]] absl::StatusOr<std::vector<NetworkZone>> ListZones(const Call& call,
                                                                   const AccountId& account) const;
  // Grants [domain W-8] while a rule, enabled or not, names the zone, unless each new range of
  // addresses lies within one old range, and each old exclusion within one new exclusion or apart
  // from all new addresses. It then needs the account owner, or Administrator of both service
  // types, and is refused with kStateForbids while the account is not open.
  [[nodiscard]] absl::StatusOr<NetworkZone> ReplaceZone(const Call& call, const AccountId& account,
                                                        const ZoneId& id, const IfMatch& if_match,
                                                        const NewNetworkZone& zone) const;
  // Grants [domain W-8]: the account owner, or Administrator of both service types.
  // Errors  kStateForbids  a rule still names it, or the account is not open
  [[nodiscard]] absl::Status DeleteZone(const Call& call, const AccountId& account,
                                        const ZoneId& id, const IfMatch& if_match) const;

  // Errors  kUnknownReference  a zone that the account does not have
  //         kLimitExceeded     context_rules_per_account
  [[nodiscard]] absl::StatusOr<ContextRule> CreateRule(const Call& call,
                                                       const NewContextRule& rule) const;
  [[nodiscard]] absl::StatusOr<ContextRule> GetRule(const Call& call, const AccountId& account,
                                                    const ContextRuleId& id) const;
  // Those that the caller may read, in order of their ids.
  [[nodiscard]] absl::StatusOr<std::vector<ContextRule>> ListRules(const Call& call,
                                                                   const AccountId& account) const;
  // Grants [domain W-8] if the rule was enabled, unless it stays enabled, keeps or drops resource
  // attributes without changing any, and names no zone that it did not name. It then needs the
  // account owner, or iam.policy.create on the whole of the old and of the new service.
  // Refused with kStateForbids while the account is not open, if it grants. Errors: as CreateRule.
  [[nodiscard]] absl::StatusOr<ContextRule> ReplaceRule(const Call& call, const AccountId& account,
                                                        const ContextRuleId& id,
                                                        const IfMatch& if_match,
                                                        const NewContextRule& rule) const;
  // Grants [domain W-8], a disabled rule too: as a loosening ReplaceRule.
  [[nodiscard]] absl::Status DeleteRule(const Call& call, const AccountId& account,
                                        const ContextRuleId& id, const IfMatch& if_match) const;

 private:
  friend class Engine;
  explicit ContextRules(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_CONTEXT_RULES_H_
