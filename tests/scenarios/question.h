// tests/scenarios/question.h: one question of a story, put through every entry point.
#ifndef LATCHKEY_TESTS_SCENARIOS_QUESTION_H_
#define LATCHKEY_TESTS_SCENARIOS_QUESTION_H_

#include <optional>
#include <string>
#include <vector>

#include "latchkey/engine.h"

namespace latchkey::scenarios {

// "allow read write", "allow owner", "deny no_policy".
struct Expected {
  bool allowed = false;
  std::string reason;                  // of a denial
  bool by_owner = false;               // of an allow
  std::vector<std::uint64_t> serials;  // of the policies that grant; ascending
  std::vector<PolicyId> policies;      // the same, in any order
};

struct Question {
  AccessRequest request;
  RequestContext context;
  std::optional<std::string> token;  // absent: the principal is asserted
  Principal fresh;                   // of this moment
  Principal kept;                    // of the first time that the story asked and it was live
};

// Every way to ask gives the expected answer.
void AskEveryWay(const Engine& engine, const Question& question, const Expected& expected);

}  // namespace latchkey::scenarios

#endif  // LATCHKEY_TESTS_SCENARIOS_QUESTION_H_
