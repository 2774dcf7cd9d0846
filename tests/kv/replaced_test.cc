// Goal: a process notices that the files under the path are no longer those it has open (hazard
// F6).
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "gtest/gtest.h"

#include "engine/kv/directory.h"
#include "engine/kv/env.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

namespace fs = std::filesystem;

// As a restore by `mv` does it.
void PutCopyOver(const Place& place, const std::string& name) {
  fs::copy_file(place.file(name), place.root() + "/copy");
  fs::rename(place.root() + "/copy", place.file(name));
}

TEST(Replaced, EveryFileIsWatched) {
  for (const char* name : {kDataFile, kLockFile, kGateFile}) {
    const Place place;
    const auto env = MustOpen(place.options());
    ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
    PutCopyOver(place, name);
    EXPECT_EQ(PutOne(*env, kRed, "key", "lost"), Reason::kStoreReplaced) << name;
    EXPECT_EQ(ReasonOf(env->BeginRead().status()), Reason::kStoreReplaced) << name << ", for good";
  }
}

// The first read looks, and then one per second.
TEST(Replaced, ReadersNotice) {
  const Place place;
  const auto env = MustOpen(place.options());
  PutCopyOver(place, kDataFile);
  EXPECT_EQ(ReasonOf(env->BeginRead().status()), Reason::kStoreReplaced);
}

TEST(Replaced, RemovedFilesAreReplacedOnes) {
  const Place place;
  const auto env = MustOpen(place.options());
  fs::remove(place.file(kDataFile));
  EXPECT_EQ(PutOne(*env, kRed, "key", "lost"), Reason::kStoreReplaced);
}

TEST(Replaced, AnotherDirectoryUnderThePathIsNoticed) {
  const Place place;
  const auto env = MustOpen(place.options());
  fs::rename(place.path(), place.root() + "/aside");
  EXPECT_EQ(PutOne(*env, kRed, "key", "kept"), Reason::kNone) << "nobody can open another one yet";
  ASSERT_EQ(::mkdir(place.path().c_str(), 0700), 0);
  EXPECT_EQ(PutOne(*env, kRed, "key", "lost"), Reason::kStoreReplaced);
}

TEST(Replaced, OpeningAgainServesTheNewFiles) {
  const Place place;
  auto env = MustOpen(place.options());
  PutCopyOver(place, kDataFile);
  EXPECT_EQ(PutOne(*env, kRed, "key", "lost"), Reason::kStoreReplaced);
  env.reset();
  env = MustOpen(place.options());
  EXPECT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
}

// hazard L29: LMDB's lock table belongs to the old data file while anyone has that open.
TEST(Replaced, NewFilesAreRefusedWhileOthersHaveTheOldOnes) {
  const Place place;
  Child child([&](const Child::Link& parent) {
    const auto env = MustOpen(place.options());
    parent.Tell();
    parent.Await();
    return 0;
  });
  ASSERT_TRUE(child.Await());
  PutCopyOver(place, kDataFile);
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreReplaced);
  fs::remove(place.file(kDataFile));
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreReplaced) << "nor is a new one made";
  child.Tell();
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone);
}

}  // namespace
}  // namespace latchkey::kv::testing
