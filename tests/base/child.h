// tests/base/child.h: runs a piece of a test in a forked child, for limits and losses that the rest
// of the program must not suffer.
#ifndef LATCHKEY_TESTS_BASE_CHILD_H_
#define LATCHKEY_TESTS_BASE_CHILD_H_

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace latchkey::test {

// What `body()` returned (0..255) in a forked child, or -1 if the child died of something else.
template <typename Body>
int ResultInChild(Body body) {
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) _exit(body());
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_BASE_CHILD_H_
