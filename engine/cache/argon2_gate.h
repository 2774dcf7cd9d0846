// engine/cache/argon2_gate.h: how many Argon2id run at once, who waits, and in what order.
//
// Each run takes the configured memory and a core; more at once than cores only adds memory
// (hazard K7). The gate bounds runs and waiters, serves accounts in turn so that one that hammers
// delays itself and not the others, and keeps every wait within its deadline.
#ifndef LATCHKEY_ENGINE_CACHE_ARGON2_GATE_H_
#define LATCHKEY_ENGINE_CACHE_ARGON2_GATE_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "engine/base/deadline.h"

namespace latchkey::cache {

class Argon2Gate {
 public:
  // `concurrency` >= 1 runs at once, `waiting` more may wait.
  Argon2Gate(std::uint32_t concurrency, std::uint32_t waiting);

  // The right to run one Argon2id. Belongs to the work, not to the caller's patience: it is given
  // back when the hash has ended (hazard C19).
  class Permit {
   public:
    Permit(Permit&& other) noexcept : gate_(other.gate_) { other.gate_ = nullptr; }
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (gate_ != nullptr) gate_->Release();
    }

   private:
    friend class Argon2Gate;
    explicit Permit(Argon2Gate* gate) : gate_(gate) {}
    Argon2Gate* gate_;
  };

  // Errors  kBusy    too many wait, or the deadline came first
  //         kClosed  Shutdown was called
  // Threads any; waits
  [[nodiscard]] absl::StatusOr<Permit> Acquire(std::string_view account, base::Deadline deadline);

  // Ends every wait, present and future, with kClosed. Runs in progress end by themselves.
  void Shutdown();

  [[nodiscard]] std::uint32_t running() const;
  [[nodiscard]] std::uint32_t waiting() const;
  [[nodiscard]] std::uint32_t most_running() const;  // since the gate was made
  [[nodiscard]] std::uint64_t refused_busy() const;

 private:
  struct Waiter {
    std::condition_variable ready;
    bool granted = false;
  };
  // The waiters of one account, first come first served.
  struct Line {
    std::string account;
    std::deque<Waiter*> waiters;
  };

  void Release();
  // Gives freed permits to the next account in turn. Requires mutex_.
  void GrantNext();
  void Leave(std::string_view account, Waiter* waiter);

  const std::uint32_t concurrency_;
  const std::uint32_t waiting_max_;

  mutable std::mutex mutex_;
  bool shut_ = false;
  std::uint32_t running_ = 0;
  std::uint32_t most_running_ = 0;
  std::uint32_t waiting_ = 0;
  std::uint64_t refused_busy_ = 0;
  std::list<Line> turn_;  // accounts with waiters; the front is served next
  absl::flat_hash_map<std::string, std::list<Line>::iterator> lines_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ARGON2_GATE_H_
