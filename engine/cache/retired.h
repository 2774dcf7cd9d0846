// engine/cache/retired.h: what was unlinked and waits until nobody who may have found it is inside.
#ifndef LATCHKEY_ENGINE_CACHE_RETIRED_H_
#define LATCHKEY_ENGINE_CACHE_RETIRED_H_

#include <cstdint>
#include <deque>
#include <utility>

#include "engine/cache/read_side.h"

namespace latchkey::cache {

// One thread at a time, the same for all of one ReadSide.
template <class T>
class Retired {
 public:
  // `readers` must outlive this, and be empty when this is destroyed.
  explicit Retired(ReadSide& readers) : readers_(readers) {}

  // `object` can no longer be found.
  void Add(T object) { waiting_.push_back({readers_.turns(), std::move(object)}); }

  // Calls `free(T)` for each that nobody can see any more, the oldest first. Waits for nobody.
  template <class Free>
  void Collect(Free free) {
    if (waiting_.empty()) return;
    while (!IsOver(waiting_.front())) {
      if (!readers_.TryTurn()) return;
    }
    while (!waiting_.empty() && IsOver(waiting_.front())) {
      free(std::move(waiting_.front().object));
      waiting_.pop_front();
    }
  }

 private:
  struct Waiting {
    std::uint64_t turns = 0;
    T object;
  };
  [[nodiscard]] bool IsOver(const Waiting& waiting) const {
    return waiting.turns + ReadSide::kGraceTurns <= readers_.turns();
  }

  ReadSide& readers_;
  std::deque<Waiting> waiting_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_RETIRED_H_
