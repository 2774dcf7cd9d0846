// Classic keys and the user hierarchy: what the rows of who_may_rows.h cannot say, because it is
// about a hierarchy that changes, or that is broken.
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "authz/who_may_subject.h"
#include "authz/who_may_world.h"
#include "engine/authz/user_hierarchy.h"
#include "engine/authz/who_may.h"

namespace latchkey::authz {
namespace {

using who_may_world::Excerpt;
using who_may_world::kA;
using who_may_world::MakeActor;
using who_may_world::MakeCaller;
using who_may_world::MakePolicy;
using who_may_world::MakeWorld;
using who_may_world::OnService;
using who_may_world::Platform;
using who_may_world::Profile;
using who_may_world::Subject;
using who_may_world::User;
using who_may_world::World;

absl::StatusOr<Answer> Ask(World& world, const std::optional<Actor>& actor, Act act,
                           const std::string& target) {
  const Subject subject(world, actor, target);
  return MayAct(world, actor, act, subject.target());
}

Answer Answered(World& world, const std::string& caller, Act act, const std::string& target) {
  const absl::StatusOr<Answer> answer = Ask(world, MakeCaller(world, caller), act, target);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.value_or(Answer::kYes);
}

// A chain below the owner: level-1 was invited by the owner, level-2 by level-1, and so on.
IamId Level(std::size_t level) { return User("level-" + std::to_string(level)); }

World Chain(std::size_t levels) {
  World world = MakeWorld();
  for (std::size_t level = 1; level <= levels; ++level) {
    world.AddUser(Level(level));
    world.AddMember(kA, Level(level));
    world.memberships.back().invited_by = level == 1 ? User("owner") : Level(level - 1);
  }
  return world;
}

absl::StatusOr<Answer> OwnerViewsKeyOf(World& world, const IamId& user) {
  Target target{.account = kA};
  target.key_owner = user;
  return MayAct(world, MakeCaller(world, "owner"), Act::kClassicKeyView, target);
}

// domain K-9, D-1: nearest first, up to the root.
TEST(UserHierarchy, AncestorsAreThoseWhoInvitedTransitively) {
  World world = MakeWorld();
  const std::vector<IamId> all = {User("viewer"), User("suspended"), User("editor"), User("owner")};
  EXPECT_EQ(*AncestorsOf(world, kA, User("member")), all);
  EXPECT_TRUE(AncestorsOf(world, kA, User("owner"))->empty());
  EXPECT_TRUE(AncestorsOf(world, kA, User("stranger"))->empty()) << "no member, no ancestors";
}

// domain K-9, W-3: another user's keys are an administrator's, a classic one is not.
TEST(WhoMayClassic, AnAdministratorIsNoAncestor) {
  World world = MakeWorld();
  for (const std::string caller : {"admin", "full_admin", "identity_admin", "profile_admin"}) {
    EXPECT_EQ(Answered(world, caller, Act::kKeyDelete, "member_key"), Answer::kYes) << caller;
    EXPECT_EQ(Answered(world, caller, Act::kClassicKeyView, "member_key"), Answer::kNotVisible);
    EXPECT_EQ(Answered(world, caller, Act::kClassicKeyDelete, "member_key"), Answer::kNotVisible);
  }
}

// domain K-9, D-1: when a parent goes, its invitees pass to the parent of the parent.
TEST(WhoMayClassic, ARemovedParentSeesNothingAndItsParentStays) {
  World world = MakeWorld();
  ASSERT_EQ(Answered(world, "viewer", Act::kClassicKeyDelete, "member_key"), Answer::kYes);
  std::erase_if(world.memberships, [](const Membership& membership) {
    return membership.account == kA && membership.iam_id == User("viewer");
  });
  world.membership(kA, User("member")).invited_by = User("suspended");
  EXPECT_EQ(Answered(world, "viewer", Act::kClassicKeyDelete, "member_key"), Answer::kNotVisible);
  EXPECT_EQ(Answered(world, "editor", Act::kClassicKeyDelete, "member_key"), Answer::kYes);
  world.AddMember(kA, User("viewer"));
  world.memberships.back().invited_by = User("owner");
  EXPECT_EQ(Answered(world, "viewer", Act::kClassicKeyDelete, "member_key"), Answer::kNotVisible)
      << "inviting again revives nothing (D-2)";
}

// domain K-9, W-9: the profile that an ancestor, or the user itself, applies has invited nobody and
// owns no key.
TEST(WhoMayClassic, AnAppliedProfileHasNoClassicKeys) {
  World world = MakeWorld();
  for (const std::string_view user : {"member", "viewer", "owner"}) {
    const std::optional<Actor> actor = MakeActor(world, Profile("admin"), kA, User(user));
    EXPECT_EQ(*Ask(world, actor, Act::kClassicKeyView, "member_key"), Answer::kNotVisible);
    EXPECT_EQ(*Ask(world, actor, Act::kClassicKeyDelete, "member_key"), Answer::kNotVisible);
    EXPECT_EQ(*Ask(world, actor, Act::kClassicKeyCreate, "member_key"), Answer::kNotAllowed);
  }
}

// domain K-9: a suspended ancestor sees nothing, and does not stand between those above and below.
TEST(WhoMayClassic, ASuspendedAncestorIsPassedOver) {
  World world = MakeWorld();
  EXPECT_EQ(Answered(world, "suspended", Act::kClassicKeyView, "member_key"), Answer::kNotVisible);
  world.membership(kA, User("suspended")).state = MemberState::kActive;
  EXPECT_EQ(Answered(world, "suspended", Act::kClassicKeyView, "member_key"), Answer::kYes);
  world.membership(kA, User("member")).state = MemberState::kSuspended;
  EXPECT_EQ(Answered(world, "viewer", Act::kClassicKeyDelete, "member_key"), Answer::kYes)
      << "the key of a suspended user is deleted like any other";
  EXPECT_EQ(Answered(world, "member", Act::kClassicKeyView, "own_key"), Answer::kNotVisible);
}

// domain K-9, P-9: as deep as it may be is found; deeper, or round in circles, is a fault and never
// an answer.
TEST(WhoMayClassic, AHierarchyWithoutARootIsAFault) {
  World deep = Chain(kUserHierarchyLevelsMax);
  EXPECT_EQ(*OwnerViewsKeyOf(deep, Level(kUserHierarchyLevelsMax)), Answer::kYes);
  EXPECT_EQ(AncestorsOf(deep, kA, Level(kUserHierarchyLevelsMax))->size(), kUserHierarchyLevelsMax);
  World deeper = Chain(kUserHierarchyLevelsMax + 1);
  EXPECT_EQ(ReasonOf(OwnerViewsKeyOf(deeper, Level(kUserHierarchyLevelsMax + 1)).status()),
            Reason::kCorrupt);
  World circle = Chain(3);
  circle.membership(kA, Level(1)).invited_by = Level(3);
  EXPECT_EQ(ReasonOf(OwnerViewsKeyOf(circle, Level(2)).status()), Reason::kCorrupt);
  World self = Chain(1);
  self.membership(kA, Level(1)).invited_by = Level(1);
  EXPECT_EQ(ReasonOf(OwnerViewsKeyOf(self, Level(1)).status()), Reason::kCorrupt);
  World torn = Chain(3);
  torn.membership(kA, Level(2)).invited_by = User("stranger");
  EXPECT_EQ(ReasonOf(OwnerViewsKeyOf(torn, Level(3)).status()), Reason::kCorrupt);
}

// domain K-9, W-3: nobody is above the owner, whatever a record says of who invited it.
TEST(WhoMayClassic, NobodyIsAboveTheOwner) {
  World world = Chain(2);
  world.membership(kA, User("owner")).invited_by = User("idle");
  Target target{.account = kA};
  target.key_owner = User("owner");
  EXPECT_EQ(*MayAct(world, MakeCaller(world, "idle"), Act::kClassicKeyView, target),
            Answer::kNotVisible);
  EXPECT_EQ(*MayAct(world, MakeCaller(world, "owner"), Act::kClassicKeyView, target), Answer::kYes);
}

// domain K-9, hazard C38: an ancestor in one account is nobody in another.
TEST(WhoMayClassic, TheHierarchyIsThatOfTheAccountOfTheKey) {
  World world = MakeWorld();
  world.AddMember(who_may_world::kB, User("member"));
  world.memberships.back().invited_by = User("bob");
  world.AddMember(who_may_world::kB, User("viewer"));
  world.memberships.back().invited_by = User("bob");
  Target there{.account = who_may_world::kB};
  there.key_owner = User("member");
  const auto views = [&](std::string_view user) {
    return *MayAct(world, MakeActor(world, User(user), kA), Act::kClassicKeyView, there);
  };
  EXPECT_EQ(views("viewer"), Answer::kNotVisible);
  EXPECT_EQ(views("member"), Answer::kYes);
}

// domain W-10: no right that exists helps, not even all of them.
TEST(WhoMayClassic, NoPolicyOpensAClassicKey) {
  World world = MakeWorld();
  for (const Service& service : Excerpt()) {
    world.AddPolicy(
        MakePolicy(kA, User("idle"), Platform("Administrator"), OnService(service.name)));
  }
  const std::optional<Actor> idle = MakeActor(world, User("idle"), kA);
  EXPECT_EQ(*Ask(world, idle, Act::kKeyView, "member_key"), Answer::kYes);
  EXPECT_EQ(*Ask(world, idle, Act::kClassicKeyView, "member_key"), Answer::kNotVisible);
  EXPECT_EQ(*Ask(world, idle, Act::kClassicKeyDelete, "member_key"), Answer::kNotVisible);
}

}  // namespace
}  // namespace latchkey::authz
