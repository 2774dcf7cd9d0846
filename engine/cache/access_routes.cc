#include "engine/cache/access_routes.h"

#include <algorithm>
#include <cstring>

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {
__extension__ using Wide = unsigned __int128;
}  // namespace

// The hash of the account is keyed, and ids of keys are random: a multiplication spreads them.
AccessRoutes::Ask::Ask(const KeyId& key, std::uint64_t account_hash) {
  std::uint64_t half = 0;
  std::memcpy(&half, key.bytes().data(), sizeof half);
  const Wide product = Wide{half ^ account_hash} * 0x9E37'79B9'7F4A'7C15U;
  mixed_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Pages begin as zeros, which is what lines without routes are.
absl::StatusOr<AccessRoutes> AccessRoutes::Make(std::size_t routes) {
  const std::size_t lines = std::max<std::size_t>(1, (routes + kWays - 1) / kWays);
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make(lines * sizeof(Line)));
  return AccessRoutes(std::move(pages));
}

AccessRoutes::Line& AccessRoutes::LineOf(const Ask& ask) const {
  const auto line = static_cast<std::size_t>(Wide{ask.mixed_ << (64 - kTagShift)} * lines_ >> 64);
  return static_cast<Line*>(pages_.data())[line];
}

void AccessRoutes::Put(const Ask& ask, const Route& route, AccessLog::Place first) {
  Line& line = LineOf(ask);
  std::atomic<std::uint64_t>* place = nullptr;
  for (std::atomic<std::uint64_t>& way : line.ways) {
    const std::uint64_t word = way.load(std::memory_order_relaxed);
    const bool same = word != 0 && TagOf(word) == TagOf(ask.mixed_);
    if (same || (place == nullptr && RouteOf(word).place < first)) place = &way;
    if (same) break;
  }
  if (place == nullptr) place = &line.ways[evictions_++ % kWays];
  place->store(TagOf(ask.mixed_) << kTagShift |
                   static_cast<std::uint64_t>(route.log2_cells) << kPlaceBits | route.place,
               std::memory_order_release);
}

}  // namespace latchkey::cache
