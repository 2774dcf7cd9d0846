#include "engine/kv/directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "engine/base/error.h"

namespace latchkey::kv {
namespace {

constexpr std::uint64_t kXfsMagic = 0x58465342;  // not in linux/magic.h of every kernel

absl::Status Unsafe(std::string_view message) { return base::Error(Reason::kStoreUnsafe, message); }

absl::Status OpenFault(int error) {
  switch (error) {
    case ENOENT:
      return base::Error(Reason::kStoreMissing,
                         "there is no such directory: create it or its parent");
    case ENOTDIR:
      return Unsafe("the path is not a directory: give the store a directory of its own");
    case EACCES:
    case EPERM:
      return Unsafe("the directory is not accessible: run as its owner");
    default:
      return base::Error(Reason::kStorageFailed,
                         "the directory cannot be opened: check the device");
  }
}

// Durable before anything is put into it: else the whole store may vanish with its name.
absl::Status SyncParent(int fd) {
  const Fd parent(::openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent.ok() || ::fsync(parent.get()) != 0) {
    return base::Error(Reason::kStorageFailed, "the parent directory cannot be synced");
  }
  return absl::OkStatus();
}

}  // namespace

bool IsKnownFileSystem(std::uint64_t type) {
  constexpr std::array<std::uint64_t, 5> kKnown = {EXT4_SUPER_MAGIC, kXfsMagic, BTRFS_SUPER_MAGIC,
                                                   TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC};
  for (const std::uint64_t known : kKnown) {
    if (type == known) return true;
  }
  return false;
}

absl::StatusOr<Directory> Directory::Open(const std::string& path, OpenMode mode) {
  const bool created = mode != OpenMode::kMustExist && ::mkdir(path.c_str(), S_IRWXU) == 0;
  Directory directory;
  directory.fd_ = Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.fd_.ok()) return OpenFault(errno);
  // The process' umask may have taken bits from its owner.
  if (created && ::fchmod(directory.fd(), S_IRWXU) != 0) return OpenFault(errno);
  if (created) LATCHKEY_RETURN_IF_ERROR(SyncParent(directory.fd()));
  struct stat info;
  if (::fstat(directory.fd(), &info) != 0) return OpenFault(errno);
  directory.id_ = IdOf(info);
  std::array<char, PATH_MAX> real{};
  const ssize_t length = ::readlink(directory.PathByFd().c_str(), real.data(), real.size());
  if (length <= 0) {
    return base::Error(Reason::kFileSystem, "there is no /proc here: mount it for this process");
  }
  directory.real_path_.assign(real.data(), static_cast<std::size_t>(length));
  return directory;
}

absl::Status Directory::Check(bool allow_any_file_system) const {
  struct statfs system;
  if (::fstatfs(fd(), &system) != 0) return OpenFault(errno);
  if (!allow_any_file_system && !IsKnownFileSystem(static_cast<std::uint64_t>(system.f_type))) {
    return base::Error(Reason::kFileSystem,
                       "the file system may not keep locks and maps coherent: use a local one");
  }
  struct stat info;
  if (::fstat(fd(), &info) != 0) return OpenFault(errno);
  if (info.st_uid != ::geteuid()) {
    return Unsafe("the directory belongs to another user: run as its owner");
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Unsafe("others may enter the directory: set its mode to 0700");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<struct stat>> Directory::Look(const char* name) const {
  struct stat info;
  if (::fstatat(fd(), name, &info, AT_SYMLINK_NOFOLLOW) == 0) return info;
  if (errno == ENOENT) return std::optional<struct stat>();
  return base::Error(Reason::kStorageFailed, "a file of the store cannot be looked at");
}

absl::Status Directory::Sync() const {
  if (::fsync(fd()) == 0) return absl::OkStatus();
  return base::Error(Reason::kStorageFailed, "the directory cannot be synced: check the device");
}

bool Directory::StillInPlace() const {
  struct stat info;
  return ::stat(real_path_.c_str(), &info) != 0 || IdOf(info) == id_;
}

std::string Directory::PathByFd() const { return "/proc/self/fd/" + std::to_string(fd()); }

absl::Status CheckFile(const struct stat& info) {
  if (!S_ISREG(info.st_mode)) {
    return Unsafe("a file of the store is not a regular file: put the file itself there");
  }
  if (info.st_uid != ::geteuid()) {
    return Unsafe("a file of the store belongs to another user: run as its owner");
  }
  if (info.st_nlink != 1) {
    return Unsafe("a file of the store has another name too: remove the other hard link");
  }
  constexpr mode_t kOwnerReadsAndWrites = S_IRUSR | S_IWUSR;
  if ((info.st_mode & 07777 & ~kOwnerReadsAndWrites) != 0) {
    return Unsafe("others may use a file of the store: set its mode to 0600");
  }
  return absl::OkStatus();
}

}  // namespace latchkey::kv
