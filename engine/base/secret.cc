#include "latchkey/secret.h"

#include <string.h>  // explicit_bzero
#include <sys/mman.h>

#include <cstring>
#include <utility>

#include "engine/base/invariant.h"

namespace latchkey {
inline namespace v0 {
namespace {

// The kernel rounds up where its pages are larger.
constexpr std::size_t kPageBytes = 4096;

char* MapPage() {
  void* const page =
      mmap(nullptr, kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  LATCHKEY_INVARIANT(page != MAP_FAILED, "the kernel gives a page for a secret");
  LATCHKEY_INVARIANT(madvise(page, kPageBytes, MADV_DONTDUMP) == 0,
                     "the kernel keeps a secret out of core dumps");
  LATCHKEY_INVARIANT(madvise(page, kPageBytes, MADV_WIPEONFORK) == 0,
                     "the kernel keeps a secret out of forked children");
  // Best effort: RLIMIT_MEMLOCK is the host's to set.
  [[maybe_unused]] const int unlocked = mlock(page, kPageBytes);
  return static_cast<char*>(page);
}

void WipeAndUnmap(char* page) {
  if (page == nullptr) return;
  explicit_bzero(page, kPageBytes);
  LATCHKEY_INVARIANT(munmap(page, kPageBytes) == 0, "the page of a secret can be unmapped");
}

}  // namespace

Secret Secret::CopyOf(std::string_view text) {
  LATCHKEY_INVARIANT(!text.empty() && text.size() <= kPageBytes, "a secret has 1..4096 bytes");
  Secret secret;
  secret.page_ = MapPage();
  secret.size_ = text.size();
  std::memcpy(secret.page_, text.data(), text.size());
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : page_(std::exchange(other.page_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  WipeAndUnmap(page_);
  page_ = std::exchange(other.page_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Secret::~Secret() { WipeAndUnmap(page_); }

}  // namespace v0
}  // namespace latchkey
