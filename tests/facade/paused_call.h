// A Create or Rotate that stands still where races are decided: after its check on a snapshot and
// before its write transaction, at its first draw of random bytes. No sleep, no chance.
#ifndef LATCHKEY_TESTS_FACADE_PAUSED_CALL_H_
#define LATCHKEY_TESTS_FACADE_PAUSED_CALL_H_

#include <sys/random.h>

#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "engine/crypto/random_source.h"

namespace latchkey::test {

class PausedCall {
 public:
  // Runs `call` on a thread of its own and returns when it stands still. One at a time.
  explicit PausedCall(std::function<void()> call) {
    reached_ = false;
    released_ = false;
    crypto::SetRandomSourceForTests(&Source);
    thread_ = std::thread([call = std::move(call)] {
      stops_here_ = true;
      call();
      reached_ = true;  // a call that drew nothing was refused early: its test will say so
      reached_.notify_all();
    });
    reached_.wait(false);
  }
  ~PausedCall() { Finish(); }
  PausedCall(const PausedCall&) = delete;
  PausedCall& operator=(const PausedCall&) = delete;

  // Lets it go on, and waits for its end.
  void Finish() {
    if (!thread_.joinable()) return;
    released_ = true;
    released_.notify_all();
    thread_.join();
    crypto::SetRandomSourceForTests(nullptr);
  }

 private:
  static ssize_t Source(void* buffer, std::size_t size, unsigned flags) {
    if (std::exchange(stops_here_, false)) {
      reached_ = true;
      reached_.notify_all();
      released_.wait(false);
    }
    return getrandom(buffer, size, flags);
  }

  inline static thread_local bool stops_here_ = false;
  inline static std::atomic<bool> reached_{false};
  inline static std::atomic<bool> released_{false};
  std::thread thread_;
};

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_FACADE_PAUSED_CALL_H_
