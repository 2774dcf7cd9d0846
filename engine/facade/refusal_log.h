// engine/facade/refusal_log.h: how often refused attempts on locked keys are written down.
//
// Domain K-14: equal refusals (key, caller, command) coalesce into one history entry with a count,
// written at most once a minute. What is held back here goes with the next equal refusal; at most a
// thousand kinds are remembered, the rest is written at once.
#ifndef LATCHKEY_ENGINE_FACADE_REFUSAL_LOG_H_
#define LATCHKEY_ENGINE_FACADE_REFUSAL_LOG_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/lifecycle.h"

namespace latchkey::inline v0::facade {

class RefusalLog {
 public:
  // Counts one refusal at `now`. Returns how many are to be written down with it, 0 for none yet.
  [[nodiscard]] std::uint32_t Count(const KeyId& key, const IamId& caller, KeyCommand command,
                                    absl::Time now);

 private:
  struct Held {
    absl::Time written_at;
    std::uint32_t count = 0;
  };
  std::mutex mutex_;
  absl::flat_hash_map<std::string, Held> held_;
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_REFUSAL_LOG_H_
