// tests/staleness/process.h: another process of the test, and the memory that both look at.
//
// The two sides tell each other through atomics, so that nothing lies between an acknowledgement
// and the first question after it but one cache line.
#ifndef LATCHKEY_TESTS_STALENESS_PROCESS_H_
#define LATCHKEY_TESTS_STALENESS_PROCESS_H_

#include <sched.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cstdlib>
#include <functional>
#include <new>

namespace latchkey::test {

// A T in memory that this process shares with the children it forks afterwards.
template <class T>
class Shared {
 public:
  Shared() {
    void* const map =
        mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) std::abort();
    object_ = new (map) T();
  }
  ~Shared() { munmap(object_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }

 private:
  T* object_ = nullptr;
};

// Runs `body` in a forked child, which ends with its answer and without destructors, and with its
// parent at the latest.
class OtherProcess {
 public:
  explicit OtherProcess(const std::function<int()>& body);
  ~OtherProcess();  // kills it if nobody has waited for it
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  // Whether it still runs.
  [[nodiscard]] bool Runs();
  // Its exit code, or 1000 plus the signal that ended it.
  [[nodiscard]] int Wait();

  // Until `condition()`; false if the process ended first.
  template <class Condition>
  [[nodiscard]] bool Await(Condition condition) {
    for (unsigned turn = 1; !condition(); ++turn) {
      if (turn % kSpins == 0) sched_yield();
      if (turn % kLooks == 0 && !Runs()) return condition();
    }
    return true;
  }

 private:
  static constexpr unsigned kSpins = 256;
  static constexpr unsigned kLooks = kSpins * 1024;

  pid_t pid_ = -1;
  int result_ = -1;
};

// Until `condition()`, in a child: its parent's end is its own.
template <class Condition>
void AwaitParent(Condition condition) {
  for (unsigned turn = 1; !condition(); ++turn) {
    if (turn % 256 == 0) sched_yield();
  }
}

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_STALENESS_PROCESS_H_
