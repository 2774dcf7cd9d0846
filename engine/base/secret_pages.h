// engine/base/secret_pages.h: pages for several secrets, asked of the kernel together: mapping,
// two pieces of advice and locking are four system calls for all and not for each.
#ifndef LATCHKEY_ENGINE_BASE_SECRET_PAGES_H_
#define LATCHKEY_ENGINE_BASE_SECRET_PAGES_H_

#include <cstddef>
#include <string_view>

#include "latchkey/secret.h"

namespace latchkey::inline v0 {

// One thread at a time. What it made lives on without it.
class SecretPages {
 public:
  // As Secret::CopyOf, for `count` secrets, at least one.
  explicit SecretPages(std::size_t count);
  SecretPages(const SecretPages&) = delete;
  SecretPages& operator=(const SecretPages&) = delete;
  ~SecretPages();  // gives back those that were not used

  // Secret::CopyOf, on one of the pages: `count` times at most.
  [[nodiscard]] Secret CopyOf(std::string_view text);

 private:
  char* next_;
  char* end_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_ENGINE_BASE_SECRET_PAGES_H_
