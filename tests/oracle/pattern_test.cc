// Goal: the engine's wildcard match is the documented one.
// Method: a table of what domain P-4 says, checked against both implementations; then both against
// each other, exhaustively over short patterns and texts of few characters and pieces.
#include "engine/authz/pattern.h"

#include <cstddef>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "oracle/oracle_pattern.h"

namespace latchkey::oracle_test {
namespace {

struct Row {
  std::string pattern;
  std::string text;
  bool matches;
};

// domain P-4, hazard C30
TEST(Pattern, MatchesAsDocumentedInBothImplementations) {
  const std::vector<Row> table = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything at all", true},
      {"**", "", true},
      {"**", "a", true},
      {"a*", "a", true},
      {"a*", "ab", true},
      {"a*", "ba", false},
      {"*a", "a", true},
      {"*a", "ba", true},
      {"*a", "ab", false},
      {"a*b", "ab", true},
      {"a*b", "axxb", true},
      {"a*b", "axxbx", false},
      {"*ab*", "aab", true},
      {"a*a", "a", false},
      {"?", "", false},
      {"?", "a", true},
      {"?", "ab", false},
      {"a?", "a", false},
      {"?*", "", false},
      {"*?", "a", true},
      // Literals.
      {"{{*}}", "*", true},
      {"{{*}}", "a", false},
      {"{{*}}", "{{*}}", false},
      {"{{?}}", "?", true},
      {"{{?}}", "a", false},
      {"a{{*}}*", "a*b", true},
      {"a{{*}}*", "aab", false},
      {"*{{*}}", "abc*", true},
      // Braces that escape nothing are themselves, and the `*` among them is a wildcard.
      {"{*}", "{abc}", true},
      {"{{*}", "{{abc}", true},
      {"{{a}}", "{{a}}", true},
      {"{{{*}}}", "{*}", true},
      {"{{{*}}}", "{a}", false},
      {"{{**}}", "{{a}}", true},
      // No folding, no path, no prefix.
      {"A", "a", false},
      {"acct/1", "acct/10", false},
      {"team", "team-admin", false},
      {"a/*", "a/../b", true},
      {"b", "a/../b", false},
      {"a.b", "axb", false},
      {"[ab]", "a", false},
      // `?` is a character, not a byte; `*` does not cut one.
      {"?", "\xC3\xA9", true},
      {"??", "\xC3\xA9", false},
      {"*??", "\xE2\x82\xAC", false},
      {"?", "\xF0\x9F\x98\x80", true},
      {"?", "e\xCC\x81", false},
      {"\xC3\xA9", "e\xCC\x81", false},
      {"\xE2\x84\xAA", "K", false},
  };
  for (const Row& row : table) {
    EXPECT_EQ(authz::MatchesPattern(row.pattern, row.text), row.matches)
        << row.pattern << " against " << row.text;
    EXPECT_EQ(::oracle::PatternMatches(row.pattern, row.text), row.matches)
        << row.pattern << " against " << row.text << " (oracle)";
  }
}

// All strings of at most `length` of the pieces.
std::vector<std::string> AllStrings(const std::vector<std::string>& pieces, std::size_t length) {
  std::vector<std::string> all = {""};
  std::size_t first = 0;
  for (std::size_t size = 1; size <= length; ++size) {
    const std::size_t end = all.size();
    for (std::size_t i = first; i < end; ++i) {
      for (const std::string& piece : pieces) all.push_back(all[i] + piece);
    }
    first = end;
  }
  return all;
}

struct Comparison {
  std::size_t compared = 0;
  std::size_t matched = 0;
  std::string first_difference;
};

Comparison Compare(const std::vector<std::string>& patterns,
                   const std::vector<std::string>& texts) {
  std::vector<::oracle::Characters> characters;
  for (const std::string& text : texts) characters.push_back(*::oracle::Decode(text));
  Comparison comparison;
  for (const std::string& pattern : patterns) {
    const auto tokens = ::oracle::Tokens(*::oracle::Decode(pattern));
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const bool engine = authz::MatchesPattern(pattern, texts[i]);
      ++comparison.compared;
      if (engine) ++comparison.matched;
      if (engine != ::oracle::PatternMatch(tokens, characters[i]).From(0, 0)) {
        comparison.first_difference = pattern + " against " + texts[i];
        return comparison;
      }
    }
  }
  return comparison;
}

// domain P-4, hazard C30
TEST(Pattern, AgreesWithTheOracleOnAllShortPatternsAndTexts) {
  const Comparison comparison =
      Compare(AllStrings({"a", "*", "?", "{", "}"}, 5), AllStrings({"a", "*", "{", "}"}, 5));
  EXPECT_EQ(comparison.first_difference, "");
  EXPECT_EQ(comparison.compared, 3'906U * 1'365U);
  EXPECT_GE(comparison.matched, comparison.compared / 100);
}

// domain P-4, hazards C30, C32: whole escapes and characters of several bytes among them
TEST(Pattern, AgreesWithTheOracleOnAllShortRunsOfPieces) {
  const Comparison comparison =
      Compare(AllStrings({"a", "*", "?", "{{*}}", "{{?}}", "{", "}", "\xC3\xA9"}, 4),
              AllStrings({"a", "*", "?", "{", "\xC3\xA9"}, 4));
  EXPECT_EQ(comparison.first_difference, "");
  EXPECT_EQ(comparison.compared, 4'681U * 781U);
  EXPECT_GE(comparison.matched, comparison.compared / 100);
}

// domain P-9, hazard C30: the worst pattern of a policy against the longest text ends
TEST(Pattern, IsNotExponentialInItsStars) {
  std::string pattern;
  while (pattern.size() < 998) pattern += "*a";
  EXPECT_FALSE(authz::MatchesPattern(pattern + "b", std::string(1000, 'a')));
  EXPECT_TRUE(authz::MatchesPattern(pattern, std::string(1000, 'a')));
}

}  // namespace
}  // namespace latchkey::oracle_test
