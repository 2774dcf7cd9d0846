// Writing network zones and context rules, and the digest that follows them (hazard F13).
#include "engine/store/context_digest.h"
#include "engine/store/mutation_rows.h"

namespace latchkey::store {

absl::Status Mutation::PutDigest(const base::ContextDigest& digest) {
  constexpr TableId kTable = TableId::kContextDigests;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<kTable>(digest.account));
  return PutValue(kTable, key, codec::Encode(digest));
}

absl::Status Mutation::BeginDigest(const AccountId& account) {
  base::ContextDigest digest;
  digest.account = account;
  return PutDigest(digest);
}

absl::Status Mutation::CheckDigest(TableId table, const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(const ContextTally tally, TallyOf(source(), table, account));
  return CheckTally(source(), table, account, tally);
}

absl::Status Mutation::RenewDigest(TableId table, const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(base::ContextDigest digest, RequireDigest(source(), account));
  LATCHKEY_ASSIGN_OR_RETURN(const ContextTally tally, TallyOf(source(), table, account));
  SetTally(digest, table, tally);
  return PutDigest(digest);
}

absl::Status Mutation::Put(const NetworkZone& record) {
  LATCHKEY_RETURN_IF_ERROR(CheckDigest(TableId::kNetworkZones, record.account));
  LATCHKEY_RETURN_IF_ERROR(PutRow(record));
  return RenewDigest(TableId::kNetworkZones, record.account);
}

absl::Status Mutation::DeleteNetworkZone(const AccountId& account, const ZoneId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckDigest(TableId::kNetworkZones, account));
  LATCHKEY_RETURN_IF_ERROR(DeleteRow<NetworkZone>(KeyIn<TableId::kNetworkZones>(account, id)));
  return RenewDigest(TableId::kNetworkZones, account);
}

absl::Status Mutation::Put(const ContextRule& record) {
  LATCHKEY_RETURN_IF_ERROR(CheckDigest(TableId::kContextRules, record.account));
  LATCHKEY_RETURN_IF_ERROR(PutRow(record));
  return RenewDigest(TableId::kContextRules, record.account);
}

absl::Status Mutation::DeleteContextRule(const AccountId& account, const ContextRuleId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckDigest(TableId::kContextRules, account));
  LATCHKEY_RETURN_IF_ERROR(DeleteRow<ContextRule>(KeyIn<TableId::kContextRules>(account, id)));
  return RenewDigest(TableId::kContextRules, account);
}

}  // namespace latchkey::store
