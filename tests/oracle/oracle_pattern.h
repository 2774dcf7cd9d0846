// tests/oracle/oracle_pattern.h: UTF-8 and the wildcard match of domain P-4, a second time.
//
// Method: the pattern is cut into whole tokens and the text into whole code points first; then the
// definition is followed by recursion, remembering what was asked before.
#ifndef LATCHKEY_TESTS_ORACLE_ORACLE_PATTERN_H_
#define LATCHKEY_TESTS_ORACLE_ORACLE_PATTERN_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace oracle {

using Characters = std::vector<char32_t>;

// The code points of `bytes`, or nothing if they are not strict UTF-8.
inline std::optional<Characters> Decode(const std::string& bytes) {
  Characters characters;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    std::size_t size = 0;
    char32_t value = 0;
    char32_t least = 0;
    if (lead <= 0x7F) {
      size = 1, value = lead, least = 0;
    } else if (lead >= 0xC0 && lead <= 0xDF) {
      size = 2, value = lead - 0xC0U, least = 0x80;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      size = 3, value = lead - 0xE0U, least = 0x800;
    } else if (lead >= 0xF0 && lead <= 0xF7) {
      size = 4, value = lead - 0xF0U, least = 0x10000;
    } else {
      return std::nullopt;
    }
    if (at + size > bytes.size()) return std::nullopt;
    for (std::size_t i = 1; i < size; ++i) {
      const auto next = static_cast<unsigned char>(bytes[at + i]);
      if (next < 0x80 || next > 0xBF) return std::nullopt;
      value = value * 64 + (next - 0x80U);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < least || value > 0x10FFFF || surrogate) return std::nullopt;
    characters.push_back(value);
    at += size;
  }
  return characters;
}

struct PatternToken {
  enum { kAnyRun, kAnyOne, kExactly } what;
  char32_t character;
};

inline std::vector<PatternToken> Tokens(const Characters& pattern) {
  std::vector<PatternToken> tokens;
  std::size_t at = 0;
  while (at < pattern.size()) {
    const bool escape = at + 5 <= pattern.size() && pattern[at] == '{' && pattern[at + 1] == '{' &&
                        (pattern[at + 2] == '*' || pattern[at + 2] == '?') &&
                        pattern[at + 3] == '}' && pattern[at + 4] == '}';
    if (escape) {
      tokens.push_back({PatternToken::kExactly, pattern[at + 2]});
      at += 5;
      continue;
    }
    if (pattern[at] == '*') {
      tokens.push_back({PatternToken::kAnyRun, 0});
    } else if (pattern[at] == '?') {
      tokens.push_back({PatternToken::kAnyOne, 0});
    } else {
      tokens.push_back({PatternToken::kExactly, pattern[at]});
    }
    at += 1;
  }
  return tokens;
}

class PatternMatch {
 public:
  PatternMatch(const std::vector<PatternToken>& pattern, const Characters& text)
      : pattern_(pattern),
        text_(text),
        known_((pattern.size() + 1) * (text.size() + 1), kUnknown) {}

  // Whether the pattern from token `p` on matches the text from character `t` on.
  bool From(std::size_t p, std::size_t t) {
    char& known = known_[p * (text_.size() + 1) + t];
    if (known == kUnknown) known = Work(p, t) ? kYes : kNo;
    return known == kYes;
  }

 private:
  enum : char { kUnknown, kYes, kNo };

  bool Work(std::size_t p, std::size_t t) {
    if (p == pattern_.size()) return t == text_.size();
    if (pattern_[p].what == PatternToken::kAnyRun) {
      return From(p + 1, t) || (t < text_.size() && From(p, t + 1));
    }
    if (t == text_.size()) return false;
    if (pattern_[p].what == PatternToken::kExactly && pattern_[p].character != text_[t]) {
      return false;
    }
    return From(p + 1, t + 1);
  }

  const std::vector<PatternToken>& pattern_;
  const Characters& text_;
  std::vector<char> known_;
};

// Nothing is matched by, and nothing matches, what is not UTF-8.
inline bool PatternMatches(const std::string& pattern, const std::string& text) {
  const std::optional<Characters> pattern_characters = Decode(pattern);
  const std::optional<Characters> text_characters = Decode(text);
  if (!pattern_characters || !text_characters) return false;
  const std::vector<PatternToken> tokens = Tokens(*pattern_characters);
  return PatternMatch(tokens, *text_characters).From(0, 0);
}

}  // namespace oracle

#endif  // LATCHKEY_TESTS_ORACLE_ORACLE_PATTERN_H_
