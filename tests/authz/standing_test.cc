// Goal: who may act at all, and from where. Method: one fact is changed at a time.
#include "engine/authz/standing.h"

#include "gtest/gtest.h"

#include "authz/evaluator_world.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

Reason Of(WorldSource& world, const Identity& identity, const AccountId& account) {
  const absl::StatusOr<Reason> reason = StandingOf(world, identity, account);
  return reason.ok() ? *reason : ReasonOf(reason.status());
}

// domain D-1
TEST(Standing, AnActiveMemberMayActFromAnOpenAccount) {
  WorldSource world = MakeWorld();
  EXPECT_EQ(Of(world, MakeIdentity(kUser), kHome), Reason::kNone);
}

// domain D-1
TEST(Standing, AUserThatIsNoActiveMemberMayNot) {
  WorldSource world = MakeWorld();
  for (const MemberState state : {MemberState::kPending, MemberState::kSuspended}) {
    world.Put(Member(kHome, kUser, state));
    EXPECT_EQ(Of(world, MakeIdentity(kUser), kHome), Reason::kMembershipNotActive);
    EXPECT_EQ(Of(world, MakeIdentity(kUser), kAway), Reason::kNone);
  }
  EXPECT_EQ(Of(world, MakeIdentity(IamId("IBMid-stranger")), kHome), Reason::kMembershipNotActive);
}

// domain D-4
TEST(Standing, NobodyActsFromAnAccountThatIsNotOpen) {
  WorldSource world = MakeWorld();
  const Identity service_id = MakeIdentity(IamId("service"), IdentityKind::kServiceId, kHome);
  for (const AccountState state : {AccountState::kSuspended, AccountState::kClosed}) {
    world.Put(MakeAccount(kHome, state));
    for (const Identity& identity : {MakeIdentity(kUser), MakeIdentity(kOwner), service_id}) {
      EXPECT_EQ(Of(world, identity, kHome), Reason::kActingAccountNotOpen);
    }
  }
  EXPECT_EQ(Of(world, MakeIdentity(kUser), AccountId("unknown")), Reason::kActingAccountNotOpen);
}

// domain W-9: a service ID and a profile act from their own account only, and need no membership
TEST(Standing, ServiceIdsAndProfilesActFromTheirOwnAccountOnly) {
  WorldSource world = MakeWorld();
  for (const IdentityKind kind : {IdentityKind::kServiceId, IdentityKind::kTrustedProfile}) {
    const Identity identity = MakeIdentity(IamId("program"), kind, kHome);
    EXPECT_EQ(Of(world, identity, kHome), Reason::kNone);
    EXPECT_EQ(Of(world, identity, kAway), Reason::kIdentityNotActive);
  }
}

// domain D-2, hazard C44; hazard C27: what is not set is not alive
TEST(Standing, TheDeletedTheUnnamedAndTheUnknownKindAreNotActive) {
  WorldSource world = MakeWorld();
  Identity deleted = MakeIdentity(kUser);
  deleted.state = IdentityState::kDeleted;
  Identity odd = MakeIdentity(kUser);
  odd.kind = static_cast<IdentityKind>(9);
  EXPECT_EQ(Of(world, deleted, kHome), Reason::kIdentityNotActive);
  EXPECT_EQ(Of(world, odd, kHome), Reason::kIdentityNotActive);
  world.Put(Member(kHome, IamId()));
  EXPECT_EQ(Of(world, Identity(), kHome), Reason::kIdentityNotActive);
}

// The first that applies answers: identity, account, membership.
TEST(Standing, AnswersTheFirstReasonThatApplies) {
  WorldSource world = MakeWorld();
  Identity stranger = MakeIdentity(IamId("IBMid-stranger"));
  world.Put(MakeAccount(kHome, AccountState::kSuspended));
  EXPECT_EQ(Of(world, stranger, kHome), Reason::kActingAccountNotOpen);
  stranger.state = IdentityState::kDeleted;
  EXPECT_EQ(Of(world, stranger, kHome), Reason::kIdentityNotActive);
}

// domain A-2
TEST(Standing, AFaultIsNotAnAnswer) {
  WorldSource world = MakeWorld();
  for (const int call : {1, 2}) {
    world.FailFromCall(call);
    EXPECT_EQ(Of(world, MakeIdentity(kUser), kHome), Reason::kCorrupt);
  }
}

}  // namespace
}  // namespace latchkey::authz
