// engine/cache/single_flight.h: one Argon2id for many callers who show the same new token.
//
// A flight shares only "this token matches this verifier"; what that means for each caller (state,
// expiry, access) each decides for itself. Only completed work is shared: a leader that was refused
// by the gate or ran out of memory leaves its followers to try for themselves (hazard C87).
#ifndef LATCHKEY_ENGINE_CACHE_SINGLE_FLIGHT_H_
#define LATCHKEY_ENGINE_CACHE_SINGLE_FLIGHT_H_

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "engine/base/deadline.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

class SingleFlight {
 public:
  struct Key {
    crypto::Hash128 token;                // keyed hash of the whole token
    std::array<std::uint8_t, 16> salt{};  // of the verifier: unique to one secret
    bool operator==(const Key&) const = default;

    template <class H>
    friend H AbslHashValue(H state, const Key& key) {
      return H::combine(std::move(state), key.token.low, key.token.high);
    }
  };

  // The result of `work`, run by this caller or shared from one who runs it now. kBusy if another's
  // run did not end before `deadline`. `shared` is told which it was.
  [[nodiscard]] absl::StatusOr<bool> Do(const Key& key, base::Deadline deadline, bool& shared,
                                        const std::function<absl::StatusOr<bool>()>& work);

 private:
  struct Flight {
    std::condition_variable landed_signal;
    bool landed = false;
    std::optional<bool> result;  // nothing: it failed, and failures are not shared
  };
  class Landing;

  std::mutex mutex_;
  absl::flat_hash_map<Key, std::shared_ptr<Flight>> flights_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_SINGLE_FLIGHT_H_
