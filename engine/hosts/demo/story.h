// A story of steps: each says what was asked, what came back and why, and is compared with what the
// teller expects.
#ifndef LATCHKEY_ENGINE_HOSTS_DEMO_STORY_H_
#define LATCHKEY_ENGINE_HOSTS_DEMO_STORY_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "latchkey/decision.h"
#include "latchkey/status.h"

namespace demo {

class Story {
 public:
  // `spoiled` names the step whose expectation is spoiled, to show that a surprise is noticed.
  explicit Story(std::string_view spoiled) : spoiled_(spoiled) {}

  void Chapter(std::string_view title);
  // One step. `why` may be empty.
  void Step(std::string_view name, std::string_view asked, std::string_view expected,
            std::string_view came, std::string_view why = "");

  // Prints the closing line; the exit code of the program.
  int Close() const;

 private:
  std::string spoiled_;
  bool spoiled_seen_ = false;
  int steps_ = 0;
  int surprises_ = 0;
};

// "ok", or the name of the reason.
std::string Told(const absl::Status& status);
// "allow (allowed_by_policy)", "deny (no_policy)", "refused (key_disabled)", …
std::string Told(const latchkey::Decision& decision);

}  // namespace demo

#endif  // LATCHKEY_ENGINE_HOSTS_DEMO_STORY_H_
