#include "scenarios/story.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace latchkey::scenarios {
namespace {

constexpr std::array<std::string_view, 9> kStages = {
    "account", "member", "service-id", "profile", "group", "policy", "key", "zone", "context-rule"};

bool IsSetup(const std::string& verb) { return StageOf(verb) < kStages.size(); }

bool IsStep(const std::string& verb) {
  return verb == "at" || verb == "from" || verb == "do" || verb == "ask";
}

std::vector<std::string> WordsOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    if (word.front() == '#') break;
    words.push_back(word);
  }
  return words;
}

Story Read(const std::filesystem::path& path) {
  Story story;
  story.name = path.stem().string();
  std::ifstream in(path);
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    std::vector<std::string> words = WordsOf(text);
    if (words.empty()) continue;
    if (text.front() == ' ') {  // belongs to the policy above
      std::string& json = story.setup.back().words.back();
      json += text;
      continue;
    }
    const bool setup = IsSetup(words.front());
    EXPECT_TRUE(setup || IsStep(words.front())) << path << ":" << number << ": " << words.front();
    EXPECT_TRUE(!setup || story.steps.empty()) << path << ":" << number << ": setup after a step";
    if (words.front() == "policy") words.emplace_back();  // its JSON follows
    (setup ? story.setup : story.steps).push_back({number, std::move(words)});
  }
  EXPECT_TRUE(std::ranges::any_of(story.steps,
                                  [](const Line& line) { return line.words.front() == "ask"; }))
      << path << " asks nothing";
  return story;
}

}  // namespace

std::size_t StageOf(const std::string& verb) {
  return static_cast<std::size_t>(std::ranges::find(kStages, verb) - kStages.begin());
}

std::vector<Story> AllStories() {
  std::vector<Story> stories;
  const std::filesystem::path folder = LATCHKEY_SOURCE_DIR "/tests/scenarios/stories";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".story") stories.push_back(Read(entry.path()));
  }
  std::ranges::sort(stories, {}, &Story::name);
  return stories;
}

}  // namespace latchkey::scenarios
