// Opening a store, step by step. Everything from the gate on happens while this process alone is
// opening it (hazard L28).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <utility>

#include "engine/base/error.h"
#include "engine/kv/lmdb_status.h"
#include "engine/kv/patience.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {
namespace {

constexpr unsigned kReadersMin = 1024;  // hazard L2: the first process to open decides for all
constexpr std::uint64_t kMapBytesMin = std::uint64_t{1} << 16;
constexpr absl::Duration kLmdbPatience = absl::Seconds(2);
// A table of our own: its existence marks a store as latchkey's, and fences are written to it.
constexpr char kFenceTable[] = "latchkey.fence";
constexpr mode_t kFileMode = S_IRUSR | S_IWUSR;

absl::Status Failed(std::string_view message) {
  return base::Error(Reason::kStorageFailed, message);
}

absl::Status CheckOptions(const EnvOptions& options) {
  std::set<std::string> names = {kFenceTable};
  for (const std::string& table : options.tables) {
    const bool good = CheckKey(table).ok() && table.find('\0') == std::string::npos;
    if (!good || !names.insert(table).second) {
      return base::Error(Reason::kInvalidOptions,
                         "tables need names that differ, of 1 to 511 bytes");
    }
  }
  if (options.directory.empty() || options.directory.find('\0') != std::string::npos) {
    return base::Error(Reason::kInvalidOptions, "the directory needs a path without zero bytes");
  }
  if (options.map_size_bytes < kMapBytesMin) {
    return base::Error(Reason::kInvalidOptions, "the map needs at least 64 KiB");
  }
  return absl::OkStatus();
}

// A store that got descriptor 1 or 2 of a program that had closed them would be printed into (case
// C76). They stay taken.
void OccupyStandardFds() {
  int fd = 0;
  do {
    fd = ::open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) ::close(fd);
}

class Opening {
 public:
  Opening(const EnvOptions& options, Env::Rep& env) : options_(options), env_(env) {}

  absl::Status Run() {
    LATCHKEY_RETURN_IF_ERROR(CheckOptions(options_));
    OccupyStandardFds();
    LATCHKEY_RETURN_IF_ERROR(ReachDirectory());
    LATCHKEY_ASSIGN_OR_RETURN(env_.gate, Gate::Open(env_.directory, *env_.reservation));
    LATCHKEY_RETURN_IF_ERROR(ClaimFiles());
    LATCHKEY_RETURN_IF_ERROR(CheckFiles());
    LATCHKEY_RETURN_IF_ERROR(DecideWhetherToCreate());
    if (create_) LATCHKEY_RETURN_IF_ERROR(BeginCreating());
    LATCHKEY_RETURN_IF_ERROR(OpenLmdb());
    LATCHKEY_RETURN_IF_ERROR(RememberFiles());
    LATCHKEY_RETURN_IF_ERROR(env_.ClearStale().status());
    LATCHKEY_RETURN_IF_ERROR(create_ ? CreateTables() : OpenTables());
    if (create_) LATCHKEY_RETURN_IF_ERROR(EndCreating());
    env_.gate->Opened();
    return absl::OkStatus();
  }

 private:
  absl::Status ReachDirectory() {
    LATCHKEY_ASSIGN_OR_RETURN(env_.directory, Directory::Open(options_.directory, options_.mode));
    LATCHKEY_ASSIGN_OR_RETURN(env_.reservation, Reservation::Take(env_.directory.id()));
    LATCHKEY_RETURN_IF_ERROR(ClaimFiles());
    LATCHKEY_RETURN_IF_ERROR(env_.directory.Check(options_.allow_any_file_system));
    LATCHKEY_ASSIGN_OR_RETURN(const auto data, env_.directory.Look(kDataFile));
    if (!data.has_value() && options_.mode == OpenMode::kMustExist) return Missing();
    return absl::OkStatus();
  }

  static absl::Status Missing() {
    return base::Error(Reason::kStoreMissing, "there is no store in the directory: create one");
  }

  // A file that this process has open under another path is found before its mode is judged:
  // opening it again would do harm, refusing it by mode would only confuse (hazard F2).
  absl::Status ClaimFiles() {
    for (const char* name : {kDataFile, kLockFile}) {
      LATCHKEY_ASSIGN_OR_RETURN(const auto info, env_.directory.Look(name));
      if (info.has_value()) LATCHKEY_RETURN_IF_ERROR(env_.reservation->Claim(IdOf(*info)));
    }
    return absl::OkStatus();
  }

  absl::Status CheckFiles() {
    LATCHKEY_RETURN_IF_ERROR(NarrowLockFile());
    for (const char* name : {kDataFile, kLockFile}) {
      LATCHKEY_ASSIGN_OR_RETURN(const auto info, env_.directory.Look(name));
      if (info.has_value()) LATCHKEY_RETURN_IF_ERROR(CheckFile(*info));
    }
    return absl::OkStatus();
  }

  // LMDB's own tools make it wider than ours; it holds no data. Never by opening it (O4, F2).
  absl::Status NarrowLockFile() {
    LATCHKEY_ASSIGN_OR_RETURN(const auto info, env_.directory.Look(kLockFile));
    if (!info.has_value() || !S_ISREG(info->st_mode) || info->st_nlink != 1) {
      return absl::OkStatus();
    }
    if (info->st_uid != ::geteuid() || (info->st_mode & 07777) == kFileMode) {
      return absl::OkStatus();
    }
    if (::fchmodat(env_.directory.fd(), kLockFile, kFileMode, 0) == 0) return absl::OkStatus();
    return Failed("the mode of the lock file cannot be set");
  }

  absl::Status DecideWhetherToCreate() {
    LATCHKEY_ASSIGN_OR_RETURN(const auto data, env_.directory.Look(kDataFile));
    // A store whose making was cut short has never existed for anybody.
    const bool half = env_.gate->creating();
    const bool exists = data.has_value() && !half;
    if (exists && options_.mode == OpenMode::kMustCreate) {
      return base::Error(Reason::kStoreExists, "there is a store in the directory: open that");
    }
    if (!exists && options_.mode == OpenMode::kMustExist) return Missing();
    create_ = !exists;
    // With others in it the file has been checked and is in motion.
    if (!env_.gate->alone()) return CheckSameFiles();
    if (exists) return CheckDataFile(env_.directory);
    return data.has_value() ? RemoveHalfMade() : absl::OkStatus();
  }

  // LMDB's lock table belongs to one data file; mixing two destroys both (hazards F6, L29).
  absl::Status CheckSameFiles() const {
    LATCHKEY_ASSIGN_OR_RETURN(const auto files, FilesNow());
    if (files == env_.gate->files()) return absl::OkStatus();
    return base::Error(Reason::kStoreReplaced,
                       "other processes have files open that are no longer here: end them first");
  }

  absl::StatusOr<Gate::Files> FilesNow() const {
    Gate::Files files;
    LATCHKEY_ASSIGN_OR_RETURN(const auto data, env_.directory.Look(kDataFile));
    LATCHKEY_ASSIGN_OR_RETURN(const auto lock, env_.directory.Look(kLockFile));
    if (data.has_value()) files.data = IdOf(*data);
    if (lock.has_value()) files.lock = IdOf(*lock);
    return files;
  }

  // Nothing in it was ever acknowledged: LMDB wrote at most its empty tables.
  absl::Status RemoveHalfMade() const {
    if (::unlinkat(env_.directory.fd(), kDataFile, 0) == 0) return env_.directory.Sync();
    return Failed("a half-made data file cannot be removed");
  }

  // The data file is made here, not by LMDB, so that no umask shuts its owner out.
  absl::Status BeginCreating() {
    LATCHKEY_RETURN_IF_ERROR(env_.gate->SetCreating(true));
    LATCHKEY_RETURN_IF_ERROR(env_.directory.Sync());
    constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    const Fd data(::openat(env_.directory.fd(), kDataFile, kFlags, kFileMode));
    if (!data.ok() || ::fchmod(data.get(), kFileMode) != 0) {
      return Failed("the data file cannot be created: check the device");
    }
    return absl::OkStatus();
  }

  absl::Status OpenLmdb() {
    Patience patience(kLmdbPatience);
    for (;;) {
      const int code = OpenLmdbOnce();
      if (code == MDB_SUCCESS) return absl::OkStatus();
      mdb_env_close(std::exchange(env_.mdb, nullptr));
      // What a race with a program that does not know the gate looks like (hazard L28).
      const bool race = code == EAGAIN || code == EINVAL || code == MDB_INVALID;
      if (!race) return LmdbError(code);
      if (!patience.Wait()) return code == MDB_INVALID ? LmdbError(code) : Raced();
    }
  }

  static absl::Status Raced() {
    return base::Error(Reason::kBusy, "other processes were opening or closing it: try again");
  }

  int OpenLmdbOnce() {
    if (const int code = mdb_env_create(&env_.mdb); code != MDB_SUCCESS) return code;
    const auto tables = static_cast<MDB_dbi>(options_.tables.size() + 1);
    int code = mdb_env_set_maxdbs(env_.mdb, tables);
    if (code == MDB_SUCCESS) {
      code = mdb_env_set_maxreaders(env_.mdb, std::max(options_.max_readers, kReadersMin));
    }
    if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(env_.mdb, options_.map_size_bytes);
    if (code != MDB_SUCCESS) return code;
    // The data descriptor is inheritable until it is told otherwise (hazard L10).
    const auto forks = HoldForks();
    code = mdb_env_open(env_.mdb, env_.directory.PathByFd().c_str(), MDB_NOTLS, kFileMode);
    if (code != MDB_SUCCESS) return code;
    int fd = -1;
    code = mdb_env_get_fd(env_.mdb, &fd);
    if (code == MDB_SUCCESS && ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) code = errno;
    return code;
  }

  // Both files exist now, whatever existed before.
  absl::Status RememberFiles() {
    LATCHKEY_RETURN_IF_ERROR(ClaimFiles());
    LATCHKEY_RETURN_IF_ERROR(CheckFiles());
    LATCHKEY_ASSIGN_OR_RETURN(const auto files, FilesNow());
    int fd = -1;
    struct stat opened;
    if (mdb_env_get_fd(env_.mdb, &fd) != MDB_SUCCESS || ::fstat(fd, &opened) != 0) {
      return Failed("the data file cannot be looked at");
    }
    env_.data_id = IdOf(opened);
    env_.lock_id = files.lock;
    if (files.data != env_.data_id || !files.lock.known()) {
      return base::Error(Reason::kStoreReplaced,
                         "the files were exchanged just now: open it again");
    }
    if (env_.gate->alone()) env_.gate->SetFiles(files);
    LATCHKEY_ASSIGN_OR_RETURN(env_.metas, MetaView::Map(fd));
    return absl::OkStatus();
  }

  // All tables in one transaction and once: LMDB cannot do it while others run (hazard L24).
  absl::Status CreateTables() {
    MDB_txn* txn = nullptr;
    if (const int code = mdb_txn_begin(env_.mdb, nullptr, 0, &txn); code != MDB_SUCCESS) {
      return LmdbError(code);
    }
    return EndTables(txn, OpenHandles(txn, MDB_CREATE));
  }

  absl::Status OpenTables() {
    MDB_txn* txn = nullptr;
    if (const int code = mdb_txn_begin(env_.mdb, nullptr, MDB_RDONLY, &txn); code != MDB_SUCCESS) {
      return LmdbError(code);
    }
    const absl::Status same = CheckTableNames(txn);
    return EndTables(txn, same.ok() ? OpenHandles(txn, 0) : same);
  }

  // Handles outlive their transaction only if it commits.
  static absl::Status EndTables(MDB_txn* txn, absl::Status status) {
    if (!status.ok()) {
      mdb_txn_abort(txn);
      return status;
    }
    const int code = mdb_txn_commit(txn);
    return code == MDB_SUCCESS ? absl::OkStatus() : LmdbError(code);
  }

  absl::Status OpenHandles(MDB_txn* txn, unsigned flags) {
    const auto open = [&](const char* name, MDB_dbi* dbi) {
      return mdb_dbi_open(txn, name, flags, dbi);
    };
    int code = open(kFenceTable, &env_.fence_table);
    for (const std::string& table : options_.tables) {
      MDB_dbi dbi = 0;
      if (code == MDB_SUCCESS) code = open(table.c_str(), &dbi);
      unsigned kind = 0;
      if (code == MDB_SUCCESS) code = mdb_dbi_flags(txn, dbi, &kind);
      if (code == MDB_SUCCESS && kind != 0) code = MDB_INCOMPATIBLE;
      env_.tables.push_back(dbi);
    }
    return code == MDB_SUCCESS ? absl::OkStatus() : LmdbError(code);
  }

  // Fewer or more tables than asked for: the file is another program's, or of another version.
  absl::Status CheckTableNames(MDB_txn* txn) const {
    MDB_dbi names = 0;
    MDB_cursor* cursor = nullptr;
    int code = mdb_dbi_open(txn, nullptr, 0, &names);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn, names, &cursor);
    if (code != MDB_SUCCESS) return LmdbError(code);
    std::set<std::string, std::less<>> missing(options_.tables.begin(), options_.tables.end());
    missing.insert(kFenceTable);
    bool foreign = false;
    MDB_val name;
    MDB_val value;
    while (!foreign && (code = mdb_cursor_get(cursor, &name, &value, MDB_NEXT)) == MDB_SUCCESS) {
      const auto found = missing.find(FromVal(name));
      foreign = found == missing.end();
      if (!foreign) missing.erase(found);
    }
    mdb_cursor_close(cursor);
    if (!foreign && code != MDB_NOTFOUND) return LmdbError(code);
    if (!foreign && missing.empty()) return absl::OkStatus();
    return base::Error(Reason::kStoreForeign,
                       "the tables of the file are not those of this version: check the path");
  }

  // Durable, with all names, before anybody is told that the store exists (hazard F4).
  absl::Status EndCreating() {
    int fd = -1;
    if (mdb_env_get_fd(env_.mdb, &fd) != MDB_SUCCESS || ::fsync(fd) != 0) {
      return Failed("the data file cannot be synced: check the device");
    }
    LATCHKEY_RETURN_IF_ERROR(env_.directory.Sync());  // the names
    return env_.gate->SetCreating(false);
  }

  const EnvOptions& options_;
  Env::Rep& env_;
  bool create_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Env::Rep>> OpenRep(const EnvOptions& options) {
  auto env = std::make_unique<Env::Rep>();
  LATCHKEY_RETURN_IF_ERROR(Opening(options, *env).Run());
  return env;
}

}  // namespace latchkey::kv
