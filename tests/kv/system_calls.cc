#include "tests/kv/system_calls.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <utility>

namespace latchkey::kv::testing {
namespace {

std::atomic<const Watcher*> current{nullptr};

std::string LastComponent(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string NameOf(int fd) {
  std::array<char, PATH_MAX> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  if (length <= 0) return {};
  return LastComponent(std::string(path.data(), static_cast<std::size_t>(length)));
}

// `describe` gives the file's name and the number of bytes; it is called only if somebody watches.
template <typename Describe, typename Make>
long Pass(const char* name, const Describe& describe, const Make& make) {
  const Watcher* watcher = current.load();
  if (watcher == nullptr) return make();
  const int entry_errno = errno;
  const auto [file, bytes] = describe();
  SystemCall call{SystemCall::Moment::kBefore, name, file, bytes};
  if (const int error = (*watcher)(call); error != 0) {
    errno = error;
    return -1;
  }
  errno = entry_errno;
  const long result = make();
  const int left_errno = errno;
  call.moment = SystemCall::Moment::kAfter;
  (*watcher)(call);
  errno = left_errno;
  return result;
}

using Described = std::pair<std::string, std::size_t>;

}  // namespace

Watching::Watching(Watcher watcher) : watcher_(std::move(watcher)) { current.store(&watcher_); }
Watching::~Watching() { current.store(nullptr); }

long PassFd(const char* name, int fd, std::size_t bytes, const std::function<long()>& make) {
  return Pass(
      name, [&] { return Described(NameOf(fd), bytes); }, make);
}

long PassPath(const char* name, const char* path, const std::function<long()>& make) {
  return Pass(
      name, [&] { return Described(LastComponent(path), 0); }, make);
}

}  // namespace latchkey::kv::testing

using latchkey::kv::testing::PassFd;
using latchkey::kv::testing::PassPath;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return static_cast<int>(
      PassPath("open", path, [=] { return ::syscall(SYS_openat, AT_FDCWD, path, flags, mode); }));
}

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return static_cast<int>(
      PassPath("open", path, [=] { return ::syscall(SYS_openat, directory, path, flags, mode); }));
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) {
  return PassFd("pwrite", fd, count, [=] { return ::syscall(SYS_pwrite64, fd, bytes, count, at); });
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  return PassFd("writev", fd, 0, [=] { return ::syscall(SYS_writev, fd, parts, count); });
}

int fdatasync(int fd) {
  return static_cast<int>(PassFd("fdatasync", fd, 0, [=] { return ::syscall(SYS_fdatasync, fd); }));
}

int fsync(int fd) {
  return static_cast<int>(PassFd("fsync", fd, 0, [=] { return ::syscall(SYS_fsync, fd); }));
}

int ftruncate(int fd, off_t size) noexcept {
  return static_cast<int>(
      PassFd("ftruncate", fd, 0, [=] { return ::syscall(SYS_ftruncate, fd, size); }));
}

int msync(void* address, size_t length, int flags) {
  return static_cast<int>(
      PassPath("msync", "", [=] { return ::syscall(SYS_msync, address, length, flags); }));
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  return static_cast<int>(
      PassPath("unlinkat", path, [=] { return ::syscall(SYS_unlinkat, directory, path, flags); }));
}

}  // extern "C"
