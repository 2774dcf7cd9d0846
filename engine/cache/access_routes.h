// engine/cache/access_routes.h: from a key and an account to the place of a compiled block, in one
// cache line that can be fetched before anybody knows whose the key is; and from an identity and an
// account, for keys that have no route yet.
//
// A route is a hint: the block itself says whose it is, and its place whether it is still there.
// It lies in the first free way of its line, or of the next lines if that is full.
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_ROUTES_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_ROUTES_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/cache/access_log.h"
#include "engine/cache/pages.h"

namespace latchkey::cache {

class AccessRoutes {
  __extension__ using Wide = unsigned __int128;

 public:
  // Which line, and which of its routes.
  class Ask {
   public:
    Ask(const KeyId& key, std::uint64_t account_hash) : Ask(FirstHalf(key) ^ account_hash) {}
    Ask(std::uint32_t identity, std::uint64_t account_hash) : Ask(identity ^ account_hash) {}

   private:
    friend class AccessRoutes;
    // The hash of the account is keyed, and ids of keys are random: a multiplication spreads them.
    explicit Ask(std::uint64_t who_in_account) {
      const Wide product = Wide{who_in_account} * 0x9E37'79B9'7F4A'7C15U;
      mixed_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    static std::uint64_t FirstHalf(const KeyId& key) {
      std::uint64_t half = 0;
      std::memcpy(&half, key.bytes().data(), sizeof half);
      return half;
    }
    std::uint64_t mixed_;
  };
  // Where to look, and how many cells the block has.
  struct Route {
    AccessLog::Place place = 0;
    unsigned log2_cells = 0;
  };

  // Room for `routes`, 11 bytes each. Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<AccessRoutes> Make(std::size_t routes);

  void Prefetch(const Ask& ask) const { __builtin_prefetch(&LineOf(ask)); }
  // Calls `visit(Route)` for each that may be meant, the likeliest first, until it returns true.
  // Threads: any.
  template <class Visit>
  void Find(const Ask& ask, Visit visit) const {
    const Line* const line = &LineOf(ask);
    for (std::size_t step = 0; step < kSteps; ++step) {
      const std::uint64_t word = WayOf(line, ask, step).load(std::memory_order_acquire);
      if (word == 0) return;
      if (TagOf(word) == TagOf(ask.mixed_) && visit(RouteOf(word))) return;
    }
  }
  // The writer's, one at a time. Takes the place of a route of the same tag, or of one to a block
  // that was taken back before `first`, or of none, or of any.
  void Put(const Ask& ask, const Route& route, AccessLog::Place first);

 private:
  // 11 bits of hash, 5 of log2_cells, 48 of the place; 0: none.
  static constexpr unsigned kPlaceBits = 48;
  static constexpr unsigned kTagShift = kPlaceBits + 5;
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kLines = 3;
  static constexpr std::size_t kSteps = kLines * kWays;
  struct alignas(64) Line {
    std::array<std::atomic<std::uint64_t>, kWays> ways;
  };

  explicit AccessRoutes(Pages pages)
      : pages_(std::move(pages)), lines_(pages_.bytes() / sizeof(Line) - kLines + 1) {}

  static std::uint64_t TagOf(std::uint64_t word) { return word >> kTagShift; }
  static Route RouteOf(std::uint64_t word) {
    return {word & ((std::uint64_t{1} << kPlaceBits) - 1),
            static_cast<unsigned>(word >> kPlaceBits & 31)};
  }
  [[nodiscard]] Line& LineOf(const Ask& ask) const {
    const auto line = static_cast<std::size_t>(Wide{ask.mixed_ << (64 - kTagShift)} * lines_ >> 64);
    return static_cast<Line*>(pages_.data())[line];
  }
  // In the order in which they are filled.
  template <class AnyLine>
  static auto WayOf(AnyLine* lines, const Ask& ask, std::size_t step)
      -> decltype((lines->ways[step])) {
    return lines[step / kWays].ways[(ask.mixed_ + step) % kWays];
  }

  Pages pages_;
  std::size_t lines_;
  std::size_t evictions_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_ROUTES_H_
