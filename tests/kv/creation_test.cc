// Goal: a store exists durably or not at all (hazard F4), and one whose maker was killed at any
// step can be made anew. Method: the steps are the system calls of creation, counted and cut short
// (system_calls.h).
#include <signal.h>

#include <algorithm>
#include <cerrno>
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

std::vector<std::string> CallsOfCreating(const Place& place) {
  std::vector<std::string> calls;
  const Watching watching([&](const SystemCall& call) {
    if (!call.Before()) calls.push_back(call.name + " " + call.file);
    return 0;
  });
  EXPECT_NE(MustOpen(place.options()), nullptr);
  return calls;
}

// hazard F4: LMDB syncs neither the directory nor, at creation, the file.
TEST(Creation, SyncsFilesAndDirectories) {
  const Place place;
  const auto calls = CallsOfCreating(place);
  const auto place_of = [&](const std::string& call) {
    return std::find(calls.rbegin(), calls.rend(), call) - calls.rbegin();
  };
  const auto never = static_cast<std::ptrdiff_t>(calls.size());
  const std::string parent = std::filesystem::path(place.root()).filename();
  EXPECT_LT(place_of("fsync " + parent), never) << "the name of the directory";
  EXPECT_LT(place_of("fsync store"), never) << "the names of the files";
  EXPECT_LT(place_of("fsync data.mdb"), never);
  EXPECT_LT(place_of("fsync gate.latchkey"), never);
  // Counted from the end: the store is called complete after it is.
  EXPECT_LT(place_of("fsync gate.latchkey"), place_of("fsync store"));
  EXPECT_LT(place_of("fsync store"), place_of("fsync data.mdb"));
}

TEST(Creation, OpeningAnExistingStoreSyncsNothing) {
  const Place place;
  ASSERT_NE(MustOpen(place.options()), nullptr);
  for (const std::string& call : CallsOfCreating(place)) {
    EXPECT_EQ(call.find("sync"), std::string::npos) << call;
  }
}

// A maker that is killed right after its `step`-th call; false if it finished.
bool KillMakerAfter(const Place& place, int step) {
  Child child([&](const Child::Link&) {
    int done = 0;
    const Watching watching([&](const SystemCall& call) {
      if (!call.Before() && ++done == step) ::raise(SIGKILL);
      return 0;
    });
    return MustOpen(place.options()) != nullptr ? 0 : 1;
  });
  const int end = child.Wait();
  EXPECT_TRUE(end == 0 || end == 1000 + SIGKILL) << end;
  return end != 0;
}

TEST(Creation, CutShortAtAnyStepIsMadeAnew) {
  int step = 1;
  for (bool killed = true; killed; ++step) {
    const Place place;
    killed = KillMakerAfter(place, step);
    const auto env = MustOpen(place.options());
    ASSERT_NE(env, nullptr) << "after step " << step;
    EXPECT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone) << step;
  }
  EXPECT_GT(step, 15) << "else the steps were not seen";
}

// Until it is complete the store has not existed for anybody.
TEST(Creation, CutShortIsNoStoreYet) {
  for (int step = 1;; ++step) {
    const Place place;
    if (!KillMakerAfter(place, step)) break;
    EnvOptions options = place.options();
    options.mode = OpenMode::kMustExist;
    const Reason reason = ReasonOfOpen(options);
    const bool complete = reason == Reason::kNone;
    EXPECT_TRUE(complete || reason == Reason::kStoreMissing) << step;
    options.mode = OpenMode::kMustCreate;
    EXPECT_EQ(ReasonOfOpen(options), complete ? Reason::kStoreExists : Reason::kNone) << step;
  }
}

// A failure on the way is reported, and is no store either.
TEST(Creation, AFailedSyncIsReported) {
  for (const char* file : {"data.mdb", "store", "gate.latchkey"}) {
    const Place place;
    {
      const Watching watching([&](const SystemCall& call) {
        return call.Before() && call.name == "fsync" && call.file == file ? EIO : 0;
      });
      EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStorageFailed) << file;
    }
    EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone) << file;
  }
}

}  // namespace
}  // namespace latchkey::kv::testing
