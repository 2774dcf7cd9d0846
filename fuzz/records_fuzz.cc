// Any bytes, as a record of every type: refused, or accepted with this one spelling (hazard C75).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "latchkey/status.h"

#include "engine/codec/records.h"

namespace {

template <class Record>
void Check(std::string_view bytes) {
  Record record;
  const absl::Status status = latchkey::codec::Decode(bytes, record);
  if (status.ok() ? latchkey::codec::Encode(record) != bytes
                  : latchkey::ReasonOf(status) != latchkey::Reason::kCorrupt) {
    std::abort();
  }
}

template <class... Records>
void CheckAll(std::string_view bytes) {
  (Check<Records>(bytes), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace latchkey;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CheckAll<base::KeyRecord, base::KeyTombstone, base::ChangeRecord, HistoryEntry, Identity, Account,
           Membership, AccessGroup, Policy, Role, CustomRole, Service, codec::StoreHeader,
           codec::StoreProgress, codec::RequestOutcome>(bytes);
  const bool has_format = codec::PeekFormat(bytes).has_value();
  codec::StoreHeader header;
  if (codec::Decode(bytes, header).ok() && !has_format) std::abort();
  return 0;
}
