// While a commit is being synced its id can be seen in the file, and its call has not returned:
// warm answers go on from the state before it, as snapshots do, and end with it.
//
// Method: process A stops behind the write of its meta page, and there either goes on when it is
// told to or is killed. This process, B, was warm before.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>

#include "kv/system_calls.h"
#include "staleness/process.h"
#include "staleness/stage.h"

namespace latchkey::test {
namespace {

using kv::testing::SystemCall;
using kv::testing::Watching;

constexpr int kQuestions = 1000;

struct Sync {
  std::atomic<bool> go{false};
  std::atomic<bool> written{false};  // A: the meta page
  std::atomic<bool> release{false};
  std::atomic<bool> returned{false};
};

int DisableSlowly(Stage& stage, const KeyId& key, Sync& sync) {
  stage.Open();
  AwaitParent([&] { return sync.go.load(); });
  const Watching watching([&](const SystemCall& call) {
    if (call.Before() || !call.IsMetaWrite()) return 0;
    sync.written.store(true);
    AwaitParent([&] { return sync.release.load(); });
    return 0;
  });
  Must(stage.keys().Disable(stage.host, key, IfMatch::Any()));
  sync.returned.store(true);
  return 0;
}

class Syncing : public ::testing::Test {
 protected:
  Syncing() {
    stage_.Open();
    stage_.Build();
    stage_.identity = stage_.AddRobot();
    stage_.GrantIdentity();
    const CreatedKey key = stage_.NewKeyOf(stage_.identity);
    key_ = key.key.id;
    token_ = key.secret.ExposeSecret();
    stage_.Close();
    other_.emplace([this] { return DisableSlowly(stage_, key_, *sync_); });
    stage_.Open();
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(Allows());
    sync_->go.store(true);
    EXPECT_TRUE(other_->Await([this] { return sync_->written.load(); }));
  }

  [[nodiscard]] bool Allows() const {
    return stage_.access().Check(token_, stage_.request()).allowed();
  }
  // How many of kQuestions went through the store; each must be allowed.
  [[nodiscard]] std::uint64_t Cold() const {
    const std::uint64_t before = stage_.snapshots();
    for (int i = 0; i < kQuestions; ++i) EXPECT_TRUE(Allows());
    return stage_.snapshots() - before - 1;  // of the second look itself
  }

  const Place place_;
  Stage stage_{place_};
  const Shared<Sync> sync_;
  KeyId key_;
  std::string token_;
  std::optional<OtherProcess> other_;
};

// domain A-3, hazard F7
TEST_F(Syncing, AnswersStayWarmUntilTheCallReturns) {
  EXPECT_EQ(Cold(), 0U);
  sync_->release.store(true);
  ASSERT_TRUE(other_->Await([this] { return sync_->returned.load(); }));
  EXPECT_FALSE(Allows());
  EXPECT_EQ(other_->Wait(), 0);
}

// hazard C57, hazard O2: nobody was told, so nothing was taken away until a writer looks; then it
// is what the file says.
TEST_F(Syncing, AnswersStayWarmAfterItsWriterWasKilled) {
  other_.reset();
  EXPECT_EQ(Cold(), 0U);
  EXPECT_TRUE(Must(stage_.engine().RunMaintenance(stage_.host)).complete);
  EXPECT_FALSE(Allows());
  Must(stage_.keys().Get(stage_.host, key_));
}

}  // namespace
}  // namespace latchkey::test
