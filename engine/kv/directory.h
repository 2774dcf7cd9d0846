// engine/kv/directory.h: the one directory of a store, held by descriptor, and whether it and its
// files are safe to use (hazards L11, L30, O3, O4).
#ifndef LATCHKEY_ENGINE_KV_DIRECTORY_H_
#define LATCHKEY_ENGINE_KV_DIRECTORY_H_

#include <sys/stat.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/kv/env.h"
#include "engine/kv/file.h"

namespace latchkey::kv {

inline constexpr char kDataFile[] = "data.mdb";
inline constexpr char kLockFile[] = "lock.mdb";  // LMDB alone opens it (hazard F2)
inline constexpr char kGateFile[] = "gate.latchkey";

class Directory {
 public:
  Directory() = default;

  // Opens `path`, which may be a symlink: what is checked and used is the directory it leads to.
  // Creates the last component, with 0700, unless `mode` is kMustExist.
  // Errors  kStoreMissing, kStorageFailed, kStoreUnsafe (not a directory)
  [[nodiscard]] static absl::StatusOr<Directory> Open(const std::string& path, OpenMode mode);

  // Errors  kStoreUnsafe  not of this user, or others may enter it
  //         kFileSystem   it lies where LMDB's promises do not hold
  [[nodiscard]] absl::Status Check(bool allow_any_file_system) const;

  // What lies under `name`, without following a symlink and without opening it.
  [[nodiscard]] absl::StatusOr<std::optional<struct stat>> Look(const char* name) const;

  // Makes names that were added or removed durable (hazard F4).
  [[nodiscard]] absl::Status Sync() const;

  // False if the path now leads to another directory. A path that cannot be looked at, as after
  // chroot, proves nothing.
  [[nodiscard]] bool StillInPlace() const;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] FileId id() const { return id_; }
  // Reaches the held directory however it is renamed. Needs /proc.
  [[nodiscard]] std::string PathByFd() const;

 private:
  Fd fd_;
  FileId id_;
  std::string real_path_;
};

// Errors  kStoreUnsafe  not regular, not of this user, has another name, or others may use it
[[nodiscard]] absl::Status CheckFile(const struct stat& info);

// True if the file system keeps LMDB's promises. `type` is statfs::f_type.
[[nodiscard]] bool IsKnownFileSystem(std::uint64_t type);

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_DIRECTORY_H_
