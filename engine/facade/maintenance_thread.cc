#include "engine/facade/maintenance_thread.h"

#include <csignal>
#include <system_error>
#include <utility>

#include "engine/base/error.h"

namespace latchkey::inline v0::facade {
namespace {

// Threads inherit the mask of whoever starts them.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MaintenanceThread>> MaintenanceThread::Start(
    absl::Duration interval, std::function<void()> body) {
  const SignalsHeld held;
  std::unique_ptr<MaintenanceThread> made(new MaintenanceThread(interval, std::move(body)));
  try {
    made->thread_ = std::thread([thread = made.get()] { thread->Run(); });
  } catch (const std::system_error&) {
    return base::Error(Reason::kOutOfMemory, "the maintenance thread cannot be started");
  }
  return made;
}

MaintenanceThread::MaintenanceThread(absl::Duration interval, std::function<void()> body)
    : interval_(absl::ToChronoNanoseconds(interval)), body_(std::move(body)) {}

MaintenanceThread::~MaintenanceThread() {
  Stop();
  if (thread_.joinable()) thread_.join();
}

void MaintenanceThread::Stop() {
  const std::lock_guard lock(mutex_);
  stop_ = true;
  stopped_.notify_all();
}

void MaintenanceThread::Run() {
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval_, [&] { return stop_; })) {
    lock.unlock();
    body_();
    lock.lock();
  }
}

}  // namespace latchkey::inline v0::facade
