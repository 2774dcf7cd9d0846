// Reaches is a second implementation of steps 1 and 4 of domain section 7: it must agree with
// Evaluate for whoever is granted the action.
#include <array>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "gtest/gtest.h"

#include "authz/who_may_world.h"
#include "engine/authz/evaluator.h"
#include "engine/authz/reach.h"

namespace latchkey::authz {
namespace {

using who_may_world::kA;
using who_may_world::kB;
using who_may_world::MakePolicy;
using who_may_world::OnService;
using who_may_world::Platform;
using who_may_world::World;

using Random = std::mt19937;

std::size_t Pick(Random& random, std::size_t count) {
  return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
}

void RandomiseAccount(Random& random, Account& account) {
  constexpr std::array kStates = {AccountState::kOpen, AccountState::kOpen, AccountState::kOpen,
                                  AccountState::kSuspended, AccountState::kClosed};
  constexpr std::array kModes = {ExternalMode::kEnabled, ExternalMode::kLimited,
                                 ExternalMode::kMonitor};
  account.state = kStates[Pick(random, kStates.size())];
  for (ExternalRule* rule :
       {&account.settings.external_users, &account.settings.external_service_ids}) {
    rule->mode = kModes[Pick(random, kModes.size())];
    rule->allowed_accounts = {AccountId("acct-x")};
    if (Pick(random, 2) == 0) rule->allowed_accounts.push_back(kB);
  }
}

// Both accounts in random states, one identity of random kind, granted everything in A.
struct RandomCase {
  World world;
  Actor actor;
};

RandomCase MakeCase(Random& random) {
  constexpr std::array kKinds = {IdentityKind::kUser, IdentityKind::kServiceId,
                                 IdentityKind::kTrustedProfile};
  constexpr std::array kMemberStates = {MemberState::kActive, MemberState::kActive,
                                        MemberState::kPending, MemberState::kSuspended};
  RandomCase made;
  World& world = made.world;
  const IamId id("somebody");
  world.services = who_may_world::Excerpt();
  for (const AccountId& account : {kA, kB}) {
    if (Pick(random, 10) == 0) continue;
    world.AddAccount(account, Pick(random, 4) == 0 ? id : IamId("owner"));
    RandomiseAccount(random, world.accounts.back());
    if (Pick(random, 5) > 0) {
      world.AddMember(account, id, kMemberStates[Pick(random, kMemberStates.size())]);
    }
  }
  world.AddOwned(id, kKinds[Pick(random, kKinds.size())], Pick(random, 2) == 0 ? kA : kB);
  Identity& identity = world.identities.back();
  if (identity.kind == IdentityKind::kUser) identity.account = AccountId();
  if (Pick(random, 8) == 0) identity.state = IdentityState::kDeleted;
  world.AddPolicy(MakePolicy(kA, id, Platform("Administrator"), OnService("iam-groups")));
  made.actor = {.identity = identity,
                .acting_account = Pick(random, 2) == 0 ? kA : kB,
                .key = std::nullopt,
                .applied_by = std::nullopt};
  return made;
}

// domain section 7 steps 1 and 4, W-10, R-1, D-1, D-4
TEST(Reaches, AgreesWithEvaluateForWhoeverIsGrantedTheAction) {
  Random random(20260721);
  std::map<Reason, int> reasons;
  for (int i = 0; i < 5'000; ++i) {
    RandomCase made = MakeCase(random);
    const absl::StatusOr<Reason> reach = Reaches(made.world, made.actor, kA);
    const absl::StatusOr<Verdict> verdict = Evaluate(made.world, made.actor,
                                                     {.account = kA.text(),
                                                      .service = "iam-groups",
                                                      .action = "iam-groups.groups.create",
                                                      .attributes = {}});
    ASSERT_TRUE(reach.ok() && verdict.ok());
    ASSERT_EQ(*reach == Reason::kNone, verdict->outcome == Outcome::kAllow) << "case " << i;
    if (*reach != Reason::kNone) {
      ASSERT_EQ(*reach, verdict->reason) << "case " << i;
    }
    ++reasons[*reach];
  }
  for (const Reason reason :
       {Reason::kNone, Reason::kAccountNotOpen, Reason::kIdentityNotActive,
        Reason::kActingAccountNotOpen, Reason::kMembershipNotActive, Reason::kExternalIdentity}) {
    EXPECT_GE(reasons[reason], 50) << NameOf(reason);
  }
}

}  // namespace
}  // namespace latchkey::authz
