// engine/kv/patience.h: bounded retries with jitter, for what other processes do while opening.
#ifndef LATCHKEY_ENGINE_KV_PATIENCE_H_
#define LATCHKEY_ENGINE_KV_PATIENCE_H_

#include <cstdint>

#include "absl/time/time.h"

#include "engine/base/deadline.h"

namespace latchkey::kv {

class Patience {
 public:
  explicit Patience(absl::Duration limit);

  // Sleeps 1 to 16 ms, growing and at random. False, at once, when the limit has passed.
  [[nodiscard]] bool Wait();

 private:
  base::Deadline deadline_;
  std::uint64_t state_;
  std::int64_t ceiling_us_ = 1000;
};

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_PATIENCE_H_
