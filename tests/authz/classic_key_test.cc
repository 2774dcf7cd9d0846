// The user hierarchy as a store would never hold it.
#include "gtest/gtest.h"

#include "authz/who_may_world.h"
#include "engine/authz/who_may.h"

namespace latchkey::authz {
namespace {

using who_may_world::kA;
using who_may_world::User;
using who_may_world::World;

// domain K-9, A-2: a circle is a fault, never a right
TEST(ClassicKeyActs, ACircleInTheHierarchyIsAFault) {
  World world = who_may_world::MakeWorld();
  for (Membership& member : world.memberships) {
    if (member.account != kA) continue;
    if (member.iam_id == User("member")) member.invited_by = User("idle");
    if (member.iam_id == User("idle")) member.invited_by = User("member");
  }
  Target target;
  target.account = kA;
  target.key_owner = User("member");
  target.key_kind = KeyKind::kClassic;
  const auto asked_by = [&](const char* user) {
    return MayAct(world, who_may_world::MakeActor(world, User(user), kA), Act::kKeyView, target);
  };
  EXPECT_EQ(ReasonOf(asked_by("visitor").status()), Reason::kCorrupt);
  EXPECT_EQ(*asked_by("idle"), Answer::kYes);
  EXPECT_EQ(*asked_by("owner"), Answer::kYes);
}

// domain K-9, W-3: the owner is the root, whatever a record says of who invited it
TEST(ClassicKeyActs, NobodyIsAboveTheOwner) {
  World world = who_may_world::MakeWorld();
  for (Membership& member : world.memberships) {
    if (member.account == kA && member.iam_id == User("owner")) member.invited_by = User("idle");
  }
  Target target;
  target.account = kA;
  target.key_owner = User("owner");
  target.key_kind = KeyKind::kClassic;
  const Actor idle = who_may_world::MakeActor(world, User("idle"), kA);
  EXPECT_EQ(*MayAct(world, idle, Act::kKeyView, target), Answer::kNotVisible);
}

}  // namespace
}  // namespace latchkey::authz
