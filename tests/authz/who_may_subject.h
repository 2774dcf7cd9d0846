// The targets that the rows of who-may name: a Target and whatever it borrows.
#ifndef LATCHKEY_TESTS_AUTHZ_WHO_MAY_SUBJECT_H_
#define LATCHKEY_TESTS_AUTHZ_WHO_MAY_SUBJECT_H_

#include <optional>
#include <string>
#include <vector>

#include "authz/who_may_world.h"
#include "engine/authz/who_may.h"

namespace latchkey::authz::who_may_world {

// A name that is none is a target in an account that does not exist.
class Subject {
 public:
  Subject(const World& world, const std::optional<Actor>& caller, const std::string& name);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  const Target& target() const { return target_; }

 private:
  void SetKey(const IamId& owner, IdentityKind kind);
  bool SetKeyByName(const std::string& name);
  bool SetDirectoryByName(const std::string& name);
  bool SetPolicyByName(const std::string& name);
  bool SetRoleByName(const std::string& name);
  bool SetContextRuleByName(const std::string& name);
  void SetPolicy(PolicySubject subject, std::vector<ResourceAttribute> resource);

  const World& world_;
  Identity self_;  // the caller
  Target target_;
  Policy policy_;
  Policy before_;
  std::vector<Policy> role_policies_;
  std::vector<IamId> group_members_;
  ContextRule rule_;
  ContextRule rule_before_;
};

}  // namespace latchkey::authz::who_may_world

#endif  // LATCHKEY_TESTS_AUTHZ_WHO_MAY_SUBJECT_H_
