// engine/cache/uses_table.h: how often which secrets were used, in half a cache line each.
#ifndef LATCHKEY_ENGINE_CACHE_USES_TABLE_H_
#define LATCHKEY_ENGINE_CACHE_USES_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "latchkey/identity.h"

#include "engine/cache/pages.h"

namespace latchkey::cache {

// One thread at a time. The cells of a key stand behind each other, so whoever looks for all
// secrets of a key goes on to the first free cell.
class UsesTable {
 public:
  struct Cell {
    KeyId::Bytes key{};
    std::uint32_t secret_number = 0;
    std::uint32_t second = 0;  // the latest, since the Unix epoch
    std::uint64_t count = 0;   // 0: free
  };
  static_assert(sizeof(Cell) == 32);

  // Brings the cells of the key nearer.
  void Prefetch(const KeyId::Bytes& key) const {
    if (cells().empty()) return;
    const std::size_t home = HomeOf(key) & mask();
    __builtin_prefetch(&cells()[home], 1);
    __builtin_prefetch(&cells()[(home + 1) & mask()], 1);
  }
  // Counts `uses` to what is there of the same secret. Cost: one line, seldom more; from time to
  // time all cells are moved to twice the room. Where there is no memory for that, and a full table
  // later, secrets that are not in it yet are not counted.
  void Add(const Cell& uses);
  // Calls `visit(cell)` for each secret of the key.
  template <class Visit>
  void ForEachOf(const KeyId::Bytes& key, Visit visit) const {
    if (cells().empty()) return;
    for (std::size_t at = HomeOf(key) & mask(); cells()[at].count != 0; at = (at + 1) & mask()) {
      if (cells()[at].key == key) visit(cells()[at]);
    }
  }
  // Those that are in use, by key. The table is empty then.
  [[nodiscard]] std::vector<Cell> TakeSorted() &&;

 private:
  static constexpr std::size_t kCellsMin = 128;

  static std::span<Cell> CellsIn(const Pages& pages) {
    return {static_cast<Cell*>(pages.data()), pages.bytes() / sizeof(Cell)};
  }
  // None, or a power of two; one of them at least is free.
  [[nodiscard]] std::span<Cell> cells() const { return CellsIn(pages_); }
  [[nodiscard]] std::size_t mask() const { return cells().size() - 1; }
  // Ids of keys are random, and this process alone counts its secrets here: nobody else chooses
  // what comes to lie where.
  [[nodiscard]] static std::size_t HomeOf(const KeyId::Bytes& key) {
    std::uint64_t half = 0;
    std::memcpy(&half, key.data() + sizeof half, sizeof half);
    return half;
  }
  // The cell of its secret, or the free one for it.
  [[nodiscard]] static Cell& CellIn(std::span<Cell> cells, const Cell& uses);
  void Grow();

  Pages pages_;  // begin as zeros: free cells
  std::size_t used_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_USES_TABLE_H_
