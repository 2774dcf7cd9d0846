// The revoker dies between its commit and everything that it would have done next (hazards C57,
// F7): nobody had to be told.
//
// Method: process A takes away and kills itself as soon as its call has returned, without a word;
// this process, warm, learns of nothing but its end.
#include <gtest/gtest.h>

#include <csignal>

#include "staleness/checker.h"
#include "staleness/process.h"
#include "staleness/revoker.h"

namespace latchkey::test {
namespace {

class Killed : public ::testing::TestWithParam<Kind> {};

// hazard C57, hazard F7, domain A-3
TEST_P(Killed, WhatItTookAwayIsGoneAllTheSame) {
  const Kind& kind = GetParam();
  const Place place;
  Stage stage(place);
  const Shared<Board> board;
  Prepare(kind, stage, *board);
  stage.round = 1;
  OtherProcess other([&] {
    stage.Open();
    AwaitParent([&] { return board->go.load() == 1; });
    for (std::size_t i = 0; i < (kind.each ? kSubjects : 1); ++i) kind.take(stage, board->keys[i]);
    raise(SIGKILL);
    return 0;
  });
  stage.Open();
  Checker checker(kind, stage, *board);
  checker.MakeSubjects();
  ASSERT_NO_FATAL_FAILURE(checker.Warm());
  board->go.store(1);
  ASSERT_EQ(other.Wait(), 1000 + SIGKILL);
  Figures figures;
  checker.AskEveryWay(figures);
  EXPECT_GT(figures.trials, 0U);
  EXPECT_EQ(figures.stale, 0U);
  EXPECT_EQ(figures.faults, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, Killed, ::testing::ValuesIn(AllKinds()),
                         [](const ::testing::TestParamInfo<Kind>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
}  // namespace latchkey::test
