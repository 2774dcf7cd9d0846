// Taking away while others ask: an answer given before the acknowledgement may be either, but what
// was refused once stays refused, and after the acknowledgement nothing is allowed (hazard C55).
//
// Method: process A ends the access of one subject after the other, in six ways, and waits now and
// then until B has asked for everybody once more, so that B is warm in between; B asks on two
// threads without a pause.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "staleness/process.h"
#include "staleness/stage.h"

namespace latchkey::test {
namespace {

constexpr std::size_t kTargets = 48;
constexpr std::uint32_t kAskers = 2;
const IfMatch kAny = IfMatch::Any();

struct Target {
  IamId identity;
  KeyId key;
  PolicyId policy;
  std::string token;
};

struct Race {
  std::atomic<bool> go{false};
  std::atomic<std::uint32_t> acknowledged{0};  // A: access of targets below has ended
  std::atomic<std::uint64_t> sweeps{0};        // B: every asker, each time it has asked for all
};

int RoundsWanted() {
  const char* const wanted = std::getenv("LATCHKEY_STALENESS_TRIALS");
  return wanted != nullptr ? std::max(1, std::atoi(wanted) / 20'000) : 10;
}

void EndAccess(const Stage& stage, const Target& target, std::size_t way) {
  switch (way % 6) {
    case 0:
      return Must(stage.keys().Delete(stage.host, target.key, kAny));
    case 1:
      return Must(stage.keys().Disable(stage.host, target.key, kAny).status());
    case 2:
      return Must(stage.keys().Rotate(stage.host, target.key, kAny, absl::ZeroDuration()).status());
    case 3:
      return Must(stage.policies().Delete(stage.host, stage.home, target.policy, kAny));
    case 4:
      return Must(
          stage.directory().RemoveFromGroup(stage.host, stage.home, stage.group, target.identity));
    default:
      return Must(stage.directory().DeleteIdentity(stage.host, stage.home, target.identity, kAny));
  }
}

// Of a service ID with one key, which reads by its own policy, or as a member of the group.
Target MakeTarget(Stage& stage, std::size_t way) {
  Target target;
  target.identity = stage.AddRobot();
  if (way % 6 == 4) {
    Must(stage.directory().AddToGroup(stage.host, stage.home, stage.group, target.identity));
  } else {
    stage.identity = target.identity;
    stage.GrantIdentity();
    target.policy = stage.policy;
  }
  const CreatedKey key = stage.NewKeyOf(target.identity);
  target.key = key.key.id;
  target.token = key.secret.ExposeSecret();
  return target;
}

struct Seen {
  std::atomic<std::uint64_t> decisions{0};
  std::atomic<std::uint64_t> after{0};  // of them asked for after the acknowledgement
  std::atomic<std::uint64_t> stale{0};
  std::atomic<std::uint64_t> revived{0};  // allowed although refused before
  std::atomic<std::uint64_t> faults{0};
  std::array<std::atomic<bool>, kTargets> refused{};
};

Decision AskFor(const Stage& stage, const Target& target, const Principal& kept, bool by_token) {
  if (by_token) return stage.access().Check(target.token, stage.request());
  return stage.access().Authorize(kept, stage.request());
}

void Ask(const Stage& stage, const std::vector<Target>& targets, const std::vector<Principal>& kept,
         Race& race, Seen& seen) {
  for (std::uint64_t sweep = 0; race.acknowledged.load() < kTargets; ++sweep) {
    for (std::size_t i = 0; i < kTargets; ++i) {
      // A's acknowledgement, and another asker's refusal, come before the question.
      const bool ended = race.acknowledged.load(std::memory_order_acquire) > i;
      const bool refused = seen.refused[i].load(std::memory_order_acquire);
      const Decision decision = AskFor(stage, targets[i], kept[i], (sweep + i) % 2 == 0);
      seen.decisions.fetch_add(1, std::memory_order_relaxed);
      if (ended) seen.after.fetch_add(1, std::memory_order_relaxed);
      if (ended && decision.allowed()) ++seen.stale;
      if (refused && decision.allowed()) ++seen.revived;
      if (decision.outcome() == Outcome::kFault) ++seen.faults;
      if (!decision.allowed()) seen.refused[i].store(true, std::memory_order_release);
    }
    race.sweeps.fetch_add(1);
  }
}

int EndAll(Stage& stage, const std::vector<Target>& targets, Race& race) {
  stage.Open();
  race.acknowledged.store(0);
  AwaitParent([&] { return race.go.load(); });
  for (std::uint32_t i = 0; i < kTargets; ++i) {
    EndAccess(stage, targets[i], i);
    race.acknowledged.store(i + 1, std::memory_order_release);
    const std::uint64_t now = race.sweeps.load();
    const bool pauses = i % 3 != 0 && i + 1 < kTargets;
    if (pauses) AwaitParent([&] { return race.sweeps.load() >= now + 2 * kAskers; });
  }
  return 0;
}

void PlayRound(Seen& seen) {
  const Place place;
  Stage stage(place);
  stage.Open();
  stage.Build();
  stage.identity = stage.AddRobot();
  stage.GrantGroup();
  std::vector<Target> targets;
  for (std::size_t i = 0; i < kTargets; ++i) targets.push_back(MakeTarget(stage, i));
  stage.Close();
  const Shared<Race> race;
  OtherProcess other([&] { return EndAll(stage, targets, *race); });
  stage.Open();
  std::vector<Principal> kept;
  for (const Target& target : targets) {
    ASSERT_TRUE(stage.access().Check(target.token, stage.request()).allowed());
    kept.push_back(stage.access().Authenticate(target.token));
  }
  race->go.store(true);
  std::vector<std::thread> askers;
  for (std::uint32_t i = 0; i < kAskers; ++i) {
    askers.emplace_back([&] { Ask(stage, targets, kept, *race, seen); });
  }
  EXPECT_EQ(other.Wait(), 0);
  race->acknowledged.store(kTargets);
  for (std::thread& asker : askers) asker.join();
  for (std::size_t i = 0; i < kTargets; ++i) {
    EXPECT_FALSE(AskFor(stage, targets[i], kept[i], true).allowed()) << "target " << i;
    EXPECT_FALSE(AskFor(stage, targets[i], kept[i], false).allowed()) << "target " << i;
  }
  for (std::atomic<bool>& refused : seen.refused) refused.store(false);
}

// domain A-3, hazard C55
TEST(Concurrent, OnceRefusedNeverAllowedAgain) {
  Seen seen;
  for (int round = 0; round < RoundsWanted() && !HasFailure(); ++round) PlayRound(seen);
  std::printf(
      "concurrent decisions %llu after the acknowledgement %llu stale %llu revived %llu\n",
      static_cast<unsigned long long>(seen.decisions), static_cast<unsigned long long>(seen.after),
      static_cast<unsigned long long>(seen.stale), static_cast<unsigned long long>(seen.revived));
  RecordProperty("decisions", std::to_string(seen.decisions));
  RecordProperty("after", std::to_string(seen.after));
  EXPECT_EQ(seen.stale, 0U);
  EXPECT_EQ(seen.revived, 0U);
  EXPECT_EQ(seen.faults, 0U);
  EXPECT_GT(seen.after, 0U);
  EXPECT_GT(seen.decisions, seen.after) << "nothing was asked for while it was allowed";
}

}  // namespace
}  // namespace latchkey::test
