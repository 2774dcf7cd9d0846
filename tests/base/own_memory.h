// tests/base/own_memory.h: this process's memory as the kernel sees it, so that a test may look at
// bytes that no C++ object owns any more.
#ifndef LATCHKEY_TESTS_BASE_OWN_MEMORY_H_
#define LATCHKEY_TESTS_BASE_OWN_MEMORY_H_

#include <fcntl.h>
#include <string.h>  // memmem
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace latchkey::testing {

// `size` bytes at `address`, fewer if not all are mapped.
inline std::string ReadOwnMemory(std::uintptr_t address, std::size_t size) {
  std::string bytes(size, '\0');
  const int file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  const ssize_t got = pread(file, bytes.data(), size, static_cast<off_t>(address));
  close(file);
  bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return bytes;
}

// The flags of the mapping that holds `address`, such as " rd wr dd wf ": see proc(5), VmFlags.
inline std::string FlagsOfMapping(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    if (words >> std::hex >> begin >> dash >> end && dash == '-') {
      inside = wanted >= begin && wanted < end;
    } else if (inside && line.starts_with("VmFlags:")) {
      return line.substr(sizeof "VmFlags:" - 1) + " ";
    }
  }
  return {};
}

// Runs `body` so deep in the stack that what it leaves there lies below all that the functions
// above use, and is still there when they look for it.
template <typename Body>
[[gnu::noinline]] void RunDeepInTheStack(Body body) {
  char room[16 * 1024];
  asm volatile("" : : "r"(room) : "memory");
  body();
  asm volatile("" : : "r"(room) : "memory");
}

// Whether the 64 KiB of stack below the calling function hold `bytes`, which must not themselves
// lie there.
[[gnu::noinline]] inline bool StackBelowHolds(const void* bytes, std::size_t size) {
  constexpr std::size_t kStackBytes = 64 * 1024;
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  const std::string stack = ReadOwnMemory(frame - kStackBytes, kStackBytes);
  return memmem(stack.data(), stack.size(), bytes, size) != nullptr;
}

}  // namespace latchkey::testing

#endif  // LATCHKEY_TESTS_BASE_OWN_MEMORY_H_
