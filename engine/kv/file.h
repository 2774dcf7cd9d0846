// engine/kv/file.h: an owned file descriptor, and what a file is beyond its name.
#ifndef LATCHKEY_ENGINE_KV_FILE_H_
#define LATCHKEY_ENGINE_KV_FILE_H_

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace latchkey::kv {

// Never used for lock.mdb: closing any descriptor of it drops LMDB's locks (hazard F2).
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// The same file by whatever path: symlink, bind mount or hard link.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
  [[nodiscard]] bool known() const { return inode != 0; }
};

[[nodiscard]] inline FileId IdOf(const struct stat& info) { return {info.st_dev, info.st_ino}; }

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_FILE_H_
