// tests/base/real_mlock.h: the system call itself, also under sanitizers, which replace mlock by a
// function that does nothing and says that it did. To be included by one file of a test program.
#ifndef LATCHKEY_TESTS_BASE_REAL_MLOCK_H_
#define LATCHKEY_TESTS_BASE_REAL_MLOCK_H_

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

extern "C" int mlock(const void* address, std::size_t size) noexcept {
  return static_cast<int>(syscall(SYS_mlock, address, size));
}

#endif  // LATCHKEY_TESTS_BASE_REAL_MLOCK_H_
