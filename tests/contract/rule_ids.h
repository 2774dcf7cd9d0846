// Rule ids: every rule that a public header states is cited by a test, and every id that is cited
// anywhere is one that exists.
#ifndef LATCHKEY_TESTS_CONTRACT_RULE_IDS_H_
#define LATCHKEY_TESTS_CONTRACT_RULE_IDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "contract/source_tree.h"

namespace latchkey::contract {

struct Citation {
  std::size_t line;
  std::string id;  // "domain K-4" or "hazard C15"
  bool bracketed;  // written `[domain K-4]`: the text around it is the rule
};

// All ids in `text`. One word may head several: "domain K-4, K-5 and W-2a", "hazards C3 and C15".
std::vector<Citation> CitationsOf(std::string_view text);

// The id is in the range of a family of the domain's rules or of the hazards.
bool IsKnownRule(std::string_view id);

// Rules in brackets in include/ that no file under tests/ or fuzz/ cites.
Findings CheckEveryRuleIsCited(const Tree& tree);

// Ids cited in sources that do not exist.
Findings CheckEveryCitedRuleExists(const Tree& tree);

}  // namespace latchkey::contract

#endif  // LATCHKEY_TESTS_CONTRACT_RULE_IDS_H_
