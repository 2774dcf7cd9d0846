// bench/must.h: what a benchmark does about an error: it ends.
#ifndef LATCHKEY_BENCH_MUST_H_
#define LATCHKEY_BENCH_MUST_H_

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace latchkey::bench {

[[noreturn]] inline void Fail(std::string_view what) {
  std::fprintf(stderr, "bench: %.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

inline void Must(bool holds, std::string_view what) {
  if (!holds) Fail(what);
}

inline void Must(const absl::Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

template <class T>
T Must(absl::StatusOr<T> result) {
  Must(result.status());
  return *std::move(result);
}

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_MUST_H_
