#include "engine/cache/pages.h"

#include <sys/mman.h>

#include <cstdint>

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {
constexpr std::size_t kHugePage = std::size_t{2} << 20;
}  // namespace

absl::StatusOr<Pages> Pages::Make(std::size_t bytes) {
  void* const data =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (data == MAP_FAILED) {
    return base::Error(Reason::kOutOfMemory, "no memory for a table of the cache, make it smaller");
  }
  Pages pages(data, bytes);
  // All three are advice: a kernel without them keeps what is derived, never a secret.
  (void)::madvise(data, bytes, MADV_DONTDUMP);
  (void)::madvise(data, bytes, MADV_WIPEONFORK);
  if (bytes >= 2 * kHugePage) (void)::madvise(data, bytes, MADV_HUGEPAGE);
  return pages;
}

Pages::~Pages() {
  if (data_ != nullptr) (void)::munmap(data_, bytes_);
}

}  // namespace latchkey::cache
