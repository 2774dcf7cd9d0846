// A commit that fails, or that nobody knows of, in one process; then a different one in another,
// under the same transaction id but for the fence. The warm cache of a third equals the durable
// state (hazards C58, F8, O2).
//
// Method: process A fails at a chosen system call of its commit, or is killed there. What became of
// it is asked of process C, which opens the store afterwards, and of Settle. This process, B, was
// warm before and stays so.
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "kv/system_calls.h"
#include "staleness/process.h"
#include "staleness/stage.h"

namespace latchkey::test {
namespace {

using kv::testing::SystemCall;
using kv::testing::Watching;

const IfMatch kAny = IfMatch::Any();

struct Fault {
  std::string_view name;
  bool (*hits)(const SystemCall& call);
  int error;  // 0: the process is killed there
};

bool IsDataWrite(const SystemCall& call) {
  return call.Before() && !call.IsMetaWrite() && (call.name == "pwrite" || call.name == "writev");
}

const Fault kFaults[] = {
    {"data_not_written", IsDataWrite, ENOSPC},
    {"data_not_synced",
     [](const SystemCall& call) { return call.Before() && call.name == "fdatasync"; }, EIO},
    {"meta_not_written", [](const SystemCall& call) { return call.Before() && call.IsMetaWrite(); },
     EIO},
    {"killed_before_the_meta_page",
     [](const SystemCall& call) { return call.Before() && call.IsMetaWrite(); }, 0},
    {"killed_behind_the_meta_page",
     [](const SystemCall& call) { return !call.Before() && call.IsMetaWrite(); }, 0},
};

struct Subjects {
  IamId old;     // may read; A tries to end that
  IamId fresh;   // may not; A tries to grant it
  IamId steady;  // may read until C ends it
  PolicyId policy_of_old;
  std::array<std::string, 3> tokens;
  KeyId key_of_steady;
};

std::string MakeToken(const Stage& stage, const IamId& identity, KeyId* id = nullptr) {
  const CreatedKey key = stage.NewKeyOf(identity);
  if (id != nullptr) *id = key.key.id;
  return std::string(key.secret.ExposeSecret());
}

Subjects MakeSubjects(Stage& stage) {
  Subjects made;
  made.old = stage.identity = stage.AddRobot();
  stage.GrantIdentity();
  made.policy_of_old = stage.policy;
  made.steady = stage.identity = stage.AddRobot();
  stage.GrantIdentity();
  made.fresh = stage.identity = stage.AddRobot();
  made.tokens = {MakeToken(stage, made.old), MakeToken(stage, made.fresh),
                 MakeToken(stage, made.steady, &made.key_of_steady)};
  return made;
}

using Answers = std::array<bool, 3>;

// Twice each, so that the second is warm where anything is.
Answers Ask(const Stage& stage, const Subjects& subjects) {
  Answers allowed{};
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    const Decision first = stage.access().Check(subjects.tokens[i], stage.request());
    const Decision second = stage.access().Check(subjects.tokens[i], stage.request());
    EXPECT_EQ(first.outcome(), second.outcome()) << i;
    EXPECT_NE(first.outcome(), Outcome::kFault) << i;
    allowed[i] = second.allowed();
  }
  return allowed;
}

struct Doubt {
  std::atomic<bool> go{false};
  std::atomic<bool> failed{false};  // A: its call came back with an error
  std::atomic<bool> leave{false};
  Answers before{};  // C: before its commit, and after it
  Answers after{};
};

// A store with its subjects, closed: processes can be forked.
struct Scene {
  Scene() {
    stage.Open();
    stage.Build();
    subjects = MakeSubjects(stage);
    stage.Close();
  }

  Place place;
  Stage stage{place};
  Subjects subjects;
  Shared<Doubt> doubt;
};

struct Case {
  const Fault* fault;
  bool grants;
};

class InDoubt : public ::testing::TestWithParam<Case> {};

RequestId TheRequest() {
  RequestId id;
  id.bytes[3] = 58;
  return id;
}

int FailToCommit(const Case& tested, Stage& stage, const Subjects& subjects, Doubt& doubt) {
  stage.Open();
  AwaitParent([&] { return doubt.go.load(); });
  const Call call = Call(stage.host).Named(TheRequest());
  stage.identity = subjects.fresh;
  const NewPolicy grant = stage.PolicyFor(subjects.fresh, stage.role);
  {
    const Watching watching([&](const SystemCall& seen) {
      if (!tested.fault->hits(seen)) return 0;
      if (tested.fault->error == 0) raise(SIGKILL);
      return tested.fault->error;
    });
    const absl::Status status =
        tested.grants ? stage.policies().Create(call, grant).status()
                      : stage.policies().Delete(call, stage.home, subjects.policy_of_old, kAny);
    doubt.failed.store(!status.ok());
  }
  AwaitParent([&] { return doubt.leave.load(); });
  return 0;
}

int CommitSomethingElse(Stage& stage, const Subjects& subjects, Doubt& doubt) {
  stage.Open();
  doubt.before = Ask(stage, subjects);
  Must(stage.keys().Disable(stage.host, subjects.key_of_steady, kAny));
  doubt.after = Ask(stage, subjects);
  return 0;
}

// hazard C58, hazard F8, hazard O2
TEST_P(InDoubt, TheWarmCacheEqualsTheDurableState) {
  Scene scene;
  Stage& stage = scene.stage;
  const Subjects& subjects = scene.subjects;
  const Shared<Doubt>& doubt = scene.doubt;
  OtherProcess failing([&] { return FailToCommit(GetParam(), stage, subjects, *doubt); });
  stage.Open();
  const Answers first = {true, false, true};
  ASSERT_EQ(Ask(stage, subjects), first);
  ASSERT_EQ(Ask(stage, subjects), first);
  doubt->go.store(true);
  const bool killed = GetParam().fault->error == 0;
  if (killed) {
    ASSERT_EQ(failing.Wait(), 1000 + SIGKILL);
  } else {
    ASSERT_TRUE(failing.Await([&] { return doubt->failed.load(); }));
  }

  const Answers meanwhile = Ask(stage, subjects);
  OtherProcess third([&] { return CommitSomethingElse(stage, subjects, *doubt); });
  ASSERT_EQ(third.Wait(), 0);
  EXPECT_EQ(meanwhile, doubt->before) << "another process, which opened the store just now";
  EXPECT_EQ(Ask(stage, subjects), doubt->after);
  EXPECT_FALSE(doubt->after[2]) << "what C took away";
  const bool made = stage.engine().Settle(stage.host, TheRequest()).ok();
  EXPECT_EQ(Ask(stage, subjects)[0], GetParam().grants || !made);
  EXPECT_EQ(Ask(stage, subjects)[1], GetParam().grants && made);
  doubt->leave.store(true);
  EXPECT_EQ(failing.Wait(), killed ? 1000 + SIGKILL : 0);

  stage.Close();
  stage.Open();
  EXPECT_EQ(Ask(stage, subjects), doubt->after) << "what is on disk";
}

// hazard C58, hazard F8: nobody knows who saw a commit in doubt, so what was kept before its fence
// is not believed behind it.
TEST(AfterDoubt, NothingKeptIsBelieved) {
  const Case killed = {&kFaults[3], false};
  Scene scene;
  Stage& stage = scene.stage;
  const Subjects& subjects = scene.subjects;
  const Shared<Doubt>& doubt = scene.doubt;
  const auto commit_something = [&] {
    stage.Open();
    (void)stage.AddRobot();
    return 0;
  };
  OtherProcess failing([&] { return FailToCommit(killed, stage, subjects, *doubt); });
  OtherProcess harmless([&] {
    AwaitParent([&] { return doubt->leave.load(); });
    return commit_something();
  });
  stage.Open();
  // Snapshots that B takes to answer for the second subject, when the first has brought it up.
  const auto snapshots = [&] {
    (void)stage.access().Check(subjects.tokens[0], stage.request());
    const std::uint64_t before = stage.snapshots();
    EXPECT_NE(stage.access().Check(subjects.tokens[1], stage.request()).outcome(), Outcome::kFault);
    return stage.snapshots() - before;
  };
  (void)Ask(stage, subjects);
  const std::uint64_t warm = snapshots();
  doubt->leave.store(true);
  ASSERT_EQ(harmless.Wait(), 0);
  EXPECT_EQ(snapshots(), warm) << "a commit that does not concern it";
  doubt->go.store(true);
  ASSERT_EQ(failing.Wait(), 1000 + SIGKILL);
  OtherProcess third(commit_something);
  ASSERT_EQ(third.Wait(), 0);
  EXPECT_GT(snapshots(), warm) << "the same behind a commit in doubt";
  EXPECT_EQ(snapshots(), warm) << "and it is warm again";
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const Fault& fault : kFaults) {
    for (const bool grants : {false, true}) cases.push_back({&fault, grants});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, InDoubt, ::testing::ValuesIn(Cases()),
                         [](const ::testing::TestParamInfo<Case>& tested) {
                           return std::string(tested.param.fault->name) +
                                  (tested.param.grants ? "_granting" : "_taking");
                         });

}  // namespace
}  // namespace latchkey::test
