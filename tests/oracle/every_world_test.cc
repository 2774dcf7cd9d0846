// Goal: no world up to a stated size on which engine and oracle disagree.
// Method: *every* world of two accounts, two users, two groups, up to three policies, two services,
// three actions and both accounts' external rules, counted up to renaming the users, the groups and
// the services; in each, every question that its names can form. CI decides every 61st world;
// LATCHKEY_EVERY_WORLD=1 decides all of them.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "engine/authz/evaluator.h"
#include "oracle/oracle.h"
#include "oracle/world_feed.h"

namespace latchkey::oracle_test {
namespace {

using ::oracle::Mode;
using ::oracle::World;

constexpr std::array kAccounts = {"acme", "beta"};
constexpr std::array kUsers = {"ann", "bob"};
constexpr std::array kGroups = {"gold", "grey"};  // of acme
constexpr std::array kServices = {"disk", "mail"};
constexpr std::array kRoles = {"reader", "writer", "owner"};  // of both services alike
constexpr std::array kActions = {"read", "write", "drop"};

// Subjects 0 and 1 are the users, 2 and 3 the groups; scope 2 is every service.
struct PolicyShape {
  unsigned account, subject, scope, role;
};

constexpr unsigned kSubjects = 4;
constexpr unsigned kScopes = 3;
constexpr unsigned kRoleCount = 3;
static_assert(kRoles.size() == kRoleCount);
constexpr unsigned kInAcme = kSubjects * kScopes * kRoleCount;
constexpr unsigned kInBeta = 2 * kScopes * kRoleCount;  // where the groups are not
constexpr unsigned kShapes = kInAcme + kInBeta;
constexpr unsigned kNoPolicy = kShapes;

PolicyShape ShapeOf(unsigned number) {
  const unsigned account = number < kInAcme ? 0 : 1;
  unsigned rest = number - account * kInAcme;
  PolicyShape shape{account, 0, 0, 0};
  shape.role = rest % kRoleCount;
  rest /= kRoleCount;
  shape.scope = rest % kScopes;
  shape.subject = rest / kScopes;
  return shape;
}

unsigned NumberOf(const PolicyShape& shape) {
  return shape.account * kInAcme + (shape.subject * kScopes + shape.scope) * kRoleCount +
         shape.role;
}

// What renaming can touch: who is in which group (bit 2·group + user), and the policies, sorted.
struct Names {
  unsigned members = 0;
  std::array<unsigned, 3> policies = {kNoPolicy, kNoPolicy, kNoPolicy};
  auto operator<=>(const Names&) const = default;
};

// A renaming: bit 0 swaps the users, bit 1 the groups, bit 2 the services.
constexpr unsigned kRenamings = 8;

unsigned RenamedPolicy(unsigned number, unsigned renaming) {
  if (number == kNoPolicy) return kNoPolicy;
  PolicyShape shape = ShapeOf(number);
  const bool of_group = shape.subject >= 2;
  if ((renaming & (of_group ? 2U : 1U)) != 0) shape.subject ^= 1U;
  if ((renaming & 4U) != 0 && shape.scope < 2) shape.scope ^= 1U;
  return NumberOf(shape);
}

Names Renamed(const Names& names, unsigned renaming) {
  Names other;
  for (unsigned bit = 0; bit < 4; ++bit) {
    const unsigned to = bit ^ (renaming & 3U);
    if ((names.members >> bit & 1U) != 0) other.members |= 1U << to;
  }
  for (std::size_t i = 0; i < names.policies.size(); ++i) {
    other.policies[i] = RenamedPolicy(names.policies[i], renaming);
  }
  std::ranges::sort(other.policies);
  return other;
}

struct Count {
  std::uint64_t raw = 0;
  std::uint64_t fixed = 0;  // pairs of a world and a renaming that leaves it as it is
};

// One of each class of worlds that differ in names only: the least.
std::vector<Names> EveryNames(Count& count) {
  std::vector<Names> least;
  Names names;
  auto& [first, second, third] = names.policies;
  for (names.members = 0; names.members < 16; ++names.members) {
    for (first = 0; first <= kNoPolicy; ++first) {
      for (second = first; second <= kNoPolicy; ++second) {
        for (third = second; third <= kNoPolicy; ++third) {
          bool is_least = true;
          for (unsigned renaming = 0; renaming < kRenamings; ++renaming) {
            const Names other = Renamed(names, renaming);
            is_least &= names <= other;
            if (other == names) ++count.fixed;
          }
          ++count.raw;
          if (is_least) least.push_back(names);
        }
      }
    }
  }
  return least;
}

constexpr unsigned kRules = 4;

::oracle::External RuleOf(unsigned choice, const std::string& other) {
  constexpr std::array kModes = {Mode::kEnabled, Mode::kLimited, Mode::kLimited, Mode::kMonitor};
  ::oracle::External rule;
  rule.mode = kModes[choice];
  if (choice == 2) rule.allowed = {other};
  return rule;
}

::oracle::Policy PolicyOf(unsigned number, unsigned serial) {
  const PolicyShape shape = ShapeOf(number);
  const std::string account = kAccounts[shape.account];
  ::oracle::Policy policy{serial, account, account, shape.subject >= 2, "", false, {}, {}};
  policy.subject = shape.subject < 2 ? kUsers[shape.subject] : kGroups[shape.subject - 2];
  policy.roles = {kRoles[shape.role]};
  policy.resource = {{"accountId", ::oracle::Operator::kEquals, {account}}};
  if (shape.scope < 2) {
    policy.resource.push_back(
        {"serviceName", ::oracle::Operator::kEquals, {kServices[shape.scope]}});
  } else {
    policy.resource.push_back({"serviceType", ::oracle::Operator::kEquals, {"service"}});
  }
  return policy;
}

World MakeWorld(const Names& names, unsigned rules) {
  World world;
  for (std::size_t i = 0; i < 2; ++i) {
    const ::oracle::External rule =
        RuleOf(i == 0 ? rules % kRules : rules / kRules, kAccounts[1 - i]);
    world.accounts.push_back({kAccounts[i], "nobody", ::oracle::AccountState::kOpen, rule, {}});
  }
  for (const char* user : kUsers) {
    world.identities.push_back({user, ::oracle::Kind::kUser, false, ""});
    for (const char* account : kAccounts) world.memberships.push_back({account, user});
  }
  for (unsigned bit = 0; bit < 4; ++bit) {
    if ((names.members >> bit & 1U) != 0) {
      world.groups.push_back({"acme", kGroups[bit / 2], kUsers[bit % 2]});
    }
  }
  unsigned serial = 0;
  for (const unsigned number : names.policies) {
    if (number != kNoPolicy) world.policies.push_back(PolicyOf(number, ++serial));
  }
  for (const char* service : kServices) {
    world.services.push_back({service,
                              ::oracle::Type::kService,
                              "",
                              {{"reader", {"read"}},
                               {"writer", {"read", "write"}},
                               {"owner", {"drop", "read", "write"}}}});
  }
  return world;
}

struct Tally {
  std::uint64_t worlds = 0;
  std::uint64_t decisions = 0;
  std::uint64_t allowed = 0;
};

// Every question that the names form; returns the first mismatch.
std::string AskEverything(const World& world, Tally& tally) {
  WorldSource source = Feed(world);
  ++tally.worlds;
  for (const ::oracle::Identity& identity : world.identities) {
    for (const char* from : kAccounts) {
      const ::oracle::Actor actor{identity, from};
      const authz::Actor fed_actor = Feed(actor);
      for (unsigned number = 0; number < 2 * 2 * kActions.size(); ++number) {
        const ::oracle::Request request{
            kAccounts[number % 2], kServices[number / 2 % 2], kActions[number / 4], {}};
        const FedRequest fed(request);
        const auto verdict = authz::Evaluate(source, fed_actor, fed.get());
        if (!verdict.ok()) return "a fault";
        ++tally.decisions;
        if (verdict->outcome == Outcome::kAllow) ++tally.allowed;
        const std::string difference =
            Difference(Plain(*verdict), ::oracle::Decide(world, actor, request, true));
        if (!difference.empty()) {
          return difference + Describe(actor) + ": " + Describe(request) + "\n" + Describe(world);
        }
      }
    }
  }
  return "";
}

// domain section 7 steps 2 to 4, P-1, P-3, P-10, A-1, R-1; hazard C28
TEST(EveryWorld, UpToTheBoundIsDecidedAsTheOracleDecides) {
  Count count;
  const std::vector<Names> least = EveryNames(count);
  // Burnside's lemma counts the classes in another way.
  ASSERT_EQ(least.size() * kRenamings, count.fixed);
  const char* const all = std::getenv("LATCHKEY_EVERY_WORLD");
  // A prime, so that the slice meets every pair of rules.
  const std::uint64_t step = all != nullptr && std::string(all) == "1" ? 1 : 61;

  Tally tally;
  std::uint64_t number = 0;
  for (const Names& names : least) {
    for (unsigned rules = 0; rules < kRules * kRules; ++rules) {
      if (number++ % step != 0) continue;
      const std::string mismatch = AskEverything(MakeWorld(names, rules), tally);
      ASSERT_EQ(mismatch, "");
    }
  }
  std::cout << "worlds: " << count.raw * kRules * kRules << " raw, " << number
            << " up to renaming, " << tally.worlds << " decided with " << tally.decisions
            << " decisions, " << tally.allowed << " allowed\n";
  EXPECT_GE(tally.worlds, number / step);
  EXPECT_GE(tally.allowed, tally.decisions / 10);
}

}  // namespace
}  // namespace latchkey::oracle_test
