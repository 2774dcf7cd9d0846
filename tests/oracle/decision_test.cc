// Goal: the evaluator decides as the oracle does, in ten million random cases.
// Method: each seeded world is asked many questions; the first mismatch is printed with its seed
// and its world. What the run must have met is asserted, so that it cannot become empty unnoticed.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"

#include "engine/authz/evaluator.h"
#include "oracle/minimise.h"
#include "oracle/oracle.h"
#include "oracle/world_feed.h"
#include "oracle/world_maker.h"

namespace latchkey::oracle_test {
namespace {

using ::oracle::Actor;
using ::oracle::Answer;
using ::oracle::Case;
using ::oracle::Request;
using ::oracle::World;
using ::oracle::WorldMaker;

// Ten shares of a million decisions each; LATCHKEY_ORACLE_WORLDS makes each share larger.
constexpr std::uint64_t kShares = 10;
constexpr std::uint64_t kWorldsPerShare = 10'000;
constexpr int kQuestionsPerWorld = 100;

std::uint64_t WorldsPerShare() {
  const char* const given = std::getenv("LATCHKEY_ORACLE_WORLDS");
  const std::uint64_t wanted = given == nullptr ? 0 : std::strtoull(given, nullptr, 10);
  return std::max(kWorldsPerShare, wanted);
}

struct Tally {
  int decisions = 0;
  int allowed = 0;
  int would_refuse = 0;
  std::map<std::string, int> answers;  // by outcome and reason
  int let_in = 0;                      // allowed in an account with a context rule, from an address
  std::map<std::string, int> granted_by;  // attribute keys and operators of the deciding policies
};

void NoteDecidingPolicy(const World& world, unsigned serial, Tally& tally) {
  for (const ::oracle::Policy& policy : world.policies) {
    if (policy.serial != serial) continue;
    for (const ::oracle::Attribute& attribute : policy.resource) {
      ++tally.granted_by[attribute.key];
      ++tally.granted_by["operator " + std::to_string(static_cast<int>(attribute.op))];
    }
    for (const ::oracle::Attribute& tag : policy.tags) {
      ++tally.granted_by["tag " + std::to_string(static_cast<int>(tag.op))];
    }
    for (const ::oracle::Group& group : policy.rule.groups) {
      ++tally.granted_by["rule [" + policy.rule.join + "] [" + group.join + "]"];
      for (const auto& condition : group.conditions) ++tally.granted_by[condition.op];
    }
  }
}

std::string DifferenceIn(const Case& one, bool owner_counts) {
  WorldSource source = Feed(one.world);
  const FedRequest fed(one.request);
  const auto verdict =
      authz::Evaluate(source, Feed(one.actor), fed.get(),
                      owner_counts ? authz::OwnerStep::kCounts : authz::OwnerStep::kSkipped);
  if (!verdict.ok()) return "a fault without a fault";
  return Difference(Plain(*verdict),
                    ::oracle::Decide(one.world, one.actor, one.request, owner_counts));
}

// The mismatch in the smallest world that shows it.
std::string Report(const Case& whole, bool owner_counts) {
  const Case small = ::oracle::Minimised(
      whole, [&](const Case& one) { return !DifferenceIn(one, owner_counts).empty(); });
  return DifferenceIn(small, owner_counts) + Describe(small.actor) +
         (owner_counts ? "" : ", owner step skipped") + ": " + Describe(small.request) + "\n" +
         Describe(small.world);
}

// Returns the first mismatch of this world, or nothing.
std::string AskAbout(std::uint64_t seed, Tally& tally) {
  WorldMaker maker(seed);
  const World world = maker.MakeWorld();
  WorldSource source = Feed(world);
  for (int i = 0; i < kQuestionsPerWorld; ++i) {
    const Actor actor = maker.MakeActor(world);
    const Request request = maker.MakeRequest(world, actor);
    const bool owner_counts = !maker.Percent(15);
    const FedRequest fed(request);
    const auto verdict =
        authz::Evaluate(source, Feed(actor), fed.get(),
                        owner_counts ? authz::OwnerStep::kCounts : authz::OwnerStep::kSkipped);
    if (!verdict.ok()) return "seed " + std::to_string(seed) + ": a fault without a fault";
    const Answer engine = Plain(*verdict);
    const Answer expected = ::oracle::Decide(world, actor, request, owner_counts);
    if (const std::string difference = Difference(engine, expected); !difference.empty()) {
      return "seed " + std::to_string(seed) + ", question " + std::to_string(i) + "\n" +
             Report({world, actor, request}, owner_counts);
    }
    ++tally.decisions;
    if (engine.outcome == "allow") ++tally.allowed;
    if (engine.limited_would_refuse) ++tally.would_refuse;
    const bool ruled = std::ranges::any_of(world.context_rules, [&](const auto& rule) {
      return rule.enabled && rule.account == request.account;
    });
    if (engine.outcome == "allow" && ruled && actor.source) ++tally.let_in;
    if (engine.reason == "allowed_by_policy") NoteDecidingPolicy(world, engine.policy, tally);
    ++tally.answers[engine.outcome + " " + engine.reason];
  }
  return "";
}

class Decision : public ::testing::TestWithParam<std::uint64_t> {};

// domain section 7, P-1 to P-6, P-10, R-1, R-3, D-1, D-4, W-9; hazards C27, C31, C33, C39
TEST_P(Decision, AgreesWithTheOracleInAMillionRandomCases) {
  Tally tally;
  const std::uint64_t worlds = WorldsPerShare();
  for (std::uint64_t i = 1; i <= worlds; ++i) {
    const std::string mismatch = AskAbout(GetParam() * worlds + i, tally);
    ASSERT_EQ(mismatch, "");
  }
  EXPECT_GE(tally.decisions, 1'000'000);
  EXPECT_GE(tally.allowed, tally.decisions / 5);
  EXPECT_GE(tally.would_refuse, 1'000);
  EXPECT_GE(tally.let_in, 1'000);
  const std::set<std::string> every_answer = {
      "allow allowed_by_owner",      "allow allowed_by_policy",
      "deny account_not_open",       "deny context_rule",
      "deny external_identity",      "deny key_boundary",
      "deny membership_not_active",  "deny no_policy",
      "deny request_malformed",      "refused acting_account_not_open",
      "refused identity_not_active", "refused membership_not_active",
  };
  std::set<std::string> met;
  for (const auto& [answer, count] : tally.answers) {
    met.insert(answer);
    EXPECT_GE(count, 1'000) << answer;
  }
  EXPECT_EQ(met, every_answer);
  for (const std::string part :
       {"accountId", "serviceName", "serviceType", "service_group_id", "resourceGroupId",
        "resourceType", "resource", "region", "operator 0", "operator 1", "operator 2",
        "operator 3", "operator 4"}) {
    EXPECT_GE(tally.granted_by[part], 1'000) << part;
  }
  for (const std::string part :
       {"rule [] []", "rule [and] []", "rule [or] []", "rule [and] [and]", "rule [and] [or]",
        "rule [or] [and]", "rule [or] [or]", "tag 0", "tag 1"}) {
    EXPECT_GE(tally.granted_by[part], 300) << part;
  }
  for (const std::string_view name : kRuleOperatorNames) {
    EXPECT_GE(tally.granted_by[std::string(name)], 300) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Shares, Decision, ::testing::Range(std::uint64_t{0}, kShares));

}  // namespace
}  // namespace latchkey::oracle_test
