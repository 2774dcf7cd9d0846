// engine/facade/maintenance_thread.h: a thread that does the same thing now and then.
#ifndef LATCHKEY_ENGINE_FACADE_MAINTENANCE_THREAD_H_
#define LATCHKEY_ENGINE_FACADE_MAINTENANCE_THREAD_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace latchkey::inline v0::facade {

// In a child of fork there is no such thread, and nothing of this may be touched, not even
// destroyed.
class MaintenanceThread {
 public:
  // Runs `body` after each `interval`, never twice at once. The host's signals are not delivered to
  // it. Errors: kOutOfMemory (no thread can be had).
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<MaintenanceThread>> Start(
      absl::Duration interval, std::function<void()> body);
  ~MaintenanceThread();  // waits for the end of a run
  MaintenanceThread(const MaintenanceThread&) = delete;
  MaintenanceThread& operator=(const MaintenanceThread&) = delete;

  // There will be no further run. Does not wait for one that goes on.
  void Stop();

 private:
  MaintenanceThread(absl::Duration interval, std::function<void()> body);
  void Run();

  const std::chrono::nanoseconds interval_;
  const std::function<void()> body_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_MAINTENANCE_THREAD_H_
