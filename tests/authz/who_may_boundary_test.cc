// Goal: nothing that an administrative act does escapes the boundary of the key that it comes
// through (domain R-2). Method: every act × caller × target of the who-may table, asked without a
// boundary, through a key whose boundary allows every request, and through one that allows none.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "gtest/gtest.h"

#include "authz/who_may_rows.h"
#include "authz/who_may_subject.h"
#include "authz/who_may_table.h"
#include "authz/who_may_world.h"
#include "engine/authz/act_table.h"
#include "engine/authz/who_may.h"

namespace latchkey::authz {
namespace {

using namespace who_may_world;

const Table& Rows() {
  static const Table* const table = new Table(kRows);
  return *table;
}

std::set<std::string> Targets() {
  std::set<std::string> targets;
  for (const Cell& cell : Rows().cells()) targets.insert(cell.target);
  return targets;
}

std::set<std::string> Callers() {
  std::set<std::string> callers;
  for (const Cell& cell : Rows().cells()) {
    if (cell.caller != "host") callers.insert(cell.caller);
  }
  return callers;
}

BoundaryTerm OfAccounts(std::initializer_list<AccountId> accounts) {
  BoundaryTerm term;
  term.accounts = accounts;
  return term;
}

Answer Ask(World& world, Actor actor, Act act, const std::string& target,
           const std::optional<BoundaryTerm>& term) {
  if (term) actor.bound = base::KeyBound{{*term}, std::nullopt, LeakAction::kNone};
  const std::optional<Actor> caller = actor;
  const Subject subject(world, caller, target);
  const absl::StatusOr<Answer> answer = MayAct(world, caller, act, subject.target());
  EXPECT_TRUE(answer.ok()) << answer.status();
  return answer.value_or(Answer::kYes);
}

// What R-2 refuses through any bounded key: acts of W-8 other than making keys, and acts that have
// no action of one service.
bool NeverThroughABoundedKey(const ActRow& row) {
  const bool grants =
      row.handover != Handover::kNothing && row.handover != Handover::kKeyOwnersGrants;
  return grants || row.act == Act::kKeyUnbind || row.rule == Rule::kOwnerOnly ||
         row.rule == Rule::kItself || row.rule == Rule::kClassicKey ||
         row.rule == Rule::kWholeAccount;
}

// domain R-2, W-8, W-10, hazard C29, hazard C42
TEST(WhoMay, ABoundedKeyDoesNoMoreThanItsBoundaryAllows) {
  World world = MakeWorld();
  const BoundaryTerm everything = OfAccounts({kA, kB});
  const BoundaryTerm nothing = OfAccounts({AccountId("elsewhere")});
  std::map<std::string, int> kept;
  int refused = 0;
  for (const std::string& name : Callers()) {
    const std::optional<Actor> caller = MakeCaller(world, name);
    ASSERT_TRUE(caller.has_value()) << name;
    for (const std::string& target : Targets()) {
      for (const ActRow& row : kActTable) {
        SCOPED_TRACE(name + " " + std::string(kActNames[static_cast<std::size_t>(row.act)]) + " " +
                     target);
        const Answer free = Ask(world, *caller, row.act, target, std::nullopt);
        const Answer wide = Ask(world, *caller, row.act, target, everything);
        const Answer closed = Ask(world, *caller, row.act, target, nothing);
        EXPECT_NE(closed, Answer::kYes);
        if (wide == Answer::kYes) {
          EXPECT_EQ(free, Answer::kYes) << "a boundary adds nothing";
          EXPECT_FALSE(NeverThroughABoundedKey(row));
          ++kept[std::string(kActNames[static_cast<std::size_t>(row.act)])];
        }
        if (free == Answer::kYes && wide != Answer::kYes) ++refused;
        if (free == Answer::kYes && row.rule == Rule::kKey && row.act != Act::kKeyUnbind) {
          EXPECT_EQ(wide, Answer::kYes) << "what needs no more than its action is kept";
        }
      }
    }
  }
  EXPECT_GE(kept.size(), 25u) << "a wide boundary leaves most acts";
  EXPECT_GE(refused, 100);
}

// domain R-2, W-1: one's own keys need no right, and yet their action must be allowed.
TEST(WhoMay, ABoundaryOnOneActionLeavesThatActionOnly) {
  World world = MakeWorld();
  const std::optional<Actor> member = MakeCaller(world, "member");
  BoundaryTerm reading;
  reading.actions = {"iam-identity.apikey.get"};
  EXPECT_EQ(Ask(world, *member, Act::kKeyView, "own_key", reading), Answer::kYes);
  EXPECT_EQ(Ask(world, *member, Act::kKeyDelete, "own_key", reading), Answer::kNotAllowed);
  EXPECT_EQ(Ask(world, *member, Act::kKeyCreate, "own_key", reading), Answer::kNotAllowed);
  BoundaryTerm deleting;
  deleting.actions = {"iam-identity.apikey.delete"};
  EXPECT_EQ(Ask(world, *member, Act::kKeyDelete, "own_key", deleting), Answer::kNotVisible)
      << "what it may not see does not exist for it (W-7)";
  BoundaryTerm updating;
  updating.actions = {"iam-identity.apikey.get", "iam-identity.apikey.update"};
  EXPECT_EQ(Ask(world, *member, Act::kKeyRotate, "own_key", updating), Answer::kYes);
  EXPECT_EQ(Ask(world, *member, Act::kKeyEdit, "own_key", updating), Answer::kYes);
  EXPECT_EQ(Ask(world, *member, Act::kKeyDelete, "own_key", updating), Answer::kNotAllowed);
  BoundaryTerm creating;
  creating.actions = {"iam-identity.user-apikey.create"};
  EXPECT_EQ(Ask(world, *member, Act::kKeyCreate, "own_key", creating), Answer::kYes);
}

}  // namespace
}  // namespace latchkey::authz
