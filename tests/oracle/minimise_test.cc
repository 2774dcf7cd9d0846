// Goal: a mismatch that the oracle finds is shown in a world that a person can read.
#include "oracle/minimise.h"

#include "gtest/gtest.h"

#include "oracle/oracle.h"
#include "oracle/world_maker.h"

namespace oracle {
namespace {

bool GrantedByPolicy(const Case& one) {
  return Decide(one.world, one.actor, one.request, true).reason == "allowed_by_policy";
}

std::size_t SizeOf(const World& world) {
  return world.accounts.size() + world.identities.size() + world.memberships.size() +
         world.groups.size() + world.policies.size() + world.services.size() +
         world.custom_roles.size() + world.zones.size() + world.context_rules.size();
}

// What grants needs one policy, one role, the account it is in, and at most two memberships and a
// second account; everything else must go.
TEST(Minimise, LeavesWhatTheAnswerNeedsAndNothingElse) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    WorldMaker maker(seed);
    Case whole;
    whole.world = maker.MakeWorld();
    whole.actor = maker.MakeActor(whole.world);
    whole.request = maker.MakeRequest(whole.world, whole.actor);
    if (!GrantedByPolicy(whole)) continue;
    ++found;
    const Case small = Minimised(whole, GrantedByPolicy);
    EXPECT_TRUE(GrantedByPolicy(small)) << seed;
    ASSERT_EQ(small.world.policies.size(), 1u) << seed;
    EXPECT_EQ(small.world.policies[0].roles.size(), 1u) << seed;
    EXPECT_LE(small.world.accounts.size(), 2u) << seed;
    EXPECT_LE(small.world.memberships.size(), 2u) << seed;
    EXPECT_LE(small.world.groups.size(), 1u) << seed;
    EXPECT_LT(SizeOf(small.world), SizeOf(whole.world)) << seed;
  }
  EXPECT_GE(found, 20);
}

}  // namespace
}  // namespace oracle
