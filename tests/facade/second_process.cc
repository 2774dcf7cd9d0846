#include "facade/second_process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <utility>

namespace latchkey::test {

SecondProcess::SecondProcess(Options options, Task task) {
  EXPECT_EQ(pipe(to_), 0);
  EXPECT_EQ(pipe(from_), 0);
  child_ = fork();
  if (child_ == 0) {
    close(to_[1]);
    close(from_[0]);
    _exit(Serve(options, task));
  }
  close(to_[0]);
  close(from_[1]);
}

SecondProcess::~SecondProcess() {
  if (child_ > 0) {
    EXPECT_TRUE(Finish());
  }
}

int SecondProcess::Serve(const Options& options, const Task& task) const {
  std::optional<Engine> engine;
  std::string line;
  char c = 0;
  while (read(to_[0], &c, 1) == 1) {
    if (c != '\n') {
      line.push_back(c);
      continue;
    }
    if (!engine) {
      auto opened = Engine::Open(options);
      if (!opened.ok()) return 1;
      engine.emplace(*std::move(opened));
    }
    const char answer = task(*engine, line) ? 'k' : 'x';
    if (write(from_[1], &answer, 1) != 1) return 2;
    line.clear();
  }
  return 0;  // the engine is closed on the way
}

void SecondProcess::Begin(const std::string& text) {
  const std::string line = text + "\n";
  EXPECT_EQ(write(to_[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
}

bool SecondProcess::End() {
  char answer = 0;
  return read(from_[0], &answer, 1) == 1 && answer == 'k';
}

void SecondProcess::Kill() {
  EXPECT_EQ(kill(child_, SIGKILL), 0);
  Finish();
}

bool SecondProcess::Finish() {
  close(to_[1]);
  close(from_[0]);
  int status = 0;
  EXPECT_EQ(waitpid(std::exchange(child_, -1), &status, 0) > 0, true);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace latchkey::test
