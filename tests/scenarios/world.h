// tests/scenarios/world.h: an engine in which a story happens.
#ifndef LATCHKEY_TESTS_SCENARIOS_WORLD_H_
#define LATCHKEY_TESTS_SCENARIOS_WORLD_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "latchkey/engine.h"
#include "latchkey/testing.h"

#include "scenarios/story.h"

namespace latchkey::scenarios {

class World {
 public:
  World();

  // Carries out one line; what goes wrong fails the test and names the line.
  void Do(const Line& line);
  void Reopen();

 private:
  void Open();
  void SetUp(const Line& line);
  void DoStep(const Line& line);
  void DoToKey(const std::vector<std::string>& words);
  void SetExternal(const std::vector<std::string>& words);
  void SetUpZone(const std::vector<std::string>& words);
  void SetUpContextRule(const std::vector<std::string>& words);
  void AppendTerm(const std::vector<std::string>& words);
  void Ask(const std::vector<std::string>& words);

  IamId NeedUser(const std::string& name);
  IamId IdOf(const std::string& name) const;
  void MakePolicy(const std::string& name, const AccountId& account, const std::string& subject,
                  std::string json);
  void MakeKey(const std::string& name, const IamId& owner, const AccountId& account);
  Principal PrincipalOf(const std::string& who);

  testing::TemporaryStore store_;
  testing::ManualClock clock_;
  std::optional<Engine> engine_;
  std::map<std::string, IamId> ids_;
  std::map<std::string, std::pair<AccountId, GroupId>> groups_;
  std::map<std::string, Policy> policies_;
  std::map<std::string, KeyId> keys_;
  std::map<std::string, ZoneId> zones_;
  std::map<std::string, ContextRule> context_rules_;
  std::map<std::string, std::string> tokens_;
  std::map<std::string, Principal> kept_;
  RequestContext context_;
};

}  // namespace latchkey::scenarios

#endif  // LATCHKEY_TESTS_SCENARIOS_WORLD_H_
