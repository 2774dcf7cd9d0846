// Goal: several processes, some of them stopped or killed, share one store.
// Method: children in step with the test through pipes; signals at known places.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "engine/kv/env.h"
#include "engine/kv/gate.h"
#include "engine/kv/registry.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

// A child that opens the store, runs `body` and then waits to be ended.
std::unique_ptr<Child> Opened(const Place& place, const std::function<int(Env&)>& body) {
  auto child = std::make_unique<Child>([&](const Child::Link& parent) {
    const auto env = MustOpen(place.options());
    if (env == nullptr) return 98;
    const int answer = body(*env);
    parent.Tell();
    parent.Await();
    return answer;
  });
  EXPECT_TRUE(child->Await());
  return child;
}

// Case C53: the basis of zero staleness.
TEST(Processes, ACommitIsSeenByTheNextReadOfTheOther) {
  const Place place;
  Child child([&](const Child::Link& parent) {
    const auto env = MustOpen(place.options());
    for (int i = 0; i < 50; ++i) {
      parent.Await();
      if (GetOne(*env, kRed, "key") != std::to_string(i)) return i + 1;
      if (PutOne(*env, kBlue, "key", std::to_string(i)) != Reason::kNone) return 90;
      parent.Tell();
    }
    return 0;
  });
  const auto env = MustOpen(place.options());
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(PutOne(*env, kRed, "key", std::to_string(i)), Reason::kNone);
    const std::uint64_t before = env->LastTxnId();
    child.Tell();
    ASSERT_TRUE(child.Await()) << i;
    EXPECT_GT(env->LastTxnId(), before);
    EXPECT_EQ(GetOne(*env, kBlue, "key"), std::to_string(i));
  }
  EXPECT_EQ(child.Wait(), 0);
}

// domain K-11
TEST(Processes, ShareTheLatestTime) {
  const Place place;
  const auto child = Opened(place, [](Env& env) {
    env.LatchTime(1'000);
    return 0;
  });
  const auto env = MustOpen(place.options());
  EXPECT_EQ(env->LatestTime(), 1'000);
  env->LatchTime(900);
  EXPECT_EQ(env->LatestTime(), 1'000);
}

// hazard L26
TEST(Processes, AKilledWriterLeavesNothingAndNothingLocked) {
  const Place place;
  const auto child = Opened(place, [](Env& env) {
    static auto txn = env.BeginWrite(Soon());
    if (!txn.ok()) return 1;
    return txn->Put(kRed, "half", "done").ok() ? 0 : 2;
  });
  const auto env = MustOpen(place.options());
  EXPECT_EQ(ReasonOf(env->BeginWrite(Now()).status()), Reason::kBusy);
  child->Signal(SIGKILL);
  EXPECT_EQ(child->Wait(), 1000 + SIGKILL);
  EXPECT_EQ(GetOne(*env, kRed, "half"), std::nullopt);
  EXPECT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  EXPECT_EQ(GetOne(*env, kRed, "half"), std::nullopt);
  EXPECT_EQ(GetOne(*env, kRed, "key"), "value");
}

// hazard L27
TEST(Processes, AStoppedWriterHoldsUpWritesOnlyAndOnlyUntilTheirDeadline) {
  const Place place;
  const auto child = Opened(place, [](Env& env) {
    if (PutOne(env, kRed, "key", "value") != Reason::kNone) return 1;
    static auto txn = env.BeginWrite(Soon());
    return txn.ok() ? 0 : 2;
  });
  const auto env = MustOpen(place.options());
  child->Stop();
  EXPECT_EQ(ReasonOf(env->BeginWrite(base::Deadline::After(absl::Milliseconds(50))).status()),
            Reason::kBusy);
  EXPECT_EQ(GetOne(*env, kRed, "key"), "value");
  child->Signal(SIGKILL);
  EXPECT_EQ(child->Wait(), 1000 + SIGKILL);
  EXPECT_EQ(PutOne(*env, kRed, "key", "other"), Reason::kNone);
}

// hazard L1: the slots of dead processes are freed when the next one opens, or when it is asked.
TEST(Processes, SlotsOfDeadReadersAreCleared) {
  const Place place;
  const auto env = MustOpen(place.options());
  const auto kill_a_reader = [&] {
    const auto child = Opened(place, [](Env& own) {
      static auto txn = own.BeginRead();
      return txn.ok() ? 0 : 1;
    });
    child->Signal(SIGKILL);
    EXPECT_EQ(child->Wait(), 1000 + SIGKILL);
  };
  kill_a_reader();
  EXPECT_EQ(*env->ClearStaleReaders(), 1);
  EXPECT_EQ(env->counters().stale_readers_cleared, 1u);
  kill_a_reader();
  const auto child = Opened(
      place, [](Env& own) { return static_cast<int>(own.counters().stale_readers_cleared); });
  child->Tell();
  EXPECT_EQ(child->Wait(), 1) << "cleared at open";
  EXPECT_EQ(*env->ClearStaleReaders(), 0);
}

// hazard L1: also every so many commits.
TEST(Processes, WritersClearDeadReadersNowAndThen) {
  const Place place;
  const auto env = MustOpen(place.options());
  const auto child = Opened(place, [](Env& own) {
    static auto txn = own.BeginRead();
    return txn.ok() ? 0 : 1;
  });
  child->Signal(SIGKILL);
  EXPECT_EQ(child->Wait(), 1000 + SIGKILL);
  for (int i = 0; i < 64; ++i) ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  EXPECT_EQ(env->counters().stale_readers_cleared, 1u);
}

// hazard L28
TEST(Processes, ManyMayOpenAndCloseAtOnce) {
  const Place place;
  constexpr int kProcesses = 6;
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(std::make_unique<Child>([&, i](const Child::Link& parent) {
      parent.Await();
      for (int round = 0; round < 8; ++round) {
        auto env = Env::Open(place.options());
        if (!env.ok()) return static_cast<int>(ReasonOf(env.status())) - 290;
        const std::string key = std::to_string(i) + "." + std::to_string(round);
        if (PutOne(**env, kRed, key, "value") != Reason::kNone) return 1;
        if (GetOne(**env, kRed, key) != "value") return 2;
      }
      return 0;
    }));
  }
  for (const auto& child : children) child->Tell();
  for (const auto& child : children) EXPECT_EQ(child->Wait(), 0);
  const auto env = MustOpen(place.options());
  EXPECT_EQ(*env->BeginRead()->Count(kRed), 8u * kProcesses);
}

// Case C62 in small: whatever was acknowledged is there, and nothing but the last is in question.
TEST(Processes, AcknowledgedWritesSurviveSigkillAtAnyInstant) {
  const Place place;
  const auto env = MustOpen(place.options());
  int acknowledged_in_all = 0;
  for (int round = 0; round < 10; ++round) {
    const std::string prefix = std::to_string(round) + ".";
    Child child([&](const Child::Link& parent) {
      const auto own = MustOpen(place.options());
      for (int i = 0;; ++i) {
        if (PutOne(*own, kRed, prefix + std::to_string(i), "value") != Reason::kNone) return 1;
        parent.Tell();
      }
    });
    int acknowledged = 0;
    while (acknowledged <= round && child.Await()) ++acknowledged;
    child.Signal(SIGKILL);
    EXPECT_EQ(child.Wait(), 1000 + SIGKILL);
    ASSERT_EQ(PutOne(*env, kBlue, "key", prefix), Reason::kNone);
    for (int i = 0; i < acknowledged; ++i) {
      EXPECT_EQ(GetOne(*env, kRed, prefix + std::to_string(i)), "value");
    }
    acknowledged_in_all += acknowledged;
  }
  EXPECT_EQ(acknowledged_in_all, 55);
}

// The gate of `place`, which no process has open, and what it says, to be changed.
class GateInHand {
 public:
  explicit GateInHand(const Place& place)
      : directory_(*Directory::Open(place.path(), OpenMode::kMustExist)),
        fd_(::openat(directory_.fd(), kGateFile, O_RDWR | O_CLOEXEC)),
        layout_(static_cast<GateLayout*>(
            ::mmap(nullptr, kGateBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0))) {}
  ~GateInHand() { ::munmap(layout_, kGateBytes); }
  GateInHand(const GateInHand&) = delete;
  GateInHand& operator=(const GateInHand&) = delete;

  GateLayout* operator->() { return layout_; }

 private:
  Directory directory_;
  Fd fd_;
  GateLayout* layout_;
};

// hazards L32, F9: the same numbers mean other processes there.
TEST(Processes, OfAnotherPidNamespaceAreRefusedWhileOthersHaveItOpen) {
  const Place place;
  const auto child = Opened(place, [](Env&) { return 0; });
  GateInHand gate(place);
  gate->pid_namespace += 1;
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kPidNamespace);
  child->Tell();
  EXPECT_EQ(child->Wait(), 0);
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kNone) << "the first one decides";
}

TEST(Processes, OfAnotherMachineAreRefusedWhileOthersHaveItOpen) {
  const Place place;
  const auto child = Opened(place, [](Env&) { return 0; });
  GateInHand gate(place);
  gate->boot_id[0] = 'x';
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kFileSystem);
}

// A mutex that was held when the machine went down has an owner who will never let go.
TEST(Processes, AMutexOfAnEarlierBootIsMadeAnew) {
  const Place place;
  ASSERT_NE(MustOpen(place.options()), nullptr);
  {
    GateInHand gate(place);
    gate->boot_id[0] = 'x';
    std::memset(&gate->mutex, 0x55, sizeof gate->mutex);
    gate->latest_us.store(77);
  }
  const auto env = MustOpen(place.options());
  ASSERT_NE(env, nullptr);
  EXPECT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  EXPECT_EQ(env->LatestTime(), 77) << "kept over the boot (domain K-11)";
}

TEST(Processes, AGateOfAnotherVersionIsRefused) {
  const Place place;
  ASSERT_NE(MustOpen(place.options()), nullptr);
  {
    GateInHand gate(place);
    gate->version += 1;
  }
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreForeign);
  WriteFile(place.file(kGateFile), std::string(kGateBytes, 'x'));
  EXPECT_EQ(ReasonOfOpen(place.options()), Reason::kStoreForeign);
}

// A store restored from a backup has no gate; one whose maker died at once has an empty one.
TEST(Processes, AMissingOrEmptyGateIsMade) {
  const Place place;
  ASSERT_EQ(PutOne(*MustOpen(place.options()), kRed, "key", "value"), Reason::kNone);
  std::filesystem::remove(place.file(kGateFile));
  EXPECT_EQ(GetOne(*MustOpen(place.options()), kRed, "key"), "value");
  WriteFile(place.file(kGateFile), "");
  EXPECT_EQ(GetOne(*MustOpen(place.options()), kRed, "key"), "value");
}

}  // namespace
}  // namespace latchkey::kv::testing
