// engine/cache/access_log.h: the memory of compiled blocks: one piece, written from its beginning
// to its end and round again.
//
// A place is named by a number that only grows, so it never names two blocks: who has an old one
// finds that it has been taken back, not another's block. The oldest block makes room for the
// newest; memory is written again once nobody who may still look at it is inside (read_side.h).
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_LOG_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_LOG_H_

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"

#include "engine/cache/access_block.h"
#include "engine/cache/pages.h"
#include "engine/cache/read_side.h"
#include "engine/cache/retired.h"

namespace latchkey::cache {

class AccessLog {
 public:
  // Which round, and in its lowest bits which line of 64 bytes. 0: none.
  using Place = std::uint64_t;

  // A block that makes room, with what it kept.
  struct Oldest {
    Place place = 0;
    std::uint32_t lines = 0;
    std::unique_ptr<const authz::KeptPolicies> kept;
  };

  // `bytes` of blocks, and up to a quarter of that for what they keep beside. `readers` outlives
  // this, and is empty when this is destroyed. Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<AccessLog>> Make(std::size_t bytes,
                                                                       ReadSide& readers);

  // Null if the place was taken back. What it answers lives as long as the caller's Guard, which
  // the caller entered before. Threads: any.
  [[nodiscard]] const AccessBlock* At(Place place) const {
    if (place < first_.load()) return nullptr;
    return static_cast<const AccessBlock*>(MemoryAt(place));
  }
  // Of any place that there ever was; not to be looked at.
  [[nodiscard]] void* MemoryAt(Place place) const {
    return static_cast<std::byte*>(pages_.data()) + LineOf(place) * kLineBytes;
  }

  // The rest is the writer's, one at a time.

  // Whether a block of so many lines and so many bytes beside it may ever find room.
  [[nodiscard]] bool Fits(std::size_t lines, std::size_t kept_bytes) const;
  // Takes back the oldest block; its memory and what it kept are free after a grace period, unless
  // the caller keeps the latter.
  [[nodiscard]] Oldest TakeOldest();
  void Retire(Oldest oldest);
  [[nodiscard]] Place first() const { return first_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool empty() const { return blocks_.empty(); }
  // Whether blocks must be taken back before one of this size is written.
  [[nodiscard]] bool MustTakeBack(std::size_t lines, std::size_t kept_bytes) const;
  // Writes the block; 0 if its memory is not free yet. Takes over what the draft keeps if not.
  Place Append(AccessDraft& draft);
  // Writes `oldest`, which was taken back, at the end; 0 and nothing done as above.
  Place AppendAgain(Oldest& oldest);

  [[nodiscard]] std::size_t bytes() const { return pages_.bytes() + kept_bytes_; }

 private:
  static constexpr std::size_t kLineBytes = 64;
  struct Freed {
    Place end = 0;
    std::unique_ptr<const authz::KeptPolicies> kept;
  };

  AccessLog(Pages pages, ReadSide& readers)
      : pages_(std::move(pages)),
        lines_(pages_.bytes() / kLineBytes),
        round_(std::bit_ceil(lines_)),
        first_(round_),
        free_(round_),
        end_(round_),
        retired_(readers) {}

  [[nodiscard]] std::size_t LineOf(Place place) const { return place & (round_ - 1); }
  // So many lines on, as far as there are any in its round and in the next one.
  [[nodiscard]] Place Beyond(Place place, std::size_t lines) const;
  // Where a block of so many lines would begin: none lies across the end of the memory.
  [[nodiscard]] Place NextPlace(std::size_t lines) const;
  // The same, once that memory is free, and that of so many bytes beside it.
  [[nodiscard]] Place Reserve(std::size_t lines, std::size_t kept_bytes);
  [[nodiscard]] std::size_t kept_share() const { return pages_.bytes() / 4; }

  const Pages pages_;
  const std::size_t lines_;
  const Place round_;         // of places: a power of two, of which the first lines_ are there
  std::atomic<Place> first_;  // of the blocks that can be found
  Place free_;                // memory before this, one round on, may be written
  Place end_;
  std::deque<Oldest> blocks_;
  Retired<Freed> retired_;
  std::size_t kept_bytes_ = 0;     // of blocks that can be found and of retired ones
  std::size_t kept_findable_ = 0;  // of the former
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_LOG_H_
