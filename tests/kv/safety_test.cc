// Goal: a store is opened once, from safe files, in a place that keeps LMDB's promises.
// Method: each way in which a directory or a file can be wrong, made on purpose.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "engine/kv/directory.h"
#include "engine/kv/env.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"
#include "tests/kv/system_calls.h"

namespace latchkey::kv::testing {
namespace {

namespace fs = std::filesystem;

mode_t ModeOf(const std::string& path) {
  struct stat info = {};
  EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

EnvOptions At(const Place& place, const std::string& directory) {
  EnvOptions options = place.options();
  options.directory = directory;
  return options;
}

// hazard L30, case C76: whatever the umask.
TEST(Safety, OnlyTheOwnerMayUseWhatIsCreated) {
  for (const mode_t mask : {mode_t{0}, mode_t{0022}, mode_t{0277}}) {
    const Place place;
    const mode_t before = ::umask(mask);
    const auto env = MustOpen(place.options());
    ::umask(before);
    EXPECT_EQ(ModeOf(place.path()), 0700u);
    for (const char* name : {kDataFile, kLockFile, kGateFile}) {
      EXPECT_EQ(ModeOf(place.file(name)), 0600u) << name << " under umask " << mask;
    }
  }
}

// hazards L9, F2, case C61
TEST(Safety, AStoreIsOpenedOncePerProcessByWhateverPath) {
  const Place place;
  const auto env = MustOpen(place.options());
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  const std::string symlink = place.root() + "/symlink";
  fs::create_directory_symlink(place.path(), symlink);
  const int fd = ::open(place.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  for (const std::string& path :
       {place.path(), place.path() + "/.", place.root() + "/store/../store", symlink,
        "/proc/self/fd/" + std::to_string(fd)}) {
    EXPECT_EQ(ReasonOfOpen(At(place, path)), Reason::kAlreadyOpen) << path;
  }
  ::close(fd);
  EXPECT_EQ(GetOne(*env, kRed, "key"), "value") << "the refusals did no harm";
}

// hazards L9, L30: the directory differs, the inode does not.
TEST(Safety, HardLinksOfAnOpenStoreAreThatStore) {
  const Place place;
  const auto env = MustOpen(place.options());
  for (const char* name : {kDataFile, kLockFile}) {
    const std::string other = place.root() + "/other-" + name;
    fs::create_directory(other);
    fs::permissions(other, fs::perms::owner_all);
    fs::create_hard_link(place.file(name), other + "/" + name);
    EXPECT_EQ(ReasonOfOpen(At(place, other)), Reason::kAlreadyOpen) << name;
  }
}

// hazard F2: the descriptors of what was there are still open.
TEST(Safety, AStoreWhoseFilesAreGoneIsStillOpen) {
  const Place place;
  const auto env = MustOpen(place.options());
  for (const char* name : {kDataFile, kLockFile, kGateFile}) fs::remove(place.file(name));
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kAlreadyOpen);
  EXPECT_TRUE(fs::is_empty(place.path())) << "and nothing was made in their place";
}

TEST(Safety, MayBeOpenedAgainAfterARefusal) {
  const Place place;
  {
    const auto env = MustOpen(place.options());
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kAlreadyOpen);
  }
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone);
}

// hazard F2: an open and a close of the lock file in this process would drop LMDB's locks.
TEST(Safety, OnlyLmdbOpensTheLockFile) {
  const Place place;
  int opened = 0;
  {
    const Watching watching([&](const SystemCall& call) {
      opened += call.Before() && call.name == "open" && call.file == kLockFile ? 1 : 0;
      return 0;
    });
    const auto env = MustOpen(place.options());
    EXPECT_EQ(opened, 1) << "by mdb_env_open";
    ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
    EXPECT_EQ(GetOne(*env, kRed, "key"), "value");
    EXPECT_TRUE(env->ClearStaleReaders().ok());
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kAlreadyOpen);
  }
  EXPECT_EQ(opened, 1) << "and never again";
}

// hazard L30: what others can enter or own is refused, not repaired.
TEST(Safety, RefusesADirectoryThatOthersMayEnter) {
  const Place place;
  ASSERT_NE(MustOpen(place.options()), nullptr);
  for (const mode_t mode : {mode_t{0755}, mode_t{0710}, mode_t{0701}}) {
    ASSERT_EQ(::chmod(place.path().c_str(), mode), 0);
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe) << mode;
  }
  ASSERT_EQ(::chmod(place.path().c_str(), 0700), 0);
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone);
}

TEST(Safety, RefusesFilesThatOthersMayUse) {
  const Place place;
  ASSERT_NE(MustOpen(place.options()), nullptr);
  for (const char* name : {kDataFile, kGateFile}) {
    for (const mode_t mode : {mode_t{0644}, mode_t{0620}, mode_t{0700}, mode_t{04600}}) {
      ASSERT_EQ(::chmod(place.file(name).c_str(), mode), 0);
      EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe) << name << " " << mode;
    }
    ASSERT_EQ(::chmod(place.file(name).c_str(), 0600), 0);
  }
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone);
}

// O4: LMDB's tools leave it wide; it is narrowed by name, never opened.
TEST(Safety, NarrowsTheLockFile) {
  const Place place;
  ASSERT_NE(MustOpen(place.options()), nullptr);
  ASSERT_EQ(::chmod(place.file(kLockFile).c_str(), 0664), 0);
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone);
  EXPECT_EQ(ModeOf(place.file(kLockFile)), 0600u);
}

// hazard L30: LMDB itself would follow them, even to create what they point to.
TEST(Safety, RefusesSymlinks) {
  for (const char* name : {kDataFile, kLockFile, kGateFile}) {
    const Place place;
    ASSERT_NE(MustOpen(place.options()), nullptr);
    const std::string elsewhere = place.root() + "/elsewhere";
    fs::rename(place.file(name), elsewhere);
    fs::create_symlink(elsewhere, place.file(name));
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe) << name;
    fs::remove(elsewhere);
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe) << name << ", dangling";
    EXPECT_FALSE(fs::exists(elsewhere)) << name;
  }
}

TEST(Safety, RefusesHardLinks) {
  for (const char* name : {kDataFile, kLockFile, kGateFile}) {
    const Place place;
    ASSERT_NE(MustOpen(place.options()), nullptr);
    fs::create_hard_link(place.file(name), place.root() + "/other name");
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe) << name;
  }
}

TEST(Safety, RefusesWhatIsNoRegularFile) {
  for (const char* name : {kDataFile, kLockFile, kGateFile}) {
    const Place place;
    ASSERT_EQ(::mkdir(place.path().c_str(), 0700), 0);
    ASSERT_EQ(::mkfifo(place.file(name).c_str(), 0600), 0);
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe) << name;
  }
  const Place place;
  WriteFile(place.path(), "a file where the directory should be");
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreUnsafe);
}

// hazard L11: /proc/self/fd is a directory of ours with mode 0500, on no disk.
TEST(Safety, RefusesOtherFileSystems) {
  const Place place;
  EnvOptions options = At(place, "/proc/self/fd");
  EXPECT_EQ(ReasonOfOpen(options), Reason::kFileSystem);
  options.allow_any_file_system = true;
  EXPECT_NE(ReasonOfOpen(options), Reason::kFileSystem) << "fails later, for another reason";
}

// hazard L11: the numbers of statfs(2).
TEST(Safety, KnowsTheFileSystemsThatKeepLmdbsPromises) {
  for (const std::uint64_t good : {0xEF53u, 0x58465342u, 0x9123683Eu, 0x01021994u, 0x794C7630u}) {
    EXPECT_TRUE(IsKnownFileSystem(good)) << std::hex << good;
  }
  // NFS, SMB2, CIFS, 9p, FUSE, Ceph
  for (const std::uint64_t bad :
       {0x6969u, 0xFE534D42u, 0xFF534D42u, 0x01021997u, 0x65735546u, 0x00C36400u}) {
    EXPECT_FALSE(IsKnownFileSystem(bad)) << std::hex << bad;
  }
}

// hazard L10: names of what a program started by fork and exec finds open.
std::vector<std::string> OpenAfterExec() {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  Child child([&](const Child::Link&) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::execl("/bin/ls", "ls", "-l", "/proc/self/fd", nullptr);
    return 1;
  });
  ::close(pipe[1]);
  std::string text;
  char part[4096];
  for (ssize_t got; (got = ::read(pipe[0], part, sizeof part)) > 0;) {
    text.append(part, static_cast<std::size_t>(got));
  }
  ::close(pipe[0]);
  EXPECT_EQ(child.Wait(), 0);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// hazard L10
TEST(Safety, NothingIsInheritedOverExec) {
  const Place place;
  const int inherited = ::open("/dev/null", O_RDONLY);  // shows that the list is not empty
  const auto env = MustOpen(place.options());
  bool seen = false;
  for (const std::string& line : OpenAfterExec()) {
    EXPECT_EQ(line.find(place.root()), std::string::npos) << line;
    seen = seen || line.find("/dev/null") != std::string::npos;
  }
  EXPECT_TRUE(seen);
  ::close(inherited);
}

// Case C76: what the program prints must not land in the store.
TEST(Safety, NoFileOfTheStoreGetsAStandardDescriptor) {
  const Place place;
  Child child([&](const Child::Link&) {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(fd);
    const auto env = Env::Open(place.options());
    if (!env.ok()) return 1;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      const fs::path target = fs::read_symlink("/proc/self/fd/" + std::to_string(fd));
      if (target != "/dev/null") return 2;
    }
    return 0;
  });
  EXPECT_EQ(child.Wait(), 0);
}

}  // namespace
}  // namespace latchkey::kv::testing
