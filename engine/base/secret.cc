#include "latchkey/secret.h"

#include <string.h>  // explicit_bzero
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/invariant.h"
#include "engine/base/secret_pages.h"

namespace latchkey {
inline namespace v0 {
namespace {

// Of a secret. The kernel rounds up where its pages are larger.
constexpr std::size_t kPageBytes = 4096;

// From the page of one secret to the next.
std::size_t Stride() {
  static const auto kernel = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return std::max(kPageBytes, kernel);
}

char* MapPages(std::size_t bytes) {
  void* const pages =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  LATCHKEY_INVARIANT(pages != MAP_FAILED, "the kernel gives a page for a secret");
  LATCHKEY_INVARIANT(madvise(pages, bytes, MADV_DONTDUMP) == 0,
                     "the kernel keeps a secret out of core dumps");
  LATCHKEY_INVARIANT(madvise(pages, bytes, MADV_WIPEONFORK) == 0,
                     "the kernel keeps a secret out of forked children");
  return static_cast<char*>(pages);
}

// Best effort: RLIMIT_MEMLOCK is the host's to set. Where not all may be locked, as many as may.
void LockPages(char* pages, std::size_t bytes) {
  if (mlock(pages, bytes) == 0) return;
  for (std::size_t at = 0; at < bytes && mlock(pages + at, kPageBytes) == 0; at += Stride()) {
  }
}

void WipeAndUnmap(char* page) {
  if (page == nullptr) return;
  explicit_bzero(page, kPageBytes);
  LATCHKEY_INVARIANT(munmap(page, kPageBytes) == 0, "the page of a secret can be unmapped");
}

}  // namespace

SecretPages::SecretPages(std::size_t count)
    : next_(MapPages(count * Stride())), end_(next_ + count * Stride()) {
  LockPages(next_, count * Stride());
}

SecretPages::~SecretPages() {
  if (next_ == end_) return;
  LATCHKEY_INVARIANT(munmap(next_, static_cast<std::size_t>(end_ - next_)) == 0,
                     "pages without secrets can be unmapped");
}

Secret SecretPages::CopyOf(std::string_view text) {
  LATCHKEY_INVARIANT(!text.empty() && text.size() <= kPageBytes, "a secret has 1..4096 bytes");
  LATCHKEY_INVARIANT(next_ != end_, "there is a page for each secret");
  Secret secret;
  secret.page_ = std::exchange(next_, next_ + Stride());
  secret.size_ = text.size();
  std::memcpy(secret.page_, text.data(), text.size());
  return secret;
}

Secret Secret::CopyOf(std::string_view text) { return SecretPages(1).CopyOf(text); }

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
