#include "engine/authz/pattern.h"

#include <cstddef>
#include <optional>

namespace latchkey::authz {
namespace {

constexpr std::string_view kLiteralStar = "{{*}}";
constexpr std::string_view kLiteralQuestion = "{{?}}";

struct Token {
  enum class Kind { kRun, kOne, kByte } kind;
  char byte;         // of kByte
  std::size_t size;  // bytes of the pattern
};

Token TokenAt(std::string_view pattern, std::size_t at) {
  const std::string_view rest = pattern.substr(at);
  if (rest.front() == '*') return {Token::Kind::kRun, '*', 1};
  if (rest.front() == '?') return {Token::Kind::kOne, '?', 1};
  if (rest.starts_with(kLiteralStar)) return {Token::Kind::kByte, '*', kLiteralStar.size()};
  if (rest.starts_with(kLiteralQuestion)) return {Token::Kind::kByte, '?', kLiteralQuestion.size()};
  return {Token::Kind::kByte, rest.front(), 1};
}

// Where the character that begins at `at` ends.
std::size_t AfterCharacter(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

// The last `*` seen: the only one that ever needs to take more, since what lies before it matched
// at the earliest possible place.
struct Run {
  std::size_t pattern;  // after the `*`
  std::size_t text;     // where its run ends for now
};

}  // namespace

bool MatchesPattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::optional<Run> run;
  while (t < text.size()) {
    if (p < pattern.size()) {
      const Token token = TokenAt(pattern, p);
      if (token.kind == Token::Kind::kRun) {
        p += token.size;
        run = Run{p, t};
        continue;
      }
      if (token.kind == Token::Kind::kOne) {
        p += token.size;
        t = AfterCharacter(text, t);
        continue;
      }
      if (token.byte == text[t]) {
        p += token.size;
        ++t;
        continue;
      }
    }
    if (!run.has_value()) return false;
    run->text = AfterCharacter(text, run->text);
    p = run->pattern;
    t = run->text;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace latchkey::authz
