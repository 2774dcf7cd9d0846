// The wildcard match: any bytes as pattern and text end without a crash, and on UTF-8 the answer is
// the oracle's (domain P-4, hazard C30).
//
// The first byte says where the rest is cut into pattern and text, so that any corpus file is a
// pair.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/authz/pattern.h"
#include "tests/oracle/oracle_pattern.h"

namespace {

using latchkey::authz::MatchesPattern;

// The oracle remembers pattern × text answers and recurses as deep as both are long.
constexpr std::size_t kInputBytesMax = 2'000;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string Escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '*' || c == '?') {
      pattern += std::string("{{") + c + "}}";
    } else {
      pattern += c;
    }
  }
  return pattern;
}

// An escaped text without a brace of its own matches itself, whatever its bytes are.
void CheckEscaped(std::string_view text) {
  if (text.find_first_of("{}") != std::string_view::npos) return;
  const std::string pattern = Escaped(text);
  Require(MatchesPattern(pattern, text));
  Require(MatchesPattern(pattern + "*", text));
  Require(MatchesPattern("*" + pattern, text));
  Require(!MatchesPattern(pattern + "x", text));
}

void CheckAgainstOracle(const std::string& pattern, const std::string& text) {
  if (!oracle::Decode(pattern).has_value() || !oracle::Decode(text).has_value()) return;
  Require(MatchesPattern(pattern, text) == oracle::PatternMatches(pattern, text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > kInputBytesMax) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = input.size() * data[0] / 255;
  const std::string pattern(input.substr(0, cut));
  const std::string text(input.substr(cut));
  (void)MatchesPattern(pattern, text);
  Require(MatchesPattern("*", text));
  CheckEscaped(text);
  CheckAgainstOracle(pattern, text);
  return 0;
}
