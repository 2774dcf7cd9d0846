// Who-may (domain section 4): the table of who_may_rows.h over a small fixed world, then what must
// hold whatever the table says: nobody grants to itself, nobody without a policy does more than
// what is its own, the host may everything, a fault is never an answer.
#include "engine/authz/who_may.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "authz/who_may_rows.h"
#include "authz/who_may_subject.h"
#include "authz/who_may_table.h"
#include "authz/who_may_world.h"
#include "engine/authz/act_table.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

using who_may_world::Cell;
using who_may_world::kA;
using who_may_world::kActNames;
using who_may_world::kInside;
using who_may_world::kOutside;
using who_may_world::kRows;
using who_may_world::MakeActor;
using who_may_world::MakeCaller;
using who_may_world::MakePolicy;
using who_may_world::MakeWorld;
using who_may_world::OnService;
using who_may_world::OnType;
using who_may_world::Platform;
using who_may_world::Program;
using who_may_world::Subject;
using who_may_world::Table;
using who_may_world::TextOf;
using who_may_world::User;
using who_may_world::World;

const Table& Rows() {
  static const Table* const table = new Table(kRows);
  return *table;
}

std::string Where(const Cell& cell) {
  return cell.act_name + " | " + cell.caller + " | " + cell.target + " | " + cell.setting;
}

absl::StatusOr<Answer> Ask(World& world, const std::string& caller, Act act,
                           const std::string& target) {
  const std::optional<Actor> actor = MakeCaller(world, caller);
  const Subject subject(world, actor, target);
  return MayAct(world, actor, act, subject.target());
}

Answer Answered(World& world, const std::string& caller, Act act, const std::string& target) {
  const absl::StatusOr<Answer> answer = Ask(world, caller, act, target);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.value_or(Answer::kYes);
}

std::set<std::string> Targets() {
  std::set<std::string> targets;
  for (const Cell& cell : Rows().cells()) targets.insert(cell.target);
  return targets;
}

std::vector<std::string> AllCallers() {
  std::vector<std::string> callers = kInside;
  callers.insert(callers.end(), kOutside.begin(), kOutside.end());
  callers.emplace_back("owner_away");
  return callers;
}

// domain W-1 to W-10, D-1, D-4, R-1, K-12, hazards C41, C46, C48
TEST(WhoMay, AnswersEveryRowOfTheTable) {
  std::map<std::string, World> worlds;
  for (const Cell& cell : Rows().cells()) {
    const auto [place, made] = worlds.try_emplace(cell.setting, MakeWorld());
    World& world = place->second;
    if (made) ApplySetting(world, cell.setting);
    const absl::StatusOr<Answer> answer = Ask(world, cell.caller, cell.act, cell.target);
    ASSERT_TRUE(answer.ok()) << Where(cell) << ": " << answer.status();
    EXPECT_EQ(TextOf(*answer), TextOf(cell.answer)) << Where(cell);
  }
}

// A table that lost its rows would prove nothing.
TEST(WhoMay, TheTableIsWellFormedAndHasEveryActForEveryCaller) {
  EXPECT_TRUE(Rows().errors().empty()) << Rows().errors().front();
  EXPECT_GE(Rows().rows(), 200U);
  std::set<Act> acts;
  for (const Cell& cell : Rows().cells()) {
    acts.insert(cell.act);
    if (cell.setting != "-") continue;
    for (const std::string& caller : kInside) {
      EXPECT_TRUE(Rows().Has(cell.act_name, caller, cell.target, "-")) << Where(cell) << caller;
    }
    for (const std::string& caller : kOutside) {
      EXPECT_TRUE(Rows().Has(cell.act_name, caller, cell.target, "-")) << Where(cell) << caller;
    }
  }
  EXPECT_EQ(acts.size(), kActTable.size());
}

// domain W-9: the trusted host bypasses who-may, in every setting.
TEST(WhoMay, TheTrustedHostMayEverything) {
  for (const std::string setting : {"-", "restricted", "limited", "suspended", "closed"}) {
    World world = MakeWorld();
    ApplySetting(world, setting);
    for (const std::string& target : Targets()) {
      for (const ActRow& row : kActTable) {
        EXPECT_EQ(Answered(world, "host", row.act, target), Answer::kYes) << target;
      }
    }
  }
}

// domain W-8, hazard C41: over all acts, callers and targets that would give the caller itself
// something, only the owner passes.
TEST(WhoMay, NobodyButTheOwnerGrantsToItself) {
  struct Row {
    Act act;
    std::string target;
  };
  const std::vector<Row> grants = {
      {Act::kPolicyCreate, "policy_to_self"},   {Act::kPolicyUpdate, "policy_to_self"},
      {Act::kPolicyUpdate, "policy_from_self"}, {Act::kGroupMemberAdd, "group_plain_self"},
      {Act::kUserReactivate, "self"},           {Act::kCustomRoleWiden, "role_self"}};
  World world = MakeWorld();
  // Whatever rights they hold: both service types for everybody.
  for (const std::string& name : AllCallers()) {
    const std::optional<Actor> actor = MakeCaller(world, name);
    for (const std::string type : {"service", "platform_service"}) {
      world.AddPolicy(MakePolicy(kA, actor->identity.id, Platform("Administrator"), OnType(type)));
    }
  }
  for (const std::string& name : AllCallers()) {
    const bool owner = name == "owner" || name == "owner_away";
    for (const Row& row : grants) {
      EXPECT_EQ(Answered(world, name, row.act, row.target) == Answer::kYes, owner)
          << name << " " << row.target;
    }
    // To a service ID whose keys it may make, alone or in a group. All of them may, by now.
    EXPECT_EQ(Answered(world, name, Act::kPolicyCreate, "policy_to_sid") == Answer::kYes, owner);
    EXPECT_EQ(Answered(world, name, Act::kPolicyCreate, "policy_to_mixed_group") == Answer::kYes,
              owner);
    EXPECT_EQ(Answered(world, name, Act::kGroupMemberAdd, "group_plain_sid") == Answer::kYes,
              owner);
  }
}

// domain W-8, hazard C41: a service ID of another account is itself for whoever makes its keys
// there.
TEST(WhoMay, AForeignServiceIdIsItselfForWhoeverMakesItsKeysThere) {
  World world = MakeWorld();
  EXPECT_EQ(Answered(world, "visitor", Act::kPolicyCreate, "policy_to_foreign_sid"), Answer::kYes);
  world.AddPolicy(MakePolicy(who_may_world::kB, User("visitor"), Platform("Operator"),
                             OnService("iam-identity")));
  EXPECT_EQ(Answered(world, "visitor", Act::kPolicyCreate, "policy_to_foreign_sid"),
            Answer::kNotAllowed);
}

// domain W-9, hazard C41: a profile does not grant to the user who applies it, nor to its groups.
TEST(WhoMay, AProfileDoesNotGrantToWhoeverAppliesIt) {
  World world = MakeWorld();
  const std::optional<Actor> actor = MakeCaller(world, "profile_admin");
  const Policy to_user = MakePolicy(kA, User("member"), Platform("Viewer"), OnService("billing"));
  Policy to_group =
      MakePolicy(kA, who_may_world::kPlainGroup, Platform("Viewer"), OnService("iam-groups"));
  Target target{.account = kA};
  target.policy = &to_user;
  EXPECT_EQ(*MayAct(world, actor, Act::kPolicyCreate, target), Answer::kNotAllowed);
  const std::vector<IamId> nobody;
  target.policy = &to_group;
  target.group_members = &nobody;
  EXPECT_EQ(*MayAct(world, actor, Act::kPolicyCreate, target), Answer::kYes);
  world.group_members.emplace_back(who_may_world::kPlainGroup, User("member"));
  EXPECT_EQ(*MayAct(world, actor, Act::kPolicyCreate, target), Answer::kNotAllowed);
}

// domain W-1, W-10: what needs no right, and nothing else.
TEST(WhoMay, ACallerWithoutPoliciesPassesOnlyItsOwnActs) {
  const std::set<std::string> own_keys = {"own_key", "member_key"};
  const std::set<std::string> own_membership = {"self", "group_plain_self", "group_plain_member"};
  World world = MakeWorld();
  for (const std::string name :
       {"member", "sid_plain", "profile_by_owner", "profile_by_admin", "sid_b_plain"}) {
    for (const std::string& target : Targets()) {
      for (const ActRow& row : kActTable) {
        const bool user = name == "member";
        const bool ours = target != "nowhere" && name != "sid_b_plain";
        const bool of_key = row.rule == Rule::kKey ||
                            (row.rule == Rule::kClassicKey && row.act != Act::kClassicKeyChange);
        const bool own = (user && of_key && own_keys.contains(target)) ||
                         (user && row.rule == Rule::kItself && own_membership.contains(target)) ||
                         (ours && row.act == Act::kServiceIdCreate);
        EXPECT_EQ(Answered(world, name, row.act, target) == Answer::kYes, own)
            << name << " " << kActNames[static_cast<std::size_t>(row.act)] << " " << target;
      }
    }
  }
}

// domain W-2a: create and update there; no role of the catalogue has one without the other.
TEST(WhoMay, RotatingAServiceIdsKeyNeedsBothRights) {
  World world = MakeWorld();
  CustomRole role;
  role.id = RoleId("crn:v1:bluemix:public:iam-identity::a/acct-a::customRole:KeyMaker");
  role.account = kA;
  role.service = "iam-identity";
  role.actions = {"iam-identity.apikey.create", "iam-identity.apikey.get"};
  world.custom_roles.push_back(role);
  world.AddPolicy(MakePolicy(kA, User("member"), role.id, OnService("iam-identity")));
  EXPECT_EQ(Answered(world, "member", Act::kKeyCreate, "idle_sid_key"), Answer::kYes);
  EXPECT_EQ(Answered(world, "member", Act::kKeyRotate, "idle_sid_key"), Answer::kNotAllowed);
  world.custom_roles.back().actions.emplace_back("iam-identity.apikey.update");
  EXPECT_EQ(Answered(world, "member", Act::kKeyRotate, "idle_sid_key"), Answer::kYes);
}

// domain A-1, hazard C43: rights are computed, so a demoted administrator's next act is refused.
TEST(WhoMay, AnAdministratorWithoutItsPolicyIsRefusedAtOnce) {
  World world = MakeWorld();
  EXPECT_EQ(Answered(world, "admin", Act::kKeyDelete, "member_key"), Answer::kYes);
  std::erase_if(world.policies, [](const Policy& policy) {
    return policy.subject == PolicySubject(User("admin"));
  });
  EXPECT_EQ(Answered(world, "admin", Act::kKeyDelete, "member_key"), Answer::kNotVisible);
  EXPECT_EQ(Answered(world, "admin", Act::kKeyDelete, "own_key"), Answer::kYes);
}

// hazard C43: the same for rights that came through a group.
TEST(WhoMay, LeavingTheGroupEndsItsRights) {
  World world = MakeWorld();
  EXPECT_EQ(Answered(world, "group_admin", Act::kGroupDelete, "group_plain"), Answer::kYes);
  world.group_members.clear();
  EXPECT_EQ(Answered(world, "group_admin", Act::kGroupDelete, "group_plain"), Answer::kNotVisible);
}

// domain D-2, hazard C38: removed from this account only.
TEST(WhoMay, AFormerMemberSeesNothingHere) {
  World world = MakeWorld();
  std::erase_if(world.memberships, [](const Membership& membership) {
    return membership.account == kA && membership.iam_id == User("visitor");
  });
  for (const ActRow& row : kActTable) {
    EXPECT_EQ(Answered(world, "visitor", row.act, "own_key"), Answer::kNotVisible);
  }
}

// domain D-2, hazard C44: the rights of a deleted identity are not those of its successor in name.
TEST(WhoMay, ANewIdentityWithTheOldNameHasNone) {
  World world = MakeWorld();
  std::ranges::find(world.identities, User("admin"), &Identity::id)->state =
      IdentityState::kDeleted;
  EXPECT_EQ(Answered(world, "admin", Act::kKeyView, "member_key"), Answer::kNotVisible);
  world.AddUser(User("admin2"));
  world.identities.back().name = "admin";
  world.AddMember(kA, User("admin2"));
  const Actor successor = MakeActor(world, User("admin2"), kA);
  const Subject subject(world, successor, "member_key");
  EXPECT_EQ(*MayAct(world, successor, Act::kKeyView, subject.target()), Answer::kNotVisible);
}

// domain D-2: ownership moves, and the former owner stays a member without grants.
TEST(WhoMay, TheFormerOwnerKeepsNoRights) {
  World world = MakeWorld();
  world.account(kA).owner = User("member");
  EXPECT_EQ(Answered(world, "owner", Act::kAccountTransfer, "account"), Answer::kNotAllowed);
  EXPECT_EQ(Answered(world, "owner", Act::kGroupCreate, "account"), Answer::kNotAllowed);
  EXPECT_EQ(Answered(world, "owner", Act::kKeyEdit, "own_key"), Answer::kYes);
  EXPECT_EQ(Answered(world, "member", Act::kAccountTransfer, "account"), Answer::kYes);
  EXPECT_EQ(Answered(world, "admin", Act::kKeyDelete, "member_key"), Answer::kNotAllowed);
}

// domain W-7, hazard C46: the answer for what is hidden is the answer for what does not exist.
TEST(WhoMay, WhatIsHiddenAnswersLikeWhatDoesNotExist) {
  World world = MakeWorld();
  for (const std::string& name : AllCallers()) {
    for (const ActRow& row : kActTable) {
      if (row.rule != Rule::kKey) continue;
      const Answer hidden = Answered(world, name, row.act, "store_sid_key");
      const Answer missing = Answered(world, name, row.act, "unknown_sid_key");
      const bool sees = Answered(world, name, Act::kKeyView, "store_sid_key") == Answer::kYes;
      if (!sees) {
        EXPECT_EQ(hidden, missing) << name;
      }
      EXPECT_NE(missing, Answer::kYes) << name;
    }
  }
}

// hazard C56: who-may keeps nothing between calls, so asking again inside the write transaction
// sees what that transaction sees.
TEST(WhoMay, IsAskedAnewOfEachSnapshot) {
  World before = MakeWorld();
  World after = MakeWorld();
  after.account(kA).settings.restrict_create_platform_apikey = true;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(Answered(before, "member", Act::kKeyCreate, "own_key"), Answer::kYes);
    EXPECT_EQ(Answered(after, "member", Act::kKeyCreate, "own_key"), Answer::kNotAllowed);
  }
}

// domain A-2: every read that fails ends the question with its status.
TEST(WhoMay, AFaultIsNeverAnAnswer) {
  const std::set<std::string> callers = {"owner", "full_admin", "group_admin", "pending_away",
                                         "viewer"};
  World world = MakeWorld();
  for (const Cell& cell : Rows().cells()) {
    if (cell.setting != "-" || !callers.contains(cell.caller)) continue;
    bool failed = true;
    for (int reads = 0; failed; ++reads) {
      world.fail_at = reads;
      const absl::StatusOr<Answer> answer = Ask(world, cell.caller, cell.act, cell.target);
      failed = world.fail_at < 0;
      world.fail_at = -1;
      ASSERT_NE(answer.ok(), failed) << Where(cell) << " | read " << reads;
      if (failed) {
        EXPECT_EQ(ReasonOf(answer.status()), Reason::kCorrupt);
      } else {
        EXPECT_EQ(*answer, cell.answer) << Where(cell);
      }
    }
  }
}

// A number that is no act is no door.
TEST(WhoMay, AnUnknownActIsRefused) {
  World world = MakeWorld();
  const Act unknown = static_cast<Act>(kActTable.size());
  EXPECT_EQ(Answered(world, "owner", unknown, "account"), Answer::kNotAllowed);
  EXPECT_EQ(ReasonOf(AnswerStatus(Answer::kNotAllowed, unknown, "account")), Reason::kNotAllowed);
}

// domain W-10: what the table asks for, some role of the catalogue gives.
TEST(ActTable, NamesActionsOfTheCatalogue) {
  std::set<std::string_view> actions;
  const World world = MakeWorld();
  for (const Service& service : world.services) {
    for (const Role& role : service.roles) actions.insert(role.actions.begin(), role.actions.end());
  }
  for (const ActRow& row : kActTable) {
    for (const std::string_view action : {row.action, row.also, row.others}) {
      EXPECT_TRUE(action.empty() || actions.contains(action)) << action;
      const bool of_service = action.starts_with(row.service) || action.starts_with("iam.policy.");
      EXPECT_TRUE(action.empty() || of_service) << action;
    }
  }
}

// domain W-8: the acts that grant, and no others.
TEST(ActTable, MarksTheActsThatGrant) {
  std::set<Act> granting;
  for (const ActRow& row : kActTable) {
    if (row.handover != Handover::kNothing) granting.insert(row.act);
  }
  EXPECT_EQ(granting, (std::set<Act>{Act::kKeyCreate, Act::kKeyRotate, Act::kAccountRaiseLimit,
                                     Act::kAccountUpdateAccessSettings, Act::kUserReactivate,
                                     Act::kGroupMemberAdd, Act::kPolicyCreate, Act::kPolicyUpdate,
                                     Act::kCustomRoleWiden, Act::kZoneLoosen, Act::kZoneDelete,
                                     Act::kContextRuleLoosen, Act::kContextRuleDelete}));
}

// domain L-7, W-7: the two refusals, and what their texts say.
TEST(AnswerStatus, MapsEachAnswerToItsReason) {
  EXPECT_TRUE(AnswerStatus(Answer::kYes, Act::kKeyView, "api key").ok());
  const absl::Status hidden = AnswerStatus(Answer::kNotVisible, Act::kKeyView, "api key");
  EXPECT_EQ(ReasonOf(hidden), Reason::kNotFound);
  EXPECT_TRUE(base::ToStd(hidden.message()).starts_with("api key not found"));
  for (const ActRow& row : kActTable) {
    const absl::Status refused = AnswerStatus(Answer::kNotAllowed, row.act, "api key");
    EXPECT_EQ(ReasonOf(refused), Reason::kNotAllowed);
    const std::string message(base::ToStd(refused.message()));
    for (const std::string_view action : {row.action, row.also, row.others}) {
      EXPECT_NE(message.find(action), std::string::npos) << message;
    }
    const bool granting = row.handover != Handover::kNothing;
    EXPECT_EQ(message.find("handed over") != std::string::npos, granting) << message;
    EXPECT_FALSE(message.empty() || message.back() == '.') << message;
  }
}

}  // namespace
}  // namespace latchkey::authz
