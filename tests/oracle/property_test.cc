// Goal: what must hold of decisions whatever the rules in detail are.
// Method: the random worlds of the comparison, changed in one respect; the same question before and
// after. The oracle is not asked: these would catch a rule that both got wrong.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "engine/authz/evaluator.h"
#include "oracle/world_feed.h"
#include "oracle/world_maker.h"

namespace latchkey::oracle_test {
namespace {

using ::oracle::Actor;
using ::oracle::Mode;
using ::oracle::Request;
using ::oracle::World;
using ::oracle::WorldMaker;

constexpr std::uint64_t kWorlds = 1'000;
constexpr int kQuestionsPerWorld = 30;

struct Question {
  Actor actor;
  Request request;
};

std::vector<Question> MakeQuestions(WorldMaker& maker, const World& world) {
  std::vector<Question> questions;
  for (int i = 0; i < kQuestionsPerWorld; ++i) {
    Actor actor = maker.MakeActor(world);
    Request request = maker.MakeRequest(world, actor);
    questions.push_back({std::move(actor), std::move(request)});
  }
  return questions;
}

authz::Verdict Ask(WorldSource& source, const Question& question,
                   authz::Details* details = nullptr) {
  const FedRequest fed(question.request);
  const auto verdict =
      authz::Evaluate(source, Feed(question.actor), fed.get(), authz::OwnerStep::kCounts, details);
  EXPECT_TRUE(verdict.ok());
  return verdict.value_or(authz::Verdict());
}

std::string Show(std::uint64_t seed, const World& world, const Question& question) {
  return "seed " + std::to_string(seed) + "\n" + Describe(question.actor) + ": " +
         Describe(question.request) + "\n" + Describe(world);
}

bool Allows(const authz::Verdict& verdict) { return verdict.outcome == Outcome::kAllow; }

// domain P-1
TEST(Property, AddingAPolicyNeverRemovesAccess) {
  int gained = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    World more = world;
    more.policies.push_back(maker.MakePolicy(world, 100));
    more.policies.push_back(maker.MakePolicy(world, 101));
    WorldSource before = Feed(world);
    WorldSource after = Feed(more);
    for (const Question& question : MakeQuestions(maker, more)) {
      const bool could = Allows(Ask(before, question));
      const bool can = Allows(Ask(after, question));
      ASSERT_TRUE(!could || can) << Show(seed, more, question);
      if (!could && can) ++gained;
    }
  }
  EXPECT_GE(gained, 300);
}

// domain P-1: a union has neither order nor multiplicity
TEST(Property, OrderAndDuplicatesOfPoliciesDoNotMatter) {
  int by_policy = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    World mixed = world;
    for (const auto& policy : world.policies) {
      if (maker.Percent(50)) mixed.policies.push_back(policy);
    }
    maker.Shuffle(mixed.policies);
    maker.Shuffle(mixed.groups);
    WorldSource before = Feed(world);
    WorldSource after = Feed(mixed);
    for (const Question& question : MakeQuestions(maker, world)) {
      const authz::Verdict verdict = Ask(before, question);
      ASSERT_EQ(Ask(after, question), verdict) << Show(seed, mixed, question);
      if (verdict.reason == Reason::kAllowedByPolicy) ++by_policy;
    }
  }
  EXPECT_GE(by_policy, 1'000);
}

// All that an account holds is of account `home` in `one`, and of every other account in `other`.
World JoinAt(const std::string& home, const World& one, const World& other) {
  World joined = one;
  const auto keep = [&](auto& list, const auto& others, auto account_of) {
    std::erase_if(list, [&](const auto& item) { return account_of(item) != home; });
    for (const auto& item : others) {
      if (account_of(item) != home) list.push_back(item);
    }
  };
  keep(joined.groups, other.groups, [](const auto& in) { return in.account; });
  keep(joined.policies, other.policies, [](const auto& policy) { return policy.stored_in; });
  keep(joined.custom_roles, other.custom_roles, [](const auto& role) { return role.account; });
  keep(joined.zones, other.zones, [](const auto& zone) { return zone.account; });
  keep(joined.context_rules, other.context_rules, [](const auto& rule) { return rule.account; });
  for (auto& account : joined.accounts) {
    for (const auto& theirs : other.accounts) {
      if (account.id != theirs.id || account.id == home) continue;
      account.owner = theirs.owner;
      account.users = theirs.users;
      account.service_ids = theirs.service_ids;
    }
  }
  return joined;
}

// domain P-1, P-8, hazard C39: neither one that is deleted nor one of service to service, although
// they would change answers if they were live policies of type access
TEST(Property, DeletedPoliciesAndAuthorizationsDecideNothing) {
  int by_deleted = 0;
  int by_authorization = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    World fewer = world;
    std::erase_if(fewer.policies,
                  [](const auto& policy) { return policy.deleted || policy.authorization; });
    World undeleted = world;
    for (auto& policy : undeleted.policies) policy.deleted = false;
    World of_access = world;
    for (auto& policy : of_access.policies) policy.authorization = false;
    WorldSource whole = Feed(world);
    WorldSource without = Feed(fewer);
    WorldSource restored = Feed(undeleted);
    WorldSource granting = Feed(of_access);
    for (const Question& question : MakeQuestions(maker, world)) {
      const authz::Verdict verdict = Ask(whole, question);
      ASSERT_EQ(Ask(without, question), verdict) << Show(seed, world, question);
      if (Ask(restored, question) != verdict) ++by_deleted;
      if (Ask(granting, question) != verdict) ++by_authorization;
    }
  }
  EXPECT_GE(by_deleted, 100);
  EXPECT_GE(by_authorization, 100);
}

// domain P-10, D-6, hazard C39: owners, settings, groups, policies and roles of other accounts,
// also of the one that the principal acts from
TEST(Property, WhatOtherAccountsHoldChangesNothing) {
  int allowed = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    const World other = WorldMaker(seed + 1'000'000).MakeWorld();
    WorldSource before = Feed(world);
    for (const Question& question : MakeQuestions(maker, world)) {
      const World joined = JoinAt(question.request.account, world, other);
      WorldSource after = Feed(joined);
      const authz::Verdict verdict = Ask(before, question);
      ASSERT_EQ(Ask(after, question), verdict) << Show(seed, joined, question);
      if (Allows(verdict)) ++allowed;
    }
  }
  EXPECT_GE(allowed, 1'000);
}

// domain P-10, D-1, D-4: nor do state and members of an account that is neither the resource's nor
// the one that the principal acts from
TEST(Property, AThirdAccountMayVanish) {
  int asked = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    WorldSource before = Feed(world);
    for (const Question& question : MakeQuestions(maker, world)) {
      World fewer = world;
      const auto third = [&](const std::string& account) {
        return account != question.request.account && account != question.actor.acting_account;
      };
      asked += static_cast<int>(
          std::erase_if(fewer.accounts, [&](const auto& account) { return third(account.id); }));
      std::erase_if(fewer.memberships, [&](const auto& member) { return third(member.account); });
      WorldSource after = Feed(fewer);
      ASSERT_EQ(Ask(after, question), Ask(before, question)) << Show(seed, fewer, question);
    }
  }
  EXPECT_GE(asked, 10'000);
}

World InMode(World world, Mode mode) {
  for (auto& account : world.accounts) {
    account.users.mode = mode;
    account.service_ids.mode = mode;
  }
  return world;
}

// domain R-1
TEST(Property, LimitedOnlyShrinksAndMonitorSaysByHowMuch) {
  int cut = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    WorldSource enabled = Feed(InMode(world, Mode::kEnabled));
    WorldSource limited = Feed(InMode(world, Mode::kLimited));
    WorldSource monitor = Feed(InMode(world, Mode::kMonitor));
    for (const Question& question : MakeQuestions(maker, world)) {
      const bool open = Allows(Ask(enabled, question));
      const bool shut = Allows(Ask(limited, question));
      const authz::Verdict watched = Ask(monitor, question);
      ASSERT_TRUE(open || !shut) << Show(seed, world, question);
      ASSERT_EQ(Allows(watched), open) << Show(seed, world, question);
      ASSERT_EQ(watched.limited_would_refuse, open && !shut) << Show(seed, world, question);
      if (open && !shut) ++cut;
    }
  }
  EXPECT_GE(cut, 500);
}

// domain R-2, hazard C28, hazard C29: a term only shrinks, in whatever order and however often.
TEST(Property, ABoundaryOnlyShrinks) {
  int cut = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    WorldSource source = Feed(world);
    for (Question question : MakeQuestions(maker, world)) {
      question.actor.boundary.push_back(maker.MakeTerm(world, question.actor.now_us));
      Question free = question;
      free.actor.boundary.clear();
      Question twice = question;
      std::ranges::reverse(twice.actor.boundary);
      twice.actor.boundary.push_back(twice.actor.boundary.front());
      const authz::Verdict bounded = Ask(source, question);
      ASSERT_EQ(Ask(source, twice), bounded) << Show(seed, world, question);
      const bool could = Allows(Ask(source, free));
      ASSERT_TRUE(could || !Allows(bounded)) << Show(seed, world, question);
      if (could && !Allows(bounded)) ++cut;
    }
  }
  EXPECT_GE(cut, 500);
}

// domain R-3, hazards C28, C29: whatever grants, and whoever asks
TEST(Property, AddingAContextRuleNeverAddsAccess) {
  int cut = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    World more = world;
    more.context_rules.push_back(maker.MakeContextRule(world));
    WorldSource before = Feed(world);
    WorldSource after = Feed(more);
    for (const Question& question : MakeQuestions(maker, world)) {
      const bool could = Allows(Ask(before, question));
      const bool can = Allows(Ask(after, question));
      ASSERT_TRUE(could || !can) << Show(seed, more, question);
      if (could && !can) ++cut;
    }
  }
  EXPECT_GE(cut, 300);
}

// domain R-3, hazard C28: all applicable rules must pass, so neither order nor multiplicity counts
TEST(Property, OrderAndDuplicatesOfContextRulesDoNotMatter) {
  int by_rule = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    World world = maker.MakeWorld();
    world.context_rules.push_back(maker.MakeContextRule(world));
    World mixed = world;
    for (const auto& rule : world.context_rules) {
      if (maker.Percent(50)) mixed.context_rules.push_back(rule);
    }
    maker.Shuffle(mixed.context_rules);
    maker.Shuffle(mixed.zones);
    WorldSource before = Feed(world);
    WorldSource after = Feed(mixed);
    for (const Question& question : MakeQuestions(maker, world)) {
      const authz::Verdict verdict = Ask(before, question);
      ASSERT_EQ(Ask(after, question), verdict) << Show(seed, mixed, question);
      if (verdict.reason == Reason::kContextRule) ++by_rule;
    }
  }
  EXPECT_GE(by_rule, 300);
}

// domain R-3, hazard C29: a request that says less of its resource is never let in more
TEST(Property, NamingLessNeverPassesAContextRule) {
  int asked = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    WorldSource source = Feed(world);
    for (Question question : MakeQuestions(maker, world)) {
      if (Ask(source, question).reason != Reason::kContextRule) continue;
      while (!question.request.attributes.empty()) {
        question.request.attributes.pop_back();
        ++asked;
        ASSERT_FALSE(Allows(Ask(source, question))) << Show(seed, world, question);
      }
    }
  }
  EXPECT_GE(asked, 100);
}

// domain A-5
TEST(Property, AskingForDetailsNeverChangesTheVerdict) {
  int explained = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    WorldSource source = Feed(world);
    for (const Question& question : MakeQuestions(maker, world)) {
      authz::Details details;
      const authz::Verdict verdict = Ask(source, question);
      ASSERT_EQ(Ask(source, question, &details), verdict) << Show(seed, world, question);
      if (verdict.reason == Reason::kNoPolicy) {
        ASSERT_TRUE(details.grants.empty()) << Show(seed, world, question);
      }
      if (verdict.policy_serial == 0) continue;
      const PolicyId deciding("policy-" + std::to_string(verdict.policy_serial));
      bool named = false;
      for (const Grant& grant : details.grants) named = named || grant.policy == deciding;
      ASSERT_TRUE(named) << Show(seed, world, question);
      ++explained;
    }
  }
  EXPECT_GE(explained, 1'000);
}

// domain A-2: wherever reading fails, the answer is a fault
TEST(Property, AFaultOfTheSourceIsNeverAnAllow) {
  int faults = 0;
  for (std::uint64_t seed = 1; seed <= kWorlds / 4; ++seed) {
    WorldMaker maker(seed);
    const World world = maker.MakeWorld();
    WorldSource source = Feed(world);
    for (const Question& question : MakeQuestions(maker, world)) {
      const FedRequest fed(question.request);
      source.FailFromCall(0);
      const authz::Verdict without = Ask(source, question);
      const int calls = source.calls();
      for (int call = 1; call <= calls; ++call) {
        source.FailFromCall(call);
        const auto verdict = authz::Evaluate(source, Feed(question.actor), fed.get());
        ASSERT_EQ(ReasonOf(verdict.status()), Reason::kCorrupt)
            << "call " << call << " " << NameOf(without.reason) << Show(seed, world, question);
        ++faults;
      }
    }
  }
  EXPECT_GE(faults, 10'000);
}

}  // namespace
}  // namespace latchkey::oracle_test
