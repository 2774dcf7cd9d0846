#include "engine/kv/robust_mutex.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LATCHKEY_UNDER_TSAN
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define LATCHKEY_UNDER_TSAN
#endif
#ifdef LATCHKEY_UNDER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace latchkey::kv::robust_mutex {
namespace {

// ThreadSanitizer of g++ 12 and clang 14 sees pthread_mutex_unlock but not pthread_mutex_clocklock.
void TellSanitizerOfLock([[maybe_unused]] pthread_mutex_t& mutex) {
#ifdef LATCHKEY_UNDER_TSAN
  __tsan_mutex_pre_lock(&mutex, 0);
  __tsan_mutex_post_lock(&mutex, 0, 0);
#endif
}

timespec ToTimespec(base::Deadline deadline) {
  const auto since =
      std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.at().time_since_epoch());
  constexpr std::int64_t kPerSecond = 1'000'000'000;
  return {.tv_sec = since.count() / kPerSecond, .tv_nsec = since.count() % kPerSecond};
}

}  // namespace

bool Init(pthread_mutex_t& mutex) {
  std::memset(&mutex, 0, sizeof mutex);
  pthread_mutexattr_t attributes;
  if (pthread_mutexattr_init(&attributes) != 0) return false;
  const bool done = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) == 0 &&
                    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0 &&
                    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK) == 0 &&
                    pthread_mutex_init(&mutex, &attributes) == 0;
  pthread_mutexattr_destroy(&attributes);
  return done;
}

int Lock(pthread_mutex_t& mutex, base::Deadline deadline) {
  const timespec until = ToTimespec(deadline);
  int code = pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &until);
  // What the dead owner left is judged by the in-doubt mark, not by the mutex.
  if (code == EOWNERDEAD) code = pthread_mutex_consistent(&mutex);
  if (code == 0) TellSanitizerOfLock(mutex);
  return code;
}

bool Unlock(pthread_mutex_t& mutex) { return pthread_mutex_unlock(&mutex) == 0; }

}  // namespace latchkey::kv::robust_mutex
