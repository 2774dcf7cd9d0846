// engine/cache/access_routes.h: from a key and an account to the place of a compiled block, in one
// cache line that can be fetched before anybody knows whose the key is.
//
// A route is a hint: the block itself says whose it is, and its place whether it is still there.
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_ROUTES_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_ROUTES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/cache/access_log.h"
#include "engine/cache/pages.h"

namespace latchkey::cache {

class AccessRoutes {
 public:
  // Which line, and which of its routes.
  class Ask {
   public:
    Ask(const KeyId& key, std::uint64_t account_hash);

   private:
    friend class AccessRoutes;
    std::uint64_t mixed_;
  };
  // Where to look, and how many cells the block has.
  struct Route {
    AccessLog::Place place = 0;
    unsigned log2_cells = 0;
  };

  // Room for `routes`, 8 bytes each. Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<AccessRoutes> Make(std::size_t routes);

  void Prefetch(const Ask& ask) const { __builtin_prefetch(&LineOf(ask)); }
  // Calls `visit(Route)` for each that may be meant, until it returns true. Threads: any.
  template <class Visit>
  void Find(const Ask& ask, Visit visit) const {
    for (const std::atomic<std::uint64_t>& way : LineOf(ask).ways) {
      const std::uint64_t word = way.load(std::memory_order_acquire);
      if (word != 0 && TagOf(word) == TagOf(ask.mixed_) && visit(RouteOf(word))) return;
    }
  }
  // The writer's, one at a time. Takes the place of a route of the same tag, or of one to a block
  // that was taken back before `first`, or of any.
  void Put(const Ask& ask, const Route& route, AccessLog::Place first);

 private:
  // 11 bits of hash, 5 of log2_cells, 48 of the place; 0: none.
  static constexpr unsigned kPlaceBits = 48;
  static constexpr unsigned kTagShift = kPlaceBits + 5;
  static constexpr std::size_t kWays = 8;
  struct alignas(64) Line {
    std::array<std::atomic<std::uint64_t>, kWays> ways;
  };

  explicit AccessRoutes(Pages pages)
      : pages_(std::move(pages)), lines_(pages_.bytes() / sizeof(Line)) {}

  static std::uint64_t TagOf(std::uint64_t word) { return word >> kTagShift; }
  static Route RouteOf(std::uint64_t word) {
    return {word & ((std::uint64_t{1} << kPlaceBits) - 1),
            static_cast<unsigned>(word >> kPlaceBits & 31)};
  }
  [[nodiscard]] Line& LineOf(const Ask& ask) const;

  Pages pages_;
  std::size_t lines_;
  std::size_t evictions_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_ROUTES_H_
