// tests/staleness/kinds.h: each way in which access is taken away, as what process A does.
#ifndef LATCHKEY_TESTS_STALENESS_KINDS_H_
#define LATCHKEY_TESTS_STALENESS_KINDS_H_

#include <ostream>
#include <string_view>
#include <vector>

#include "staleness/stage.h"

namespace latchkey::test {

enum class Subject { kRobot, kBob, kAlice, kProfile };

struct Kind {
  std::string_view name;
  Subject subject = Subject::kRobot;
  std::string_view asked = "acme";                // the account that is asked about
  void (*setup)(Stage&) = nullptr;                // once: grants access
  void (*request)(Stage&, NewApiKey&) = nullptr;  // B, as it makes a key
  void (*ready)(Stage&, const KeyId&) = nullptr;  // B, with a key that it has made
  // A. Once a round with the first key, or with `each`, for every key.
  void (*take)(Stage&, const KeyId&) = nullptr;
  void (*restore)(Stage&, const KeyId&) = nullptr;
  bool each = false;
  bool uses_up = false;  // no key outlives a round: B makes new ones
};

[[nodiscard]] std::vector<Kind> KindsOfKeys();
[[nodiscard]] std::vector<Kind> KindsOfGrants();
[[nodiscard]] std::vector<Kind> KindsOfPeople();
[[nodiscard]] std::vector<Kind> AllKinds();
inline void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_STALENESS_KINDS_H_
