#include "engine/kv/gate.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/kv/patience.h"
#include "engine/kv/robust_mutex.h"

namespace latchkey::kv {
namespace {

constexpr char kMagic[8] = {'l', 'a', 't', 'c', 'h', 'g', 'a', 't'};
constexpr std::uint32_t kVersion = 1;
constexpr off_t kOpeningByte = 0;
constexpr off_t kPresenceByte = 1;
// Opening takes milliseconds; only a stopped process holds on for longer.
constexpr absl::Duration kOpeningPatience = absl::Seconds(10);

absl::Status Failed(std::string_view message) {
  return base::Error(Reason::kStorageFailed, message);
}

absl::Status Foreign() {
  return base::Error(Reason::kStoreForeign,
                     "the gate file is not of this version: remove it while no process runs");
}

// False if another process holds a lock that conflicts; other faults cannot happen on a good fd.
bool SetLock(int fd, short type, off_t byte) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

absl::StatusOr<std::array<char, 40>> ReadBootId() {
  std::array<char, 40> id{};
  const Fd fd(::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC));
  if (!fd.ok() || ::read(fd.get(), id.data(), id.size() - 1) <= 0) {
    return base::Error(Reason::kFileSystem, "there is no /proc here: mount it for this process");
  }
  return id;
}

absl::StatusOr<std::uint64_t> ReadPidNamespace() {
  struct stat info;
  if (::stat("/proc/self/ns/pid", &info) != 0) {
    return base::Error(Reason::kFileSystem, "there is no /proc here: mount it for this process");
  }
  return std::uint64_t{info.st_ino};
}

absl::StatusOr<Fd> OpenFile(const Directory& directory) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto before, directory.Look(kGateFile));
  if (before.has_value()) LATCHKEY_RETURN_IF_ERROR(CheckFile(*before));
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Fd fd(::openat(directory.fd(), kGateFile, kFlags, S_IRUSR | S_IWUSR));
  if (!fd.ok()) {
    if (errno == EDQUOT || errno == ENOSPC) {
      return base::Error(Reason::kStorageFull, "no space for the gate file: free some");
    }
    return Failed("the gate file cannot be opened: check its owner and the device");
  }
  // The umask may have taken bits from the owner of a new file.
  if (!before.has_value() && ::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) {
    return Failed("the mode of the gate file cannot be set");
  }
  return fd;
}

absl::Status WaitForOpeningByte(int fd) {
  Patience patience(kOpeningPatience);
  while (!SetLock(fd, F_WRLCK, kOpeningByte)) {
    if (!patience.Wait()) {
      return base::Error(Reason::kBusy, "another process is opening the store: try again");
    }
  }
  return absl::OkStatus();
}

}  // namespace

Gate::Gate(Fd fd, FileId id, Reservation& reservation)
    : reservation_(reservation), fd_(std::move(fd)), id_(id) {
  reservation_.SetGateFd(fd_.get());
}

absl::StatusOr<std::unique_ptr<Gate>> Gate::Open(const Directory& directory,
                                                 Reservation& reservation) {
  LATCHKEY_ASSIGN_OR_RETURN(Fd fd, OpenFile(directory));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return Failed("the gate file cannot be looked at");
  LATCHKEY_RETURN_IF_ERROR(CheckFile(info));
  auto gate = std::unique_ptr<Gate>(new Gate(std::move(fd), IdOf(info), reservation));
  LATCHKEY_RETURN_IF_ERROR(WaitForOpeningByte(gate->fd_.get()));
  LATCHKEY_ASSIGN_OR_RETURN(const auto now, directory.Look(kGateFile));
  if (!now.has_value() || IdOf(*now) != gate->id_) {
    return base::Error(Reason::kBusy, "the gate file was exchanged just now: try again");
  }
  LATCHKEY_RETURN_IF_ERROR(gate->LookWhoIsHere());
  LATCHKEY_RETURN_IF_ERROR(gate->MapIt(directory));
  LATCHKEY_RETURN_IF_ERROR(gate->JoinOrBegin());
  return gate;
}

absl::Status Gate::LookWhoIsHere() {
  alone_ = SetLock(fd_.get(), F_WRLCK, kPresenceByte);
  // Alone, this turns the lock into a shared one without letting go of it.
  if (SetLock(fd_.get(), F_RDLCK, kPresenceByte)) return absl::OkStatus();
  return Failed("the gate file cannot be locked");
}

// Through an open file of its own: a map keeps its open file alive in children of fork, and with it
// the locks, whatever they close.
absl::Status Gate::MapIt(const Directory& directory) {
  const Fd unlocked(::openat(directory.fd(), kGateFile, O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  struct stat info;
  if (!unlocked.ok() || ::fstat(unlocked.get(), &info) != 0 || IdOf(info) != id_) {
    return Failed("the gate file cannot be opened: check its owner and the device");
  }
  if (info.st_size < static_cast<off_t>(kGateBytes)) {
    // Only its maker, killed at once, leaves it short.
    if (!alone_) return Foreign();
    if (::ftruncate(fd_.get(), kGateBytes) != 0) return Failed("the gate file cannot be sized");
  }
  void* map = ::mmap(nullptr, kGateBytes, PROT_READ | PROT_WRITE, MAP_SHARED, unlocked.get(), 0);
  if (map == MAP_FAILED) return base::Error(Reason::kOutOfMemory, "no address space for a map");
  layout_ = static_cast<GateLayout*>(map);
  return absl::OkStatus();
}

absl::Status Gate::CheckLayout() const {
  const bool fits = std::memcmp(layout_->magic, kMagic, sizeof kMagic) == 0 &&
                    layout_->version == kVersion && layout_->mutex_bytes == sizeof(pthread_mutex_t);
  return fits ? absl::OkStatus() : Foreign();
}

absl::Status Gate::JoinOrBegin() {
  LATCHKEY_ASSIGN_OR_RETURN(const auto boot_id, ReadBootId());
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t pid_namespace, ReadPidNamespace());
  const std::array<char, sizeof kMagic> nothing{};
  const bool fresh = std::memcmp(layout_->magic, nothing.data(), nothing.size()) == 0;
  if (!fresh || !alone_) LATCHKEY_RETURN_IF_ERROR(CheckLayout());
  if (!alone_) {
    if (layout_->pid_namespace != pid_namespace) {
      return base::Error(Reason::kPidNamespace,
                         "processes of another pid namespace have the store open: share theirs");
    }
    if (std::memcmp(layout_->boot_id, boot_id.data(), boot_id.size()) != 0) {
      return base::Error(Reason::kFileSystem,
                         "another machine has the store open: use a file system of this one");
    }
    return absl::OkStatus();
  }
  // A mutex that was held when the machine went down would stay locked for ever; nobody is here
  // whom a new one could disturb.
  LATCHKEY_INVARIANT(robust_mutex::Init(layout_->mutex), "a mutex can be initialised");
  std::memcpy(layout_->boot_id, boot_id.data(), boot_id.size());
  layout_->pid_namespace = pid_namespace;
  layout_->version = kVersion;
  layout_->mutex_bytes = sizeof(pthread_mutex_t);
  std::memcpy(layout_->magic, kMagic, sizeof kMagic);
  return absl::OkStatus();
}

absl::Status Gate::SetCreating(bool creating) {
  layout_->creating.store(creating ? 1 : 0);
  if (::msync(layout_, kGateBytes, MS_SYNC) == 0 && ::fsync(fd_.get()) == 0) {
    return absl::OkStatus();
  }
  return Failed("the gate file cannot be synced: check the device");
}

Gate::Files Gate::files() const {
  return {.data = {layout_->data_device, layout_->data_inode},
          .lock = {layout_->lock_device, layout_->lock_inode}};
}

void Gate::SetFiles(const Files& files) {
  layout_->data_device = files.data.device;
  layout_->data_inode = files.data.inode;
  layout_->lock_device = files.lock.device;
  layout_->lock_inode = files.lock.inode;
}

void Gate::Opened() { SetLock(fd_.get(), F_UNLCK, kOpeningByte); }

absl::Status Gate::Enter(base::Deadline deadline) {
  switch (robust_mutex::Lock(layout_->mutex, deadline)) {
    case 0:
      return absl::OkStatus();
    case ETIMEDOUT:
      return base::Error(Reason::kBusy, "another writer did not end in time: try again");
    case EDEADLK:
      return base::Error(Reason::kBusy, "this thread is in a write transaction: end it first");
    default:
      return Failed("the gate is broken: close the store in all processes and open it");
  }
}

void Gate::Leave() {
  LATCHKEY_INVARIANT(robust_mutex::Unlock(layout_->mutex),
                     "a write transaction ends on the thread that began it");
}

void Gate::RaiseLatest(std::int64_t unix_us) {
  std::int64_t seen = layout_->latest_us.load();
  while (seen < unix_us && !layout_->latest_us.compare_exchange_weak(seen, unix_us)) {
  }
}

// Shared, so that it wakes whoever has the file mapped, in any process.
void Gate::TellCommit() {
  layout_->commits.fetch_add(1);
  (void)::syscall(SYS_futex, &layout_->commits, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void Gate::AwaitCommit(std::uint32_t seen, base::Deadline deadline) const {
  const timespec left = absl::ToTimespec(std::max(deadline.Remaining(), absl::ZeroDuration()));
  (void)::syscall(SYS_futex, &layout_->commits, FUTEX_WAIT, seen, &left, nullptr, 0);
}

// The locks are given up by name: a child that was made without pthread_atfork may share the open
// file, and closing ours would then not release them.
Gate::~Gate() {
  SetLock(fd_.get(), F_UNLCK, kPresenceByte);
  SetLock(fd_.get(), F_UNLCK, kOpeningByte);
  if (layout_ != nullptr) ::munmap(layout_, kGateBytes);
  reservation_.SetGateFd(-1);
}

}  // namespace latchkey::kv
