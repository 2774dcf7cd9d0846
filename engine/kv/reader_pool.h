// engine/kv/reader_pool.h: reset read transactions that wait for their next use (hazards L6, L7).
#ifndef LATCHKEY_ENGINE_KV_READER_POOL_H_
#define LATCHKEY_ENGINE_KV_READER_POOL_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace latchkey::kv {

// Holds up to kPlaces objects. Threads: any; a thread that alternates Take and Give meets its own
// object again, on a cache line of its own. The order of Take and Give is sequentially consistent.
template <typename T>
class ReaderPool {
 public:
  static constexpr std::size_t kPlaces = 32;

  ReaderPool() = default;
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // Null if it is empty.
  [[nodiscard]] std::unique_ptr<T> Take() {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      std::atomic<T*>& place = PlaceOf(i);
      if (place.load() == nullptr) continue;
      if (T* taken = place.exchange(nullptr); taken != nullptr) return std::unique_ptr<T>(taken);
    }
    return nullptr;
  }

  // Answers `object` back if there is no place for it.
  [[nodiscard]] std::unique_ptr<T> Give(std::unique_ptr<T> object) {
    for (std::size_t i = 0; i < kPlaces && object != nullptr; ++i) {
      T* nothing = nullptr;
      if (PlaceOf(i).compare_exchange_strong(nothing, object.get())) (void)object.release();
    }
    return object;
  }

  [[nodiscard]] std::size_t size() const {
    std::size_t count = 0;
    for (const Place& place : places_) count += place.object.load() != nullptr ? 1 : 0;
    return count;
  }

 private:
  struct alignas(64) Place {
    std::atomic<T*> object{nullptr};
  };

  std::atomic<T*>& PlaceOf(std::size_t i) {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t own = threads.fetch_add(1, std::memory_order_relaxed);
    return places_[(own + i) % kPlaces].object;
  }

  std::array<Place, kPlaces> places_;
};

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_READER_POOL_H_
