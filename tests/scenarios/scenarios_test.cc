// Goal: what policies mean to the people who write them. Method: stories as text (see README.md of
// this folder), each run in order, shuffled, and with the engine reopened before every step.
#include <algorithm>
#include <iostream>
#include <random>

#include "gtest/gtest-spi.h"
#include "gtest/gtest.h"

#include "scenarios/story.h"
#include "scenarios/world.h"

namespace latchkey::scenarios {

void PrintTo(const Story& story, std::ostream* out) { *out << story.name; }

namespace {

class Stories : public ::testing::TestWithParam<Story> {
 protected:
  void RunSteps(World& world) {
    for (const Line& line : GetParam().steps) world.Do(line);
  }
};

// domain section 7, domain A-1, domain P-1..P-4, domain R-1
TEST_P(Stories, EndAsTheySay) {
  World world;
  for (const Line& line : GetParam().setup) world.Do(line);
  RunSteps(world);
}

// hazard C28: the order in which things were made, and policies above all, changes no answer.
TEST_P(Stories, DoNotDependOnTheOrderOfTheirSetup) {
  std::vector<Line> setup = GetParam().setup;
  const unsigned seed = std::random_device()();
  std::cout << "seed " << seed << '\n';
  std::shuffle(setup.begin(), setup.end(), std::mt19937(seed));
  std::ranges::stable_sort(setup, {}, [](const Line& line) { return StageOf(line.words.front()); });
  World world;
  for (const Line& line : setup) world.Do(line);
  RunSteps(world);
}

// domain A-3: nothing that an answer depends on lives in the process only.
TEST_P(Stories, GoOnInAnotherProcess) {
  World world;
  for (const Line& line : GetParam().setup) world.Do(line);
  for (const Line& line : GetParam().steps) {
    world.Reopen();
    world.Do(line);
  }
}

std::string NameOfStory(const ::testing::TestParamInfo<Story>& info) { return info.param.name; }

// The runner itself: an ask line with the opposite expectation fails, whatever the story.
TEST_P(Stories, FailWhereTheyAreFalse) {
  World world;
  for (const Line& line : GetParam().setup) world.Do(line);
  for (const Line& line : GetParam().steps) {
    world.Do(line);
    if (line.words.front() != "ask") continue;
    Line opposite = line;
    const auto arrow = std::ranges::find(opposite.words, "=>");
    const bool allowed = arrow[1] == "allow";
    opposite.words.erase(arrow + 1, opposite.words.end());
    opposite.words.insert(opposite.words.end(),
                          {allowed ? "deny" : "allow", allowed ? "no_policy" : "owner"});
    ::testing::TestPartResultArray found;
    {
      const ::testing::ScopedFakeTestPartResultReporter reporter(
          ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &found);
      world.Do(opposite);
    }
    EXPECT_GT(found.size(), 0) << "line " << line.number;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Stories, ::testing::ValuesIn(AllStories()), NameOfStory);

}  // namespace
}  // namespace latchkey::scenarios
