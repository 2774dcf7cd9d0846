// tests/kv/child.h: another process, in step with the test.
#ifndef LATCHKEY_TESTS_KV_CHILD_H_
#define LATCHKEY_TESTS_KV_CHILD_H_

#include <sys/types.h>

#include <functional>

namespace latchkey::kv::testing {

// Runs a function in a forked child, which ends with its answer and without destructors. The two
// sides wait for each other through pipes, never by time.
class Child {
 public:
  // The child's side of the pipes.
  class Link {
   public:
    void Tell() const;   // lets the parent's Await() return
    void Await() const;  // until the parent's Tell(); ends the process if the parent has gone

   private:
    friend class Child;
    int read_fd_ = -1;
    int write_fd_ = -1;
  };

  explicit Child(const std::function<int(const Link&)>& body);
  ~Child();  // kills it if nobody has waited for it
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] bool Await() const;  // false if it ended instead
  void Tell() const;
  void Signal(int signal) const;
  // Until it is stopped by SIGSTOP.
  void Stop() const;
  // Its exit code, or 1000 plus the signal that ended it.
  [[nodiscard]] int Wait();

 private:
  pid_t pid_ = -1;
  int read_fd_ = -1;
  int write_fd_ = -1;
};

}  // namespace latchkey::kv::testing

#endif  // LATCHKEY_TESTS_KV_CHILD_H_
