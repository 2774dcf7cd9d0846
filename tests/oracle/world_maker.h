// tests/oracle/world_maker.h: seeded random small worlds, and questions about them.
//
// Method: few names, so that things meet; states mostly live, so that decisions get far; half of
// the requests are made to fit some policy and are then spoilt now and then. One seed gives one
// world and one run of questions, with every compiler: no library distribution is used.
#ifndef LATCHKEY_TESTS_ORACLE_WORLD_MAKER_H_
#define LATCHKEY_TESTS_ORACLE_WORLD_MAKER_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "oracle/world.h"

namespace oracle {

class WorldMaker {
 public:
  explicit WorldMaker(std::uint64_t seed) : random_(seed) {}

  // 2 or 3 accounts, 2 to 4 identities, 0 to 6 policies, all of everything else.
  World MakeWorld();
  // One more policy for `world`, not in it.
  Policy MakePolicy(const World& world, unsigned serial);
  // One more context rule for an account of `world`, not in it (context_maker.cc).
  ContextRule MakeContextRule(const World& world);
  Actor MakeActor(const World& world);
  // One more term for the boundary of an actor of `world`.
  Term MakeTerm(const World& world, long long now_us);
  // A request that `actor` might make.
  Request MakeRequest(const World& world, const Actor& actor);

  // 0 .. bound - 1
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool Percent(unsigned chance) { return random_() % 100 < chance; }
  template <class T>
  void Shuffle(std::vector<T>& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[Below(i)]);
  }
  template <class T>
  const T& OneOf(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

 private:
  Account MakeAccount(const std::string& id, const World& world);
  External MakeExternal(const World& world);
  Identity MakeIdentity(std::size_t number, const World& world);
  void AddMemberships(World& world);
  void AddGroups(World& world);
  void AddCatalogue(World& world);
  std::vector<std::string> SomeActions();
  void AddScope(Policy& policy);
  void AddContextRules(World& world);
  std::vector<Range> SomeRanges(std::size_t most);
  Attribute MakeAttribute(const std::string& key, const std::vector<std::string>& values);
  Attribute MakeRuleScope();
  Request FitTo(const World& world, const Policy& policy);
  std::string Fitting(const World& world, const Attribute& attribute);
  void Spoil(Request& request);
  long long MakeNow();
  Condition MakeCondition();
  std::string MakeTimeText(const std::string& op);
  Rule MakeRule();
  void AddRuleAndTags(Policy& policy);
  void FitRuleAndTags(const Policy& policy, Request& request);

  std::mt19937_64 random_;
};

}  // namespace oracle

#endif  // LATCHKEY_TESTS_ORACLE_WORLD_MAKER_H_
