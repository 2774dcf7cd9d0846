// Goal: a rule without a test, and a test of a rule that does not exist, are both noticed.
#include "contract/rule_ids.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace latchkey::contract {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> IdsIn(std::string_view text) {
  std::vector<std::string> ids;
  for (const Citation& citation : CitationsOf(text)) ids.push_back(citation.id);
  return ids;
}

TEST(RuleIds, EveryRuleOfAPublicHeaderIsCitedByATest) {
  EXPECT_TRUE(Clean(CheckEveryRuleIsCited(ReadTree(LATCHKEY_SOURCE_DIR))));
}

TEST(RuleIds, EveryCitedRuleExists) {
  EXPECT_TRUE(Clean(CheckEveryCitedRuleExists(ReadTree(LATCHKEY_SOURCE_DIR))));
}

TEST(RuleIds, TheHeadersStateRulesAtAll) {
  std::size_t rules = 0;
  for (const auto& [path, text] : ReadTree(LATCHKEY_SOURCE_DIR)) {
    if (!IsUnder(path, "include")) continue;
    for (const Citation& citation : CitationsOf(text)) rules += citation.bracketed ? 1 : 0;
  }
  EXPECT_GE(rules, 40U);
}

TEST(RuleIdsChecker, ReadsOneIdAndLists) {
  EXPECT_THAT(IdsIn("// domain K-8, hazard C3"), ElementsAre("domain K-8", "hazard C3"));
  EXPECT_THAT(IdsIn("// domain K-4, K-5 and W-2a"),
              ElementsAre("domain K-4", "domain K-5", "domain W-2a"));
  EXPECT_THAT(IdsIn("hazards C3/C15: domain section 3, hazardous"),
              ElementsAre("hazard C3", "hazard C15"));
  EXPECT_THAT(IdsIn("domain knowledge, domain W-*, hazard of life"), IsEmpty());
}

TEST(RuleIdsChecker, KnowsTheEndsOfEveryRange) {
  for (const char* id : {"domain K-1", "domain K-14", "domain W-2a", "hazard C96", "hazard O9"}) {
    EXPECT_TRUE(IsKnownRule(id)) << id;
  }
  for (const char* id : {"domain K-0", "domain K-15", "domain W-3a", "domain Z-1", "hazard C97",
                         "hazard C0", "hazard A1"}) {
    EXPECT_FALSE(IsKnownRule(id)) << id;
  }
}

TEST(RuleIdsChecker, FindsARuleWithoutATest) {
  const Tree tree = {
      {"include/latchkey/key.h", "//   [domain K-4] at most 20\n// see domain K-5\n"},
      {"tests/mutants/kv.mutant", "why: domain K-4\n"},
      {"engine/store/keys.cc", "// domain K-4\n"}};
  EXPECT_THAT(CheckEveryRuleIsCited(tree), ElementsAre(Field(&Finding::line, 1U)));
  Tree with_test = tree;
  with_test["tests/store/keys_test.cc"] = "// domain K-4, hazard C3\n";
  EXPECT_THAT(CheckEveryRuleIsCited(with_test), IsEmpty());
}

TEST(RuleIdsChecker, FindsARuleThatDoesNotExist) {
  const Tree tree = {{"tests/store/keys_test.cc", "// domain K-99\n// hazard C3\n"},
                     {"engine/kv/env.cc", "// hazard F77\n"}};
  EXPECT_THAT(CheckEveryCitedRuleExists(tree), SizeIs(2));
}

}  // namespace
}  // namespace latchkey::contract
