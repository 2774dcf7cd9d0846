// tests/scenarios/story.h: a policy story as text: who there is, what happens, and what must be
// answered. The form is described in tests/scenarios/README.md.
#ifndef LATCHKEY_TESTS_SCENARIOS_STORY_H_
#define LATCHKEY_TESTS_SCENARIOS_STORY_H_

#include <cstddef>
#include <string>
#include <vector>

namespace latchkey::scenarios {

// One line, split at blanks; a policy's JSON, from the lines indented below it, is its last word.
struct Line {
  std::size_t number = 0;
  std::vector<std::string> words;
};

struct Story {
  std::string name;         // of the file, without its extension
  std::vector<Line> setup;  // what StageOf knows
  std::vector<Line> steps;  // at, from, do, ask
};

// What the setup verbs need of each other: a line never needs one of a later stage. A verb that is
// not of the setup is behind all stages.
std::size_t StageOf(const std::string& verb);

// Every story of tests/scenarios/stories, by name. A file that cannot be read, has no step that
// asks, or has a setup line after a step is a failed test.
std::vector<Story> AllStories();

}  // namespace latchkey::scenarios

#endif  // LATCHKEY_TESTS_SCENARIOS_STORY_H_
