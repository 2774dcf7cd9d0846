// Zero staleness across processes: warm here, taken away there, refused here from the first
// question after the acknowledgement on (domain A-3, hazards C53, F7, C88).
//
// Method: process A takes away and acknowledges through shared memory; process B, this one, is warm
// (it has just allowed everything without one snapshot) and then asks in every way there is. A
// trial is one decision that was asked for after the acknowledgement. LATCHKEY_STALENESS_TRIALS
// (200,000) is how many, of all kinds together.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "staleness/checker.h"
#include "staleness/process.h"
#include "staleness/revoker.h"

namespace latchkey::test {
namespace {

std::uint64_t TrialsOfAKind() {
  const char* const wanted = std::getenv("LATCHKEY_STALENESS_TRIALS");
  const std::uint64_t all = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 200'000;
  return std::max<std::uint64_t>(1, all / AllKinds().size());
}

void Play(const Kind& kind, Figures& figures) {
  const Place place;
  Stage stage(place);
  const Shared<Board> board;
  Prepare(kind, stage, *board);
  OtherProcess other([&] { return Revoke(kind, stage, *board); });
  stage.Open();
  Checker checker(kind, stage, *board);
  const std::uint64_t wanted = TrialsOfAKind();
  for (std::uint32_t round = 1; figures.trials < wanted; ++round) {
    stage.round = round;
    if (round == 1 || kind.uses_up) checker.MakeSubjects();
    ASSERT_NO_FATAL_FAILURE(checker.Warm()) << "in round " << round;
    board->go.store(round, std::memory_order_release);
    for (std::uint32_t i = 0; kind.each && i < kSubjects; ++i) {
      ASSERT_TRUE(other.Await([&] { return board->taken.load(std::memory_order_acquire) > i; }));
      checker.AskAtOnce(i, figures);
    }
    ASSERT_TRUE(other.Await([&] { return board->done.load(std::memory_order_acquire) == round; }));
    checker.AskEveryWay(figures);
    board->undo.store(round, std::memory_order_release);
    ASSERT_TRUE(other.Await([&] { return board->undone.load() == round; }));
    figures.rounds = round;
    if (figures.stale != 0) break;
  }
  board->stop.store(true);
  EXPECT_EQ(other.Wait(), 0);
}

class CrossProcess : public ::testing::TestWithParam<Kind> {};

// domain A-3, hazard C53, hazard C88, hazard C89 (what ends many at once)
TEST_P(CrossProcess, NothingIsAllowedThatWasTakenAway) {
  Figures figures;
  Play(GetParam(), figures);
  std::printf("staleness %-40s trials %7llu rounds %4u stale %llu faults %llu\n",
              std::string(GetParam().name).c_str(), static_cast<unsigned long long>(figures.trials),
              figures.rounds, static_cast<unsigned long long>(figures.stale),
              static_cast<unsigned long long>(figures.faults));
  RecordProperty("trials", std::to_string(figures.trials));
  RecordProperty("stale", std::to_string(figures.stale));
  EXPECT_EQ(figures.stale, 0U) << GetParam().name;
  EXPECT_EQ(figures.faults, 0U) << GetParam().name;
  EXPECT_GT(figures.trials, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, CrossProcess, ::testing::ValuesIn(AllKinds()),
                         [](const ::testing::TestParamInfo<Kind>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
}  // namespace latchkey::test
