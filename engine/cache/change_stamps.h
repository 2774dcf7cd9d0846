// engine/cache/change_stamps.h: when each object was last changed, as far as the caches know.
//
// Time is LMDB's transaction id. An object has a slot, found by a hash of what names it, in an
// array of fixed size: whoever keeps something that was derived from objects keeps the id of the
// snapshot it was derived from and the slots of the objects, and what it kept still holds in the
// validated snapshot if none of these slots was raised beyond that id. Objects that share a slot
// cost each other a look at the store now and then, never a wrong answer. Nothing is searched, no
// entry is visited, and nothing that did not change goes cold (hazards F7, K5).
//
// Neighbouring slots form a group with a stamp of its own, the latest of theirs: all groups fit the
// nearest cache, and most questions end there.
#ifndef LATCHKEY_ENGINE_CACHE_CHANGE_STAMPS_H_
#define LATCHKEY_ENGINE_CACHE_CHANGE_STAMPS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace latchkey::cache {

// A place in the array.
using Slot = std::uint16_t;
inline constexpr unsigned kSlotBits = 16;

class ChangeStamps {
 public:
  // 520 KiB.
  ChangeStamps() : stamps_(std::make_unique<std::atomic<std::uint64_t>[]>(kSlots)) {}

  [[nodiscard]] static Slot SlotOf(std::uint64_t hash) {
    return static_cast<Slot>(hash >> (64 - kSlotBits));
  }

  // Whether what was derived at `stamp` from the object of `slot` is still so.
  [[nodiscard]] bool Unchanged(Slot slot, std::uint64_t stamp) const {
    return groups_[slot / kGroup].load(std::memory_order_acquire) <= stamp ||
           stamps_[slot].load(std::memory_order_acquire) <= stamp;
  }

  // Whether something derived at `stamp` may hold at all.
  [[nodiscard]] bool Holds(std::uint64_t stamp) const {
    return stamp >= oldest_.load(std::memory_order_acquire);
  }

  // The writer's, one at a time, in growing order of `txn`. What is raised here is published to
  // readers by Validated::Publish.
  void Raise(Slot slot, std::uint64_t txn) {
    stamps_[slot].store(txn, std::memory_order_release);
    groups_[slot / kGroup].store(txn, std::memory_order_release);
  }
  // Everything derived before `txn` is void: nobody knows what changed.
  void RaiseAll(std::uint64_t txn) { oldest_.store(txn, std::memory_order_release); }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  static constexpr std::size_t kGroup = 64;

  std::unique_ptr<std::atomic<std::uint64_t>[]> stamps_;
  std::array<std::atomic<std::uint64_t>, kSlots / kGroup> groups_{};
  std::atomic<std::uint64_t> oldest_{0};
};

// One committed state of the store.
struct Moment {
  std::uint64_t txn = 0;       // LMDB's transaction id; 0: none
  std::uint64_t revision = 0;  // latchkey's own (domain C-1)
  bool operator==(const Moment&) const = default;
};

// The state up to which the stamps say everything.
class Validated {
 public:
  // Nothing (txn 0) while it is being moved.
  [[nodiscard]] Moment Load() const {
    const std::uint64_t before = txn_.load(std::memory_order_acquire);
    const std::uint64_t revision = revision_.load(std::memory_order_acquire);
    const std::uint64_t after = txn_.load(std::memory_order_acquire);
    return before == after ? Moment{before, revision} : Moment{};
  }

  // The writer's, after the stamps were raised.
  void Publish(const Moment& moment) {
    txn_.store(0, std::memory_order_release);
    revision_.store(moment.revision, std::memory_order_release);
    txn_.store(moment.txn, std::memory_order_release);
  }

 private:
  std::atomic<std::uint64_t> txn_{0};
  std::atomic<std::uint64_t> revision_{0};
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_CHANGE_STAMPS_H_
