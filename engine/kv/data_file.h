// engine/kv/data_file.h: what data.mdb says about itself, read without LMDB and before it is
// mapped.
//
// LMDB maps whatever has the right magic; a file that is shorter than its pages ends the process
// with SIGBUS at some later read (hazards F3, L17, C70). The layout is that of LMDB's data
// version 1.
#ifndef LATCHKEY_ENGINE_KV_DATA_FILE_H_
#define LATCHKEY_ENGINE_KV_DATA_FILE_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/kv/directory.h"

namespace latchkey::kv {

// The newer meta page of a data file.
struct DataHeader {
  std::uint32_t page_bytes = 0;
  std::uint64_t last_page = 0;
  std::uint64_t txn_id = 0;
  std::uint64_t free_root = 0;  // ~0: empty
  std::uint64_t main_root = 0;
};

// Errors  kStoreForeign  empty, cut short inside the meta pages, or not of this LMDB
[[nodiscard]] absl::StatusOr<DataHeader> ReadDataHeader(int fd);

// Checks the data file of a store that nobody has open, and that `info` describes. A file may
// rightly end before its last page: LMDB does not write pages that a transaction took and gave back
// (89 of 300 random transactions left such a file, measured). It is then searched for pages in use
// beyond its end, and lengthened if there are none.
// Errors  kStoreForeign, kStorageFailed
// Cost    two reads; every page in use if the file is short
[[nodiscard]] absl::Status CheckDataFile(const Directory& directory);

// A view of the two meta pages that lasts while LMDB's own map is exchanged. Threads: any.
class MetaView {
 public:
  MetaView() = default;
  MetaView(MetaView&& other) noexcept
      : map_(std::exchange(other.map_, nullptr)), page_bytes_(other.page_bytes_) {}
  MetaView& operator=(MetaView&& other) noexcept {
    std::swap(map_, other.map_);
    std::swap(page_bytes_, other.page_bytes_);
    return *this;
  }
  ~MetaView();

  // `fd` may be closed afterwards.
  [[nodiscard]] static absl::StatusOr<MetaView> Map(int fd);

  // The larger id of the two pages, as mdb_env_info answers. Cost: two loads.
  [[nodiscard]] std::uint64_t LastTxnId() const;

 private:
  std::byte* map_ = nullptr;
  std::size_t page_bytes_ = 0;
};

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_DATA_FILE_H_
