// The source tree as the contract tests see it: every text file of the project, by its path from
// the root. Checkers take a Tree and answer with findings, so that a test can plant a violation in
// a tree that exists in memory only.
#ifndef LATCHKEY_TESTS_CONTRACT_SOURCE_TREE_H_
#define LATCHKEY_TESTS_CONTRACT_SOURCE_TREE_H_

#include <cstddef>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace latchkey::contract {

using Tree = std::map<std::string, std::string, std::less<>>;  // path from the root -> text

struct Finding {
  std::string path;
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::string what;
  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

std::ostream& operator<<(std::ostream& out, const Finding& finding);

// Success if there are none; otherwise all of them, one a line.
testing::AssertionResult Clean(const Findings& findings);

// Everything in the project but build/, .git and the seeds of the fuzz targets.
Tree ReadTree(const std::string& root);

std::vector<std::string_view> LinesOf(std::string_view text);

// `path` lies in `folder` ("engine/kv"), directly or deeper.
bool IsUnder(std::string_view path, std::string_view folder);

// The text behind the last dot of the file's name; empty without one.
std::string_view ExtensionOf(std::string_view path);

inline bool IsCpp(std::string_view path) {
  return ExtensionOf(path) == "h" || ExtensionOf(path) == "cc";
}

// `word` stands in `line` with no letter, digit or underscore beside it.
bool HasWord(std::string_view line, std::string_view word);

}  // namespace latchkey::contract

#endif  // LATCHKEY_TESTS_CONTRACT_SOURCE_TREE_H_
