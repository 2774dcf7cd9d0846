// tests/kv/system_calls.h: sees, fails or ends the process at the file system calls that LMDB and
// our own code make. The test program defines the calls themselves; liblmdb.so binds to them.
#ifndef LATCHKEY_TESTS_KV_SYSTEM_CALLS_H_
#define LATCHKEY_TESTS_KV_SYSTEM_CALLS_H_

#include <cstddef>
#include <functional>
#include <string>

namespace latchkey::kv::testing {

struct SystemCall {
  enum class Moment { kBefore, kAfter };
  Moment moment;
  std::string name;       // open, pwrite, writev, fdatasync, fsync, ftruncate, msync, unlinkat
  std::string file;       // last component; empty for msync
  std::size_t bytes = 0;  // of a pwrite

  [[nodiscard]] bool Before() const { return moment == Moment::kBefore; }
  // The one write by which LMDB makes a commit visible: a meta page, to the O_DSYNC descriptor.
  [[nodiscard]] bool IsMetaWrite() const { return name == "pwrite" && bytes == 120; }
};

// Answers the errno to fail with, or 0 to go on. What it answers after the call is ignored.
using Watcher = std::function<int(const SystemCall&)>;

// While it lives, every call of this process goes through `watcher`. One at a time.
class Watching {
 public:
  explicit Watching(Watcher watcher);
  ~Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  Watcher watcher_;
};

}  // namespace latchkey::kv::testing

#endif  // LATCHKEY_TESTS_KV_SYSTEM_CALLS_H_
