#include "engine/cache/access_routes.h"

#include "engine/base/error.h"

namespace latchkey::cache {
// Pages begin as zeros, which is what lines without routes are. Lines fill unevenly: a third more
// places than routes keep nearly all of them.
absl::StatusOr<AccessRoutes> AccessRoutes::Make(std::size_t routes) {
  const std::size_t lines = (routes + routes / 3) / kWays + kLines;
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make(lines * sizeof(Line)));
  return AccessRoutes(std::move(pages));
}

void AccessRoutes::Put(const Ask& ask, const Route& route, AccessLog::Place first) {
  Line* const line = &LineOf(ask);
  std::atomic<std::uint64_t>* place = nullptr;
  for (std::size_t step = 0; step < kSteps; ++step) {
    std::atomic<std::uint64_t>& way = WayOf(line, ask, step);
    const std::uint64_t word = way.load(std::memory_order_relaxed);
    const bool same = word != 0 && TagOf(word) == TagOf(ask.mixed_);
    if (same || (place == nullptr && RouteOf(word).place < first)) place = &way;
    if (same || word == 0) break;
  }
  if (place == nullptr) place = &WayOf(line, ask, evictions_++ % kSteps);
  place->store(TagOf(ask.mixed_) << kTagShift |
                   static_cast<std::uint64_t>(route.log2_cells) << kPlaceBits | route.place,
               std::memory_order_release);
}

}  // namespace latchkey::cache
