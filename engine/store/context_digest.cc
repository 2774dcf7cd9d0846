#include "engine/store/context_digest.h"

#include <string>

#include "engine/base/invariant.h"
#include "engine/crypto/crypto.h"

namespace latchkey::store {
namespace {

constexpr std::string_view kChainDomain = "latchkey context";

KeyOr PrefixOf(TableId table, const AccountId& account) {
  LATCHKEY_INVARIANT(table == TableId::kContextRules || table == TableId::kNetworkZones,
                     "rules and zones have a digest");
  return JoinKey(account);
}

}  // namespace

void ContextTally::Add(std::string_view key, std::string_view sealed_value) {
  const std::string_view before(reinterpret_cast<const char*>(digest_.data()), digest_.size());
  digest_ = crypto::Blake2b128({kChainDomain, before, key, sealed_value});
  ++count_;
}

ContextTally TallyIn(const base::ContextDigest& digest, TableId table) {
  ContextTally tally;
  const bool rules = table == TableId::kContextRules;
  tally.count_ = rules ? digest.rules : digest.zones;
  tally.digest_ = rules ? digest.rules_digest : digest.zones_digest;
  return tally;
}

void SetTally(base::ContextDigest& digest, TableId table, const ContextTally& tally) {
  const bool rules = table == TableId::kContextRules;
  (rules ? digest.rules : digest.zones) = tally.count();
  (rules ? digest.rules_digest : digest.zones_digest) = tally.digest();
}

absl::StatusOr<ContextTally> TallyOf(const Source& source, TableId table,
                                     const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixOf(table, account));
  ContextTally tally;
  LATCHKEY_RETURN_IF_ERROR(
      ScanPrefix(source, table, prefix, "",
                 [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                   tally.Add(key, value);
                   return true;
                 }));
  return tally;
}

absl::StatusOr<base::ContextDigest> RequireDigest(const Source& source, const AccountId& account) {
  LATCHKEY_ASSIGN_OR_RETURN(
      std::optional<base::ContextDigest> digest,
      Find<base::ContextDigest>(source, KeyIn<TableId::kContextDigests>(account)));
  if (!digest) {
    return CorruptTable(TableId::kContextDigests, "the digest of an account's rules is missing");
  }
  return *std::move(digest);
}

absl::Status CheckTally(const Source& source, TableId table, const AccountId& account,
                        const ContextTally& tally) {
  LATCHKEY_ASSIGN_OR_RETURN(const base::ContextDigest digest, RequireDigest(source, account));
  if (tally == TallyIn(digest, table)) return absl::OkStatus();
  return CorruptTable(table, "records of an account were lost or put back");
}

}  // namespace latchkey::store
