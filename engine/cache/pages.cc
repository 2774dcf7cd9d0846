#include "engine/cache/pages.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Room for `bytes`, of huge pages as far as they fit. Null: no memory.
void* Map(std::size_t bytes) {
  const bool huge = bytes >= kHugePage;
  const std::size_t spare = huge ? kHugePage : 0;
  void* const mapped =
      ::mmap(nullptr, bytes + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  if (!huge) return mapped;
  auto* const first = static_cast<std::byte*>(mapped);
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(first) % kHugePage;
  if (before != 0) (void)::munmap(first, before);
  std::byte* const data = first + before;
  const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
  if (whole < bytes + spare - before) (void)::munmap(data + whole, bytes + spare - before - whole);
  (void)::madvise(data, bytes, MADV_HUGEPAGE);
  return data;
}

}  // namespace

absl::StatusOr<Pages> Pages::Make(std::size_t bytes) {
  void* const data = Map(bytes);
  if (data == nullptr) {
    return base::Error(Reason::kOutOfMemory, "no memory for a table of the cache, make it smaller");
  }
  Pages pages(data, bytes);
  // All is advice: a kernel without it keeps what is derived, never a secret.
  (void)::madvise(data, bytes, MADV_DONTDUMP);
  (void)::madvise(data, bytes, MADV_WIPEONFORK);
  return pages;
}

Pages::~Pages() {
  if (data_ != nullptr) (void)::munmap(data_, bytes_);
}

}  // namespace latchkey::cache
