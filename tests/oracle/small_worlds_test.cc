// Goal: every combination of the facts that section 7 asks about, decided as the oracle does.
// Method: two accounts and one identity; the request is in "home"; all facts take all their values.
#include <array>
#include <optional>
#include <string>

#include "gtest/gtest.h"

#include "engine/authz/evaluator.h"
#include "oracle/oracle.h"
#include "oracle/world_feed.h"

namespace latchkey::oracle_test {
namespace {

using ::oracle::AccountState;
using ::oracle::Kind;
using ::oracle::Member;
using ::oracle::Mode;
using ::oracle::World;

constexpr std::array kAccountStates = {AccountState::kOpen, AccountState::kSuspended,
                                       AccountState::kClosed};
constexpr std::array kKinds = {Kind::kUser, Kind::kServiceId, Kind::kProfile};
constexpr std::array kModes = {Mode::kEnabled, Mode::kLimited, Mode::kMonitor};

// A number that is taken apart into choices, least significant first.
class Choices {
 public:
  explicit Choices(unsigned number) : rest_(number) {}
  unsigned Of(unsigned count) {
    const unsigned choice = rest_ % count;
    rest_ /= count;
    return choice;
  }
  [[nodiscard]] bool exhausted() const { return rest_ == 0; }

 private:
  unsigned rest_;
};

void AddMembership(World& world, const std::string& account, unsigned choice) {
  constexpr std::array kStates = {Member::kActive, Member::kPending, Member::kSuspended};
  if (choice < kStates.size()) world.memberships.push_back({account, "somebody", kStates[choice]});
}

void AddPolicy(World& world, unsigned choice) {
  ::oracle::Policy policy{7, "home", "home", false, "somebody", false, {"reader"}, {}};
  policy.resource = {{"accountId", ::oracle::Operator::kEquals, {"home"}},
                     {"serviceName", ::oracle::Operator::kEquals, {"kms"}}};
  if (choice == 0) return;
  if (choice == 2) {
    policy.to_group = true;
    policy.subject = "team";
    world.groups.push_back({"home", "team", "somebody"});
  }
  world.policies.push_back(policy);
}

struct Case {
  World world;
  ::oracle::Actor actor;
};

// Nothing when `number` is beyond the last combination.
std::optional<Case> MakeCase(unsigned number) {
  Choices choices(number);
  Case made;
  ::oracle::Identity& who = made.actor.identity;
  who.id = "somebody";
  who.kind = kKinds[choices.Of(3)];
  who.deleted = choices.Of(2) == 1;
  if (who.kind != Kind::kUser) who.account = choices.Of(2) == 0 ? "home" : "away";
  made.actor.acting_account = choices.Of(2) == 0 ? "home" : "away";

  ::oracle::Account home{
      "home", choices.Of(2) == 0 ? "somebody" : "owner", AccountState::kOpen, {}, {}};
  home.state = kAccountStates[choices.Of(3)];
  ::oracle::External& rule = who.kind == Kind::kUser ? home.users : home.service_ids;
  rule.mode = kModes[choices.Of(3)];
  if (choices.Of(2) == 0) rule.allowed = {"away"};
  ::oracle::Account away{"away", "owner", kAccountStates[choices.Of(3)], {}, {}};
  made.world.accounts = {home, away};
  made.world.identities = {who};

  AddMembership(made.world, "home", choices.Of(4));
  AddMembership(made.world, "away", choices.Of(4));
  AddPolicy(made.world, choices.Of(3));
  made.world.services = {{"kms", ::oracle::Type::kService, "", {{"reader", {"read"}}}}};
  if (!choices.exhausted()) return std::nullopt;
  return made;
}

// domain section 7 steps 1 to 4, D-1, D-4, W-9, R-1, hazard C27
TEST(SmallWorlds, AllCombinationsOfStandingMembershipGrantAndRestrictionAgree) {
  const ::oracle::Request request{"home", "kms", "read", {}};
  const FedRequest fed(request);
  unsigned number = 0;
  unsigned allowed = 0;
  for (std::optional<Case> made; (made = MakeCase(number)).has_value(); ++number) {
    WorldSource source = Feed(made->world);
    const auto verdict = authz::Evaluate(source, Feed(made->actor), fed.get());
    ASSERT_TRUE(verdict.ok());
    if (verdict->outcome == Outcome::kAllow) ++allowed;
    const std::string difference =
        Difference(Plain(*verdict), ::oracle::Decide(made->world, made->actor, request, true));
    ASSERT_EQ(difference, "") << Describe(made->actor) << "\n" << Describe(made->world);
  }
  EXPECT_GE(number,
            62'208U);  // 3 kinds × 2 × 2 × 2 × 3 × 3 × 2 × 3 × 4 × 4 × 3, users' owners apart
  EXPECT_GE(allowed, 500U);
}

}  // namespace
}  // namespace latchkey::oracle_test
