#include "story.h"

#include <iostream>

namespace demo {

void Story::Chapter(std::string_view title) { std::cout << "\n-- " << title << "\n"; }

void Story::Step(std::string_view name, std::string_view asked, std::string_view expected,
                 std::string_view came, std::string_view why) {
  ++steps_;
  const bool spoil = name == spoiled_;
  spoiled_seen_ = spoiled_seen_ || spoil;
  const std::string wanted =
      spoil ? "anything but " + std::string(expected) : std::string(expected);
  const bool as_expected = came == wanted;
  if (!as_expected) ++surprises_;
  std::cout << (as_expected ? "  ok  " : "  !!  ") << name << ": " << asked << "\n        -> "
            << came << "\n";
  if (!why.empty()) std::cout << "        because " << why << "\n";
  if (!as_expected) std::cout << "        expected " << wanted << "\n";
}

int Story::Close() const {
  if (!spoiled_.empty() && !spoiled_seen_) {
    std::cout << "\ndemo: there is no step named " << spoiled_ << "\n";
    return 2;
  }
  if (surprises_ > 0) {
    std::cout << "\ndemo: " << steps_ << " steps, " << surprises_ << " not as expected\n";
    return 1;
  }
  std::cout << "\ndemo: " << steps_ << " steps, all as expected\n";
  return 0;
}

std::string Told(const absl::Status& status) {
  return status.ok() ? "ok" : std::string(latchkey::NameOf(latchkey::ReasonOf(status)));
}

std::string Told(const latchkey::Decision& decision) {
  std::string_view outcome = "deny";
  if (decision.outcome() == latchkey::Outcome::kAllow) outcome = "allow";
  if (decision.outcome() == latchkey::Outcome::kRefused) outcome = "refused";
  if (decision.outcome() == latchkey::Outcome::kFault) outcome = "fault";
  return std::string(outcome) + " (" + std::string(latchkey::NameOf(decision.reason())) + ")";
}

}  // namespace demo
