// Reading network zones and context rules.
#include "engine/store/context_digest.h"
#include "engine/store/store.h"

namespace latchkey::store {

absl::StatusOr<std::vector<ContextRule>> View::ContextRulesOf(const AccountId& account) {
  return CollectAllOf<ContextRule>(source(), account);
}

absl::StatusOr<std::vector<NetworkZone>> View::NetworkZonesOf(const AccountId& account) {
  return CollectAllOf<NetworkZone>(source(), account);
}

absl::StatusOr<std::optional<ContextRule>> View::FindContextRule(const AccountId& account,
                                                                 const ContextRuleId& id) {
  return Find<ContextRule>(source(), KeyIn<TableId::kContextRules>(account, id));
}

absl::StatusOr<std::optional<NetworkZone>> View::FindNetworkZone(const AccountId& account,
                                                                 const ZoneId& id) {
  return Find<NetworkZone>(source(), KeyIn<TableId::kNetworkZones>(account, id));
}

}  // namespace latchkey::store
