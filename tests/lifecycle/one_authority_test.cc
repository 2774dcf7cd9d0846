// Goal: the table decides the transitions and nothing beside it does (domain L-1). Method: the text
// of the folders that could be tempted is searched for the names that a decision would need.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace latchkey::lifecycle {
namespace {

using ::testing::ElementsAre;

// Lines of code, as "<file>: <line>", that contain `word` in a file of engine/<folder>.
std::vector<std::string> LinesWith(const std::string& folder, const std::string& word) {
  std::vector<std::string> found;
  std::size_t files = 0;
  const std::filesystem::path path = std::string(LATCHKEY_SOURCE_DIR) + "/engine/" + folder;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    ++files;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const std::string code = line.substr(0, line.find("//"));
      if (code.find(word) == std::string::npos) continue;
      found.push_back(entry.path().filename().string() + ": " +
                      code.substr(code.find_first_not_of(' ')));
    }
  }
  EXPECT_GT(files, 1U) << path;
  return found;
}

// domain L-1
TEST(OneAuthority, OnlyOneHelperNamesAState) {
  EXPECT_THAT(
      LinesWith("lifecycle", "KeyState::"),
      ElementsAre(
          "step.cc: bool IsDeleted(KeyState state) { return state == KeyState::kDeleted; }"));
  EXPECT_THAT(
      LinesWith("authn", "KeyState::"),
      ElementsAre("liveness.cc: if (record.key.state == KeyState::kDeleted) return nullptr;"));
}

// domain L-1, L-7: one place asks the table, so one place has the order of refusals.
TEST(OneAuthority, OnlyOnePlaceAsksTheTable) {
  EXPECT_THAT(
      LinesWith("lifecycle", "TransitionOf("),
      ElementsAre("step.cc: const Transition& row = TransitionOf(record.key.state, command);"));
  EXPECT_THAT(LinesWith("lifecycle", "kLifecycle"), ElementsAre());
}

// domain L-1: a state is set from a row of the table, or by BornState.
TEST(OneAuthority, StatesAreSetFromTheTable) {
  EXPECT_THAT(LinesWith("lifecycle", "state = "),
              ::testing::UnorderedElementsAre(
                  "step.cc: step.record.key.state = row.to;",
                  "key_rules.cc: key.state = BornState(request.locked, request.disabled);"));
}

}  // namespace
}  // namespace latchkey::lifecycle
