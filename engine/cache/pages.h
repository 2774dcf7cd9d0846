// engine/cache/pages.h: memory of its own for a table: zeroed when first touched, of huge pages
// where the machine has them, kept out of core dumps, zeros again in a forked child, and given back
// to the kernel, which zeroes it, in the end.
#ifndef LATCHKEY_ENGINE_CACHE_PAGES_H_
#define LATCHKEY_ENGINE_CACHE_PAGES_H_

#include <cstddef>
#include <utility>

#include "absl/status/statusor.h"

namespace latchkey::cache {

class Pages {
 public:
  Pages() = default;  // nothing
  // Errors: kOutOfMemory. Cost: no memory until it is touched.
  [[nodiscard]] static absl::StatusOr<Pages> Make(std::size_t bytes);
  Pages(Pages&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Pages& operator=(Pages&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Pages();

  [[nodiscard]] void* data() const { return data_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Pages(void* data, std::size_t bytes) : data_(data), bytes_(bytes) {}
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_PAGES_H_
