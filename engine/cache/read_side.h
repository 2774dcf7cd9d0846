// engine/cache/read_side.h: who is inside a call, so that Close can wait for them and nothing that
// they may still see is freed under them.
//
// A reader counts itself in and out on a cache line that it shares with few other threads or none;
// it never waits and writes nothing else. A writer that has unlinked an object frees it after a
// grace period: two turns later. A turn needs that everybody who came in before the last turn has
// left; readers that come in meanwhile are counted apart, so turns are never starved.
#ifndef LATCHKEY_ENGINE_CACHE_READ_SIDE_H_
#define LATCHKEY_ENGINE_CACHE_READ_SIDE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace latchkey::cache {

class ReadSide {
 public:
  // Counted in for as long as it lives. Any thread may end it.
  class Guard {
   public:
    Guard(Guard&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (count_ != nullptr) count_->fetch_sub(1);
    }

   private:
    friend class ReadSide;
    explicit Guard(std::atomic<std::uint64_t>& count) : count_(&count) {}
    std::atomic<std::uint64_t>* count_;
  };

  ReadSide() = default;
  ReadSide(const ReadSide&) = delete;
  ReadSide& operator=(const ReadSide&) = delete;

  // Pointers to shared objects are loaded after this, by sequentially consistent loads.
  // Threads: any. Cost: one read-modify-write of an uncontended line; the same again at the end.
  [[nodiscard]] Guard Enter() {
    std::atomic<std::uint64_t>& count = counts_[Own()].inside[phase_.load() & 1];
    count.fetch_add(1);
    return Guard(count);
  }

  // Whether nobody is inside. False while anybody who came in before this call still is.
  [[nodiscard]] bool Empty() const { return IsEmpty(0) && IsEmpty(1); }

  // How many turns there were. What was unlinked, by a sequentially consistent store, when this
  // was n is seen by nobody once it is n + kGraceTurns. One thread at a time, as TryTurn.
  [[nodiscard]] std::uint64_t turns() const { return phase_.load(); }
  static constexpr std::uint64_t kGraceTurns = 2;

  // Makes a turn if nobody is left from before the last one; otherwise changes nothing.
  bool TryTurn() {
    const std::uint64_t phase = phase_.load();
    if (!IsEmpty((phase + 1) & 1)) return false;
    phase_.store(phase + 1);
    return true;
  }

 private:
  static constexpr std::size_t kLines = 64;

  struct alignas(64) Line {
    std::array<std::atomic<std::uint64_t>, 2> inside{};  // by parity of the phase
  };

  static std::size_t Own() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t own = threads.fetch_add(1, std::memory_order_relaxed) % kLines;
    return own;
  }

  [[nodiscard]] bool IsEmpty(std::size_t parity) const {
    for (const Line& line : counts_) {
      if (line.inside[parity].load() != 0) return false;
    }
    return true;
  }

  std::array<Line, kLines> counts_;
  alignas(64) std::atomic<std::uint64_t> phase_{0};
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_READ_SIDE_H_
