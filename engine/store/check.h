// engine/store/check.h: reads a whole store and tells what in it does not hold together.
//
// Every value's seal, every record's form, and both directions of every index; tombstones apart
// from keys; the digest of every account's context rules and zones; history of stored keys only; a
// feed without gaps up to the store's revision. It checks what the store promises, not the
// domain's rules (limits, who may, references between objects).
#ifndef LATCHKEY_ENGINE_STORE_CHECK_H_
#define LATCHKEY_ENGINE_STORE_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "engine/store/store.h"

namespace latchkey::store {

inline constexpr std::size_t kFaultsMax = 1000;  // reported; more are counted

struct Fault {
  std::string_view table;  // its name
  std::string id;          // ids and numbers only, never names or contents (hazard C82)
  std::string_view what;
};

struct CheckReport {
  std::vector<Fault> faults;
  std::uint64_t fault_count = 0;
  std::uint64_t entry_count = 0;  // values looked at
  [[nodiscard]] bool ok() const { return fault_count == 0; }
};

// A store with faults is an OK status and a report. Errors: what kv reports (kReadersFull, …).
// Cost: reads everything, about five times; memory does not grow with the store. Other processes
// may read and write meanwhile: it sees one snapshot.
[[nodiscard]] absl::StatusOr<CheckReport> CheckStore(View& view);

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_CHECK_H_
