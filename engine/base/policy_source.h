// engine/base/policy_source.h: the port through which the pure rules read one snapshot.
//
// The store implements it over a transaction, tests over maps. Every call of one evaluation sees
// the same snapshot. A status is a fault (corrupt record, closed store): the evaluation that meets
// one ends with it, and a fault is never an allow.
#ifndef LATCHKEY_ENGINE_BASE_POLICY_SOURCE_H_
#define LATCHKEY_ENGINE_BASE_POLICY_SOURCE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

namespace latchkey::base {

// A service without its roles.
struct ServiceInfo {
  std::string name;
  ServiceType type = ServiceType::kService;
  std::string group;
};

class PolicySource {
 public:
  virtual ~PolicySource() = default;

  [[nodiscard]] virtual absl::StatusOr<std::optional<Account>> FindAccount(const AccountId&) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<Identity>> FindIdentity(const IamId&) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<Membership>> FindMembership(const AccountId&,
                                                                                 const IamId&) = 0;
  // The access groups of the account that the identity is in.
  [[nodiscard]] virtual absl::StatusOr<std::vector<GroupId>> GroupsOf(const AccountId&,
                                                                      const IamId&) = 0;
  // The active policies of type access stored in the account whose subject this is, in order of
  // their serials.
  [[nodiscard]] virtual absl::StatusOr<std::vector<Policy>> PoliciesOf(const AccountId&,
                                                                       const PolicySubject&) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<ServiceInfo>> FindService(
      std::string_view service) = 0;
  // What `role` means on `service` for policies of `account`: the catalogue's role, or the custom
  // role that this account defined for exactly this service. Actions are sorted.
  [[nodiscard]] virtual absl::StatusOr<std::optional<Role>> FindRole(const AccountId& account,
                                                                     std::string_view service,
                                                                     const RoleId& role) = 0;
  // Every service on which the catalogue or the account defines `role`.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> ServicesWithRole(
      const AccountId& account, const RoleId& role) = 0;
  // Every context rule, or every network zone, of an account that exists: all of them or a fault,
  // because what is missing would widen access (hazard F13).
  [[nodiscard]] virtual absl::StatusOr<std::vector<ContextRule>> ContextRulesOf(
      const AccountId&) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<NetworkZone>> NetworkZonesOf(
      const AccountId&) = 0;
};

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_POLICY_SOURCE_H_
