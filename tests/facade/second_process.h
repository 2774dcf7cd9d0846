// tests/facade/second_process.h: another process on the same store, which does one thing and then
// waits to be ended or killed.
#ifndef LATCHKEY_TESTS_FACADE_SECOND_PROCESS_H_
#define LATCHKEY_TESTS_FACADE_SECOND_PROCESS_H_

#include <sys/types.h>

#include <functional>
#include <string>

#include "latchkey/engine.h"

namespace latchkey::test {

class SecondProcess {
 public:
  // Gets the text that Run was given. True: as expected.
  using Task = std::function<bool(const Engine&, const std::string&)>;

  // Forks at once: construct it before any engine is opened. It opens the store at the first Run.
  SecondProcess(Options options, Task task);
  ~SecondProcess();
  SecondProcess(const SecondProcess&) = delete;
  SecondProcess& operator=(const SecondProcess&) = delete;

  // Begins the task with a text of one line.
  void Begin(const std::string& text);
  // Whether the task that was begun last came back as expected.
  bool End();
  bool Run(const std::string& text) {
    Begin(text);
    return End();
  }

  void Kill();  // by SIGKILL
  // Closes its engine and ends it. False unless it ended well.
  bool Finish();

 private:
  [[nodiscard]] int Serve(const Options& options, const Task& task) const;

  int to_[2] = {-1, -1};
  int from_[2] = {-1, -1};
  pid_t child_ = -1;
};

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_FACADE_SECOND_PROCESS_H_
