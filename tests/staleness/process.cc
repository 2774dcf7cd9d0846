#include "staleness/process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace latchkey::test {
namespace {

int ResultOf(int status) {
  return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

OtherProcess::OtherProcess(const std::function<int()>& body) {
  const pid_t parent = getpid();
  pid_ = fork();
  EXPECT_GE(pid_, 0) << "no child could be made";
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(98);
  _exit(body());
}

OtherProcess::~OtherProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  (void)Wait();
}

bool OtherProcess::Runs() {
  int status = 0;
  if (pid_ <= 0 || waitpid(pid_, &status, WNOHANG) != pid_) return pid_ > 0;
  pid_ = -1;
  result_ = ResultOf(status);
  return false;
}

int OtherProcess::Wait() {
  int status = 0;
  while (pid_ > 0) {
    if (waitpid(pid_, &status, 0) != pid_) {
      if (errno == EINTR) continue;
      return -1;
    }
    pid_ = -1;
    result_ = ResultOf(status);
  }
  return result_;
}

}  // namespace latchkey::test
