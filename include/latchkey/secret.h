// latchkey/secret.h: the one type that carries a secret of latchkey's making to its person.
//
// A Secret can be moved, shown through one loudly named call, and destroyed. It cannot be copied,
// compared or printed. What it is not: a store of secrets that hosts present (those are passed as
// std::string_view and never kept).
//
// Rules
//   [domain K-2]  a secret exists in clear only in the answer to create and to rotate.
//   [hazard K13]  move-only, wiped, no stream operator, no comparison.
#ifndef LATCHKEY_SECRET_H_
#define LATCHKEY_SECRET_H_

#include <cstddef>
#include <string_view>

#include "latchkey/version.h"

namespace latchkey::inline v0 {

class Secret {
 public:
  // Holds nothing.
  Secret() = default;

  // Takes over a copy of `text`; the caller wipes its own. The bytes live on a page of their own
  // that is excluded from core dumps, zeroed in forked children and, where RLIMIT_MEMLOCK permits,
  // locked into memory. Range: 1..4096 bytes. Ends the process if no page can be had.
  [[nodiscard]] static Secret CopyOf(std::string_view text);

  Secret(Secret&& other) noexcept;             // leaves `other` empty
  Secret& operator=(Secret&& other) noexcept;  // wipes what it held
  ~Secret();                                   // wipes

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  bool operator==(const Secret&) const = delete;

  // The text, valid while this object lives and is not moved from. A search for the name of this
  // function lists every place that sees a secret.
  [[nodiscard]] std::string_view ExposeSecret() const { return {page_, size_}; }

  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  friend class SecretPages;  // the engine's way to make several at once
  char* page_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_SECRET_H_
