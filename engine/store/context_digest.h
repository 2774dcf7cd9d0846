// engine/store/context_digest.h: the proof that no context rule and no network zone of an account
// is missing, and that none was put back to an older state (hazard F13).
//
// A seal binds a value to its place, but says nothing of a value that is not there (hazard C71). So
// one record per account holds, for either table, how many records the account has there and a
// chain of BLAKE2b-128 over their keys and sealed values, in the order of their keys. Reading
// compares; writing compares too, before it counts anew: a loss is never signed.
#ifndef LATCHKEY_ENGINE_STORE_CONTEXT_DIGEST_H_
#define LATCHKEY_ENGINE_STORE_CONTEXT_DIGEST_H_

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/error.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

// The records of one account in one table, as far as they were added, in order.
class ContextTally {
 public:
  void Add(std::string_view key, std::string_view sealed_value);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] const std::array<std::uint8_t, 16>& digest() const { return digest_; }
  bool operator==(const ContextTally&) const = default;

 private:
  friend ContextTally TallyIn(const base::ContextDigest& digest, TableId table);
  std::uint64_t count_ = 0;
  std::array<std::uint8_t, 16> digest_{};
};

// What the digest says of kContextRules or kNetworkZones, and the digest that says so.
[[nodiscard]] ContextTally TallyIn(const base::ContextDigest& digest, TableId table);
void SetTally(base::ContextDigest& digest, TableId table, const ContextTally& tally);

// What is there. Cost: one walk over the account's records of that table.
[[nodiscard]] absl::StatusOr<ContextTally> TallyOf(const Source& source, TableId table,
                                                   const AccountId& account);

// The digest of an account that exists: kCorrupt without one.
[[nodiscard]] absl::StatusOr<base::ContextDigest> RequireDigest(const Source& source,
                                                                const AccountId& account);

// kCorrupt unless `tally` is what the account's digest says.
[[nodiscard]] absl::Status CheckTally(const Source& source, TableId table, const AccountId& account,
                                      const ContextTally& tally);

// All records of the account in their table, or kCorrupt.
template <class Record>
[[nodiscard]] absl::StatusOr<std::vector<Record>> CollectAllOf(const Source& source,
                                                               const AccountId& account) {
  constexpr TableId kTable = Row<Record>::kTable;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string prefix, PrefixIn<kTable>(account));
  std::vector<Record> records;
  ContextTally tally;
  LATCHKEY_RETURN_IF_ERROR(ScanPrefix(
      source, kTable, prefix, "",
      [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
        LATCHKEY_ASSIGN_OR_RETURN(Record record, OpenRecord<Record>(source, kTable, key, value));
        tally.Add(key, value);
        records.push_back(std::move(record));
        return true;
      }));
  LATCHKEY_RETURN_IF_ERROR(CheckTally(source, kTable, account, tally));
  return records;
}

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_CONTEXT_DIGEST_H_
