#include "tests/kv/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "gtest/gtest.h"

namespace latchkey::kv::testing {
namespace {

bool ReadOne(int fd) {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = ::read(fd, &byte, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1;
}

// The other side may have ended: that is seen by its exit code.
void WriteOne(int fd) {
  const char byte = 1;
  while (::write(fd, &byte, 1) < 0 && errno == EINTR) {
  }
}

}  // namespace

void Child::Link::Tell() const { WriteOne(write_fd_); }

void Child::Link::Await() const {
  if (!ReadOne(read_fd_)) ::_exit(99);
}

Child::Child(const std::function<int(const Link&)>& body) {
  std::array<int, 2> down{};
  std::array<int, 2> up{};
  EXPECT_EQ(::pipe2(down.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(up.data(), O_CLOEXEC), 0);
  ::signal(SIGPIPE, SIG_IGN);
  pid_ = ::fork();
  EXPECT_GE(pid_, 0) << "no child could be made";
  if (pid_ == 0) {
    ::close(down[1]);
    ::close(up[0]);
    Link link;
    link.read_fd_ = down[0];
    link.write_fd_ = up[1];
    ::_exit(body(link));
  }
  ::close(down[0]);
  ::close(up[1]);
  read_fd_ = up[0];
  write_fd_ = down[1];
}

Child::~Child() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    (void)Wait();
  }
  ::close(read_fd_);
  ::close(write_fd_);
}

bool Child::Await() const { return ReadOne(read_fd_); }
void Child::Tell() const { WriteOne(write_fd_); }
// Without a child of ours the number would mean every process there is.
void Child::Signal(int signal) const {
  ASSERT_GT(pid_, 0) << "no child, or waited for already";
  ::kill(pid_, signal);
}

void Child::Stop() const {
  ASSERT_NO_FATAL_FAILURE(Signal(SIGSTOP));
  int status = 0;
  EXPECT_EQ(::waitpid(pid_, &status, WUNTRACED), pid_);
  EXPECT_TRUE(WIFSTOPPED(status));
}

int Child::Wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  pid_t got = 0;
  do {
    got = ::waitpid(pid_, &status, 0);
  } while (got < 0 && errno == EINTR);
  pid_ = -1;
  if (WIFSIGNALED(status)) return 1000 + WTERMSIG(status);
  return WEXITSTATUS(status);
}

}  // namespace latchkey::kv::testing
