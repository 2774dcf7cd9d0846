#include "contract/rule_ids.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>
#include <span>

namespace latchkey::contract {
namespace {

struct Family {
  std::string_view name;
  int last;  // ids run from 1
};

constexpr std::array kDomain = {Family{"A", 6},  Family{"B", 1}, Family{"C", 1},  Family{"D", 7},
                                Family{"K", 14}, Family{"L", 7}, Family{"P", 11}, Family{"R", 3},
                                Family{"T", 2},  Family{"W", 10}};
constexpr std::array kDomainBetween = {std::string_view("W-2a")};
constexpr std::array kHazards = {Family{"C", 96}, Family{"F", 15}, Family{"G", 16},
                                 Family{"K", 16}, Family{"L", 34}, Family{"O", 9},
                                 Family{"S", 10}, Family{"T", 21}, Family{"U", 7}};

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool IsUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool IsLower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

// Length of the id that `text` begins with, 0 if it begins with none: `K-4`, `W-2a` of the domain,
// `C15` of the hazards.
std::size_t IdLength(std::string_view text, bool domain) {
  std::size_t at = 1;
  if (text.empty() || !IsUpper(text[0])) return 0;
  if (domain) {
    if (text.size() < 2 || text[1] != '-') return 0;
    ++at;
  }
  const std::size_t first_digit = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  if (at == first_digit) return 0;
  const bool letter = domain && at < text.size() && IsLower(text[at]);
  return letter ? at + 1 : at;
}

// Drops what joins one id to the next; false if nothing does.
bool SkipJoint(std::string_view& text) {
  for (const std::string_view joint : {", ", " and ", " or ", "/"}) {
    if (text.starts_with(joint)) {
      text.remove_prefix(joint.size());
      return true;
    }
  }
  return false;
}

void AppendIds(std::string_view rest, std::string_view word, bool bracketed, std::size_t line,
               std::vector<Citation>& citations) {
  const bool domain = word == "domain";
  do {
    const std::size_t length = IdLength(rest, domain);
    if (length == 0) return;
    citations.push_back(
        {line, std::string(word) + " " + std::string(rest.substr(0, length)), bracketed});
    rest.remove_prefix(length);
  } while (SkipJoint(rest));
}

bool IsInRange(std::span<const Family> families, std::string_view family, std::string_view digits) {
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return false;
  return std::ranges::any_of(families, [&](const Family& known) {
    return known.name == family && number >= 1 && number <= known.last;
  });
}

// The files that define and test this check speak of ids that nobody means.
bool IsThisCheck(std::string_view path) { return path.starts_with("tests/contract/rule_ids"); }

bool Cites(std::string_view path) {
  return (IsUnder(path, "tests") || IsUnder(path, "fuzz")) && !IsThisCheck(path) &&
         ExtensionOf(path) != "mutant";
}

}  // namespace

std::vector<Citation> CitationsOf(std::string_view text) {
  std::vector<Citation> citations;
  std::size_t number = 0;
  for (const std::string_view line : LinesOf(text)) {
    ++number;
    for (const std::string_view word : {"domain", "hazard"}) {
      for (std::size_t at = line.find(word); at != line.npos; at = line.find(word, at + 1)) {
        std::string_view rest = line.substr(at + word.size());
        if (rest.starts_with("s ")) rest.remove_prefix(1);
        if (!rest.starts_with(" ")) continue;
        AppendIds(rest.substr(1), word, at > 0 && line[at - 1] == '[', number, citations);
      }
    }
  }
  return citations;
}

bool IsKnownRule(std::string_view id) {
  const std::size_t space = id.find(' ');
  const bool domain = id.substr(0, space) == "domain";
  const std::string_view name = id.substr(space + 1);
  if (!domain) return IsInRange(kHazards, name.substr(0, 1), name.substr(1));
  return std::ranges::find(kDomainBetween, name) != kDomainBetween.end() ||
         IsInRange(kDomain, name.substr(0, 1), name.substr(2));
}

Findings CheckEveryRuleIsCited(const Tree& tree) {
  std::set<std::string> cited;
  for (const auto& [path, text] : tree) {
    if (!Cites(path)) continue;
    for (const Citation& citation : CitationsOf(text)) cited.insert(citation.id);
  }
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!IsUnder(path, "include")) continue;
    for (const Citation& rule : CitationsOf(text)) {
      if (rule.bracketed && !cited.contains(rule.id)) {
        findings.push_back({path, rule.line, "no test cites " + rule.id});
      }
    }
  }
  return findings;
}

Findings CheckEveryCitedRuleExists(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (IsThisCheck(path)) continue;
    for (const Citation& citation : CitationsOf(text)) {
      if (!IsKnownRule(citation.id)) {
        findings.push_back({path, citation.line, "there is no " + citation.id});
      }
    }
  }
  return findings;
}

}  // namespace latchkey::contract
