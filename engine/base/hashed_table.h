// engine/base/hashed_table.h: what is known by a keyed hash (keyed_hash.h), found in one place in
// most cases: the hash is random already, so nothing mixes it again as a table for any key would.
#ifndef LATCHKEY_ENGINE_BASE_HASHED_TABLE_H_
#define LATCHKEY_ENGINE_BASE_HASHED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace latchkey::base {

// At most half full: most searches end where they begin.
template <class Value>
class HashedTable {
 public:
  // Null if there is none. Threads: any, while nobody adds.
  [[nodiscard]] const Value* Find(std::uint64_t hash) const {
    const Slot& slot = slots_[PlaceOf(slots_, KeyOf(hash))];
    return slot.key == 0 ? nullptr : &slot.value;
  }

  // What is there, or a new one. What it answers is valid until the next call.
  [[nodiscard]] Value& operator[](std::uint64_t hash) {
    if (2 * (used_ + 1) > slots_.size()) Grow();
    Slot& slot = slots_[PlaceOf(slots_, KeyOf(hash))];
    if (slot.key == 0) {
      slot.key = KeyOf(hash);
      ++used_;
    }
    return slot.value;
  }

  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  struct Slot {
    std::uint64_t key = 0;  // 0: free
    Value value{};
  };
  using Slots = std::vector<Slot>;

  // Two hashes in 2^64 are taken for one, as any two texts may be.
  static std::uint64_t KeyOf(std::uint64_t hash) { return hash == 0 ? 1 : hash; }
  // Where it is, or would be. One slot at least is free.
  static std::size_t PlaceOf(const Slots& slots, std::uint64_t key) {
    const std::size_t mask = slots.size() - 1;
    std::size_t place = key & mask;
    while (slots[place].key != 0 && slots[place].key != key) place = (place + 1) & mask;
    return place;
  }
  void Grow() {
    Slots larger(2 * slots_.size());
    for (Slot& slot : slots_) {
      if (slot.key != 0) larger[PlaceOf(larger, slot.key)] = std::move(slot);
    }
    slots_ = std::move(larger);
  }

  Slots slots_ = Slots(2);  // a power of two
  std::size_t used_ = 0;
};

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_HASHED_TABLE_H_
