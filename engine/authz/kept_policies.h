// engine/authz/kept_policies.h: the policies of a compiled account that do not fit into two words:
// with patterns, tags or a rule, with an account's own roles, or about a kind of services. They are
// matched as they are, by the code that the interpreter uses.
#ifndef LATCHKEY_ENGINE_AUTHZ_KEPT_POLICIES_H_
#define LATCHKEY_ENGINE_AUTHZ_KEPT_POLICIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/policy.h"

#include "engine/authz/hashed_request.h"

namespace latchkey::authz {

class KeptPolicies {
 public:
  // A role of the account, or one that has no bit, for one service; with its actions sorted.
  struct OwnRole {
    RoleId id;
    std::string service;
    std::vector<std::string> actions;
  };

  // The number by which Grants knows it.
  std::uint64_t Add(Policy policy);
  // About a kind of services. In any order.
  void AddAcross(Policy policy);
  // Of each role and service once.
  void Add(OwnRole role) { own_roles_.push_back(std::move(role)); }
  [[nodiscard]] bool Knows(const RoleId& role, std::string_view service) const {
    return OwnRoleOf(role, service) != nullptr;
  }

  // Whether the policy of this number grants. The service of the request is defined.
  [[nodiscard]] bool Grants(std::uint64_t number, const HashedRequest& request,
                            absl::Time now) const;
  // The lowest serial below `limit` among those about a kind of services that grant; else `limit`.
  [[nodiscard]] std::uint64_t LowestAcross(const HashedRequest& request, absl::Time now,
                                           std::uint64_t limit) const;

  [[nodiscard]] bool empty() const { return policies_.empty() && across_.empty(); }
  [[nodiscard]] std::size_t bytes() const;

 private:
  [[nodiscard]] const OwnRole* OwnRoleOf(const RoleId& role, std::string_view service) const;
  [[nodiscard]] bool Grants(const Policy& policy, const HashedRequest& request,
                            absl::Time now) const;

  std::vector<Policy> policies_;
  std::vector<Policy> across_;  // by serial
  std::vector<OwnRole> own_roles_;
};

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_KEPT_POLICIES_H_
