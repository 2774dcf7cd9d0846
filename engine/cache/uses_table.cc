#include "engine/cache/uses_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <tuple>
#include <utility>

namespace latchkey::cache {

namespace {

// Word by word: a call of memcmp takes longer.
bool IsOfSameSecret(const UsesTable::Cell& a, const UsesTable::Cell& b) {
  using Words = std::array<std::uint64_t, 2>;
  static_assert(sizeof(Words) == sizeof a.key);
  const auto one = std::bit_cast<Words>(a.key);
  const auto other = std::bit_cast<Words>(b.key);
  return ((one[0] ^ other[0]) | (one[1] ^ other[1]) | (a.secret_number ^ b.secret_number)) == 0;
}

}  // namespace

UsesTable::Cell& UsesTable::CellIn(std::span<Cell> cells, const Cell& uses) {
  const std::size_t mask = cells.size() - 1;
  std::size_t at = HomeOf(uses.key) & mask;
  while (cells[at].count != 0 && !IsOfSameSecret(cells[at], uses)) at = (at + 1) & mask;
  return cells[at];
}

void UsesTable::Grow() {
  auto larger = Pages::Make(std::max(kCellsMin, 2 * cells().size()) * sizeof(Cell));
  if (!larger.ok()) return;
  const Pages smaller = std::exchange(pages_, *std::move(larger));
  for (const Cell& cell : CellsIn(smaller)) {
    if (cell.count != 0) CellIn(cells(), cell) = cell;
  }
}

void UsesTable::Add(const Cell& uses) {
  if (used_ + 1 > cells().size() / 4 * 3) [[unlikely]]
    Grow();
  const std::span<Cell> cells = this->cells();
  if (cells.empty()) [[unlikely]]
    return;
  Cell& cell = CellIn(cells, uses);
  if (cell.count != 0) {
    cell.count += uses.count;
    cell.second = std::max(cell.second, uses.second);
  } else if (used_ + 1 < cells.size()) {
    cell = uses;
    ++used_;
  }
}

std::vector<UsesTable::Cell> UsesTable::TakeSorted() && {
  used_ = 0;
  const Pages taken = std::exchange(pages_, {});
  std::vector<Cell> cells;
  std::ranges::copy_if(CellsIn(taken), std::back_inserter(cells),
                       [](const Cell& cell) { return cell.count != 0; });
  std::ranges::sort(cells, {},
                    [](const Cell& cell) { return std::tie(cell.key, cell.secret_number); });
  return cells;
}

}  // namespace latchkey::cache
