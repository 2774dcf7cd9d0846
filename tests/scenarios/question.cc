#include "scenarios/question.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace latchkey::scenarios {
namespace {

void Compare(const Decision& decision, const Expected& expected, const char* entry) {
  SCOPED_TRACE(entry);
  EXPECT_EQ(decision.allowed(), expected.allowed) << NameOf(decision.reason());
  if (!expected.allowed) {
    EXPECT_EQ(NameOf(decision.reason()), expected.reason);
    return;
  }
  EXPECT_EQ(decision.reason(),
            expected.by_owner ? Reason::kAllowedByOwner : Reason::kAllowedByPolicy);
  if (!expected.by_owner && !expected.serials.empty()) {
    EXPECT_EQ(decision.policy_serial(), expected.serials.front()) << "the lowest that grants";
  }
}

void CompareGrants(const Explanation& explanation, const Expected& expected) {
  std::vector<PolicyId> granting;
  for (const Grant& grant : explanation.grants) granting.push_back(grant.policy);
  if (expected.allowed) {
    EXPECT_THAT(granting, ::testing::UnorderedElementsAreArray(expected.policies));
  }
}

// A kept principal whose key has changed since is refused as revoked, where a token is unknown.
void AskKept(const Engine& engine, const Question& question, const Expected& expected) {
  const Decision decision =
      engine.access().Authorize(question.kept, question.request, question.context);
  if (decision.outcome() == Outcome::kRefused) {
    EXPECT_FALSE(expected.allowed) << "kept: " << NameOf(decision.reason());
    return;
  }
  Compare(decision, expected, "a principal kept from before");
}

}  // namespace

void AskEveryWay(const Engine& engine, const Question& question, const Expected& expected) {
  const Access access = engine.access();
  const Caller host = Caller::TrustedHost();
  if (question.token) {
    Compare(access.Check(*question.token, question.request, question.context), expected, "Check");
  }
  if (question.fresh.authenticated()) {
    Compare(access.Authorize(question.fresh, question.request, question.context), expected,
            "Authorize");
    const AccessRequest malformed;
    const AccessRequest requests[] = {question.request, malformed, question.request};
    std::vector<Decision> decisions(std::size(requests));
    access.AuthorizeBatch(question.fresh, requests, decisions, question.context);
    Compare(decisions[0], expected, "first of a batch");
    EXPECT_FALSE(decisions[1].allowed());
    Compare(decisions[2], expected, "last of a batch");
    const auto explanation =
        access.Explain(host, question.fresh, question.request, question.context);
    ASSERT_TRUE(explanation.ok()) << explanation.status();
    Compare(explanation->decision, expected, "Explain");
    CompareGrants(*explanation, expected);
  } else {
    EXPECT_FALSE(expected.allowed) << "no live principal: " << NameOf(question.fresh.reason());
  }
  AskKept(engine, question, expected);
}

}  // namespace latchkey::scenarios
