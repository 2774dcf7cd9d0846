// tests/scenarios/answers.h: what the lines of a story are read with, and what must succeed.
#ifndef LATCHKEY_TESTS_SCENARIOS_ANSWERS_H_
#define LATCHKEY_TESTS_SCENARIOS_ANSWERS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "latchkey/caller.h"

namespace latchkey::scenarios {

inline Caller Host() { return Caller::TrustedHost(); }

inline void Expect(const absl::Status& status) { EXPECT_TRUE(status.ok()) << status; }
template <class T>
T Got(absl::StatusOr<T> result) {
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : T();
}

inline std::vector<std::string> SplitList(const std::string& text) {
  return absl::StrSplit(text, ',');
}

inline absl::Time TimeOf(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

}  // namespace latchkey::scenarios

#endif  // LATCHKEY_TESTS_SCENARIOS_ANSWERS_H_
