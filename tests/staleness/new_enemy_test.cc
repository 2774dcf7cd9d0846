// The new enemy: a restriction is written, and then, by another process, a grant. Whoever checks in
// a third process never has the grant without the restriction (hazard C54).
//
// Method: process A restricts, then process B grants; then B takes the grant back, then A the
// restriction. So at no instant is there anything to allow, and process C, this one, asks without a
// pause. Each of C's caches holds now the one and now the other.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "staleness/process.h"
#include "staleness/stage.h"

namespace latchkey::test {
namespace {

const IfMatch kAny = IfMatch::Any();

struct Order {
  std::atomic<std::uint32_t> restricted{0};  // A: so many times
  std::atomic<std::uint32_t> granted{0};     // B
  std::atomic<std::uint32_t> seen{0};        // C: it has asked in the round, twice
  std::atomic<std::uint32_t> taken_back{0};  // B
  std::atomic<std::uint32_t> loosened{0};    // A
};

struct Restriction {
  std::string_view name;
  void (*set)(Stage&, const KeyId&);
  void (*loosen)(Stage&, const KeyId&);
  Reason reason;
};

void SetExternal(const Stage& stage, ExternalMode mode) {
  AccountSettings settings;
  settings.external_users = {mode, {}};
  Must(stage.directory().UpdateSettings(stage.host, stage.account, kAny, settings));
}

const Restriction kRestrictions[] = {
    {"limited", [](Stage& stage, const KeyId&) { SetExternal(stage, ExternalMode::kLimited); },
     [](Stage& stage, const KeyId&) { SetExternal(stage, ExternalMode::kEnabled); },
     Reason::kExternalIdentity},
    {"context_rule",
     [](Stage& stage, const KeyId&) {
       NewNetworkZone office;
       office.account = stage.account;
       office.name = "office";
       office.addresses = {AddressRange::Parse("192.0.2.0/24").value()};
       NewContextRule fence;
       fence.account = stage.account;
       fence.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
       fence.contexts = {{{Must(stage.rules().CreateZone(stage.host, office)).id}}};
       stage.rule = Must(stage.rules().CreateRule(stage.host, fence)).id;
     },
     [](Stage& stage, const KeyId&) {
       const ContextRule rule = Must(stage.rules().GetRule(stage.host, stage.account, stage.rule));
       Must(stage.rules().DeleteRule(stage.host, stage.account, rule.id, kAny));
       Must(stage.rules().DeleteZone(stage.host, stage.account, rule.contexts[0].zones[0], kAny));
     },
     Reason::kContextRule},
    {"boundary",
     [](Stage& stage, const KeyId& key) {
       BoundaryTerm term;
       term.actions = {"shop.item.list"};
       Must(stage.keys().AppendBoundaryTerm(stage.host, key, kAny, term));
     },
     [](Stage& stage, const KeyId& key) {
       Must(stage.keys().RemoveBoundaryTerm(stage.host, key, kAny, 0));
     },
     Reason::kKeyBoundary},
    {"suspension",
     [](Stage& stage, const KeyId&) {
       Must(stage.directory().SuspendMember(stage.host, stage.account, stage.identity, kAny));
     },
     [](Stage& stage, const KeyId&) {
       Must(stage.directory().ReactivateMember(stage.host, stage.account, stage.identity, kAny));
     },
     Reason::kMembershipNotActive},
};

std::uint32_t RoundsWanted() {
  const char* const wanted = std::getenv("LATCHKEY_STALENESS_TRIALS");
  const int all = wanted != nullptr ? std::atoi(wanted) : 200'000;
  return static_cast<std::uint32_t>(std::max(1, all / 2'000));
}

int Restrict(const Restriction& restriction, Stage& stage, const KeyId& key, Order& order,
             std::uint32_t rounds) {
  stage.Open();
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    restriction.set(stage, key);
    order.restricted.store(round);
    AwaitParent([&] { return order.taken_back.load() == round; });
    restriction.loosen(stage, key);
    order.loosened.store(round);
  }
  return 0;
}

int Grant(Stage& stage, Order& order, std::uint32_t rounds) {
  stage.Open();
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    AwaitParent([&] { return order.restricted.load() == round; });
    stage.GrantIdentity();
    order.granted.store(round);
    AwaitParent([&] { return order.seen.load() == round; });
    Must(stage.policies().Delete(stage.host, stage.account, stage.policy, kAny));
    order.taken_back.store(round);
    AwaitParent([&] { return order.loosened.load() == round; });
  }
  return 0;
}

class NewEnemy : public ::testing::TestWithParam<Restriction> {};

// hazard C54, domain A-3
TEST_P(NewEnemy, NeverHasTheGrantWithoutTheRestriction) {
  const Place place;
  Stage stage(place);
  stage.Open();
  stage.Build();
  stage.account = AccountId("beta");
  stage.identity = User("bob");
  const CreatedKey key = stage.NewKeyOf(stage.identity);
  const std::string token(key.secret.ExposeSecret());
  stage.Close();
  const Shared<Order> order;
  const std::uint32_t rounds = RoundsWanted();
  OtherProcess restricter([&] { return Restrict(GetParam(), stage, key.key.id, *order, rounds); });
  OtherProcess granter([&] { return Grant(stage, *order, rounds); });
  stage.Open();
  std::uint64_t decisions = 0;
  std::uint64_t allowed = 0;
  std::uint64_t both = 0;  // decisions that found the grant, and were cut by the restriction
  std::uint32_t asked_in = 0;
  while (order->loosened.load() < rounds && allowed == 0) {
    const std::uint32_t round = order->granted.load();
    for (int i = 0; i < 3; ++i) {
      const Principal kept = stage.access().Authenticate(token);
      for (const Decision& decision : {stage.access().Check(token, stage.request()),
                                       stage.access().Authorize(kept, stage.request())}) {
        ++decisions;
        if (decision.allowed()) ++allowed;
        if (decision.reason() == GetParam().reason) ++both;
      }
    }
    if (round != asked_in) order->seen.store(asked_in = round);
    ASSERT_TRUE(decisions % 4096 != 0 || (restricter.Runs() && granter.Runs()));
  }
  std::printf("new enemy %-14s rounds %u decisions %llu cut by the restriction %llu allowed %llu\n",
              std::string(GetParam().name).c_str(), rounds,
              static_cast<unsigned long long>(decisions), static_cast<unsigned long long>(both),
              static_cast<unsigned long long>(allowed));
  RecordProperty("decisions", std::to_string(decisions));
  EXPECT_EQ(allowed, 0U);
  EXPECT_GE(both, rounds);
  if (allowed == 0) {
    EXPECT_EQ(restricter.Wait(), 0);
    EXPECT_EQ(granter.Wait(), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(All, NewEnemy, ::testing::ValuesIn(kRestrictions),
                         [](const ::testing::TestParamInfo<Restriction>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
}  // namespace latchkey::test
