// tests/store/world.h: a store in a directory of its own, records to put into it, and the door by
// which a test damages it.
#ifndef LATCHKEY_TESTS_STORE_WORLD_H_
#define LATCHKEY_TESTS_STORE_WORLD_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/store/check.h"
#include "engine/store/composite_key.h"
#include "engine/store/seal.h"
#include "engine/store/store.h"
#include "engine/store/tables.h"

namespace latchkey::store {

// A directory that goes with the object.
class Directory {
 public:
  Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

[[nodiscard]] RecordKey TestRecordKey();
[[nodiscard]] StoreOptions OptionsIn(const Directory& directory);
[[nodiscard]] StoreOptions KeyedOptionsIn(const Directory& directory);

// These end the test on any error.
[[nodiscard]] std::unique_ptr<Store> OpenStore(const StoreOptions& options);
[[nodiscard]] std::unique_ptr<Mutation> BeginIn(Store& store);
[[nodiscard]] std::unique_ptr<Snapshot> ReadIn(Store& store);
std::uint64_t CommitOf(Mutation& mutation, const ChangeHeader& header);
// One mutation: what `body` writes, committed.
std::uint64_t Change(Store& store, const std::function<void(Mutation&)>& body);
// Nothing, or the first faults that CheckStore found.
[[nodiscard]] std::string FaultsOf(Store& store);

[[nodiscard]] ChangeHeader HeaderAt(std::int64_t second);
[[nodiscard]] absl::Time At(std::int64_t second);

// One stored entry, as kv sees it.
struct RawEntry {
  TableId table;
  std::string key;
  std::string value;
};
// The store must not be open.
[[nodiscard]] std::vector<RawEntry> RawEntries(const StoreOptions& options);
void EditRaw(const StoreOptions& options, const std::function<void(kv::WriteTxn&)>& edit);

[[nodiscard]] KeyId KeyNumber(std::uint64_t number);
[[nodiscard]] EntityTag TagNumber(std::uint64_t n);
[[nodiscard]] base::KeyRecord SomeKey(std::uint64_t number, std::string_view account,
                                      std::string_view iam_id);
[[nodiscard]] base::KeyTombstone TombstoneOf(const base::KeyRecord& record);
[[nodiscard]] HistoryEntry SomeHistory(std::int64_t second, KeyCommand command);
[[nodiscard]] HistoryEntry SomeRefusal(std::int64_t second, std::string_view by);
[[nodiscard]] Identity SomeUser(std::string_view id, std::uint64_t serial);
[[nodiscard]] Identity SomeServiceId(std::string_view id, std::string_view account,
                                     std::uint64_t serial);
[[nodiscard]] Account SomeAccount(std::string_view id, std::string_view owner,
                                  std::uint64_t serial);
[[nodiscard]] Membership SomeMembership(std::string_view account, std::string_view iam_id);
[[nodiscard]] AccessGroup SomeGroup(std::string_view account, std::string_view id,
                                    std::string_view name);
[[nodiscard]] Policy SomePolicy(std::string_view account, std::string_view id,
                                const PolicySubject& subject, std::uint64_t serial);
[[nodiscard]] Service SomeService(std::string_view name);
[[nodiscard]] CustomRole SomeCustomRole(std::string_view account, std::string_view id,
                                        std::string_view service);
[[nodiscard]] NetworkZone SomeZone(std::string_view account, std::string_view id);
[[nodiscard]] ContextRule SomeContextRule(std::string_view account, std::string_view id,
                                          std::string_view zone);

// A store with at least one entry in every table.
void FillEveryTable(Store& store);

}  // namespace latchkey::store

#endif  // LATCHKEY_TESTS_STORE_WORLD_H_
