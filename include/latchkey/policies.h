// latchkey/policies.h: the catalogue of services and roles, custom roles, and policies.
//
// The frame of every call (order of refusals, durability, common errors, threads) is that of
// latchkey/keys.h.
//
// Example
//   const auto policy = engine.policies().CreateFromJson(host, R"({
//     "type": "access",
//     "subject": {"attributes": [
//       {"key": "iam_id", "operator": "stringEquals", "value": "IBMid-bob"}]},
//     "control": {"grant": {"roles": [{"role_id": "role:reader"}]}},
//     "resource": {"attributes": [
//       {"key": "accountId", "operator": "stringEquals", "value": "acme"},
//       {"key": "serviceName", "operator": "stringEquals", "value": "kms"},
//       {"key": "region", "operator": "stringMatchAnyOf", "value": ["eu-*", "us-*"]}]}})");
//   if (!policy.ok()) return policy.status();
//   const auto json = Policies::ToJson(*policy);
//   if (!json.ok()) return json.status();
//
// Rules
//   [domain P-8]   IBM's policy JSON: v2 in and out, v1 in. Authorizations, of one service to
//                  another, are kept and returned; they decide nothing.
//   [domain P-11]  services, roles and actions from code or from the catalogue's JSON.
//   [domain W-8]   granting: the owner, or iam.policy.create covering the target; nobody but the
//                  owner grants to itself.
#ifndef LATCHKEY_POLICIES_H_
#define LATCHKEY_POLICIES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/caller.h"
#include "latchkey/entity_tag.h"
#include "latchkey/policy.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

struct NewCustomRole {
  AccountId account;
  std::string service;
  std::string name;  // becomes the last part of the role's id
  std::string title;
  std::string description;
  std::vector<std::string> actions;  // of that service, at least one
};

class Policies {
 public:
  // Defines a service and its roles, or replaces the definition. The trusted host only.
  [[nodiscard]] absl::Status DefineService(const Call& call, const Service& service) const;
  // The same for a whole catalogue in IBM's form, in one transaction; returns how many services.
  [[nodiscard]] absl::StatusOr<std::size_t> LoadCatalogue(const Call& call,
                                                          std::string_view json) const;
  // Any caller whose principal is live.
  [[nodiscard]] absl::StatusOr<Service> GetService(const Call& call, std::string_view name) const;
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> ListServices(const Call& call) const;

  [[nodiscard]] absl::StatusOr<CustomRole> CreateCustomRole(const Call& call,
                                                            const NewCustomRole& role) const;
  [[nodiscard]] absl::StatusOr<CustomRole> GetCustomRole(const Call& call, const AccountId& account,
                                                         const RoleId& id) const;
  [[nodiscard]] absl::StatusOr<std::vector<CustomRole>> ListCustomRoles(
      const Call& call, const AccountId& account) const;
  // Replaces title, description and actions. Adding an action grants [domain W-8].
  [[nodiscard]] absl::StatusOr<CustomRole> UpdateCustomRole(
      const Call& call, const AccountId& account, const RoleId& id, const IfMatch& if_match,
      std::string_view title, std::string_view description,
      const std::vector<std::string>& actions) const;
  // Errors  kStateForbids  a policy still names it
  [[nodiscard]] absl::Status DeleteCustomRole(const Call& call, const AccountId& account,
                                              const RoleId& id, const IfMatch& if_match) const;

  // Errors of the three writers: kUnknownReference (subject, role), kMalformed (among others a rule
  // that could never be evaluated), kUnsupported, kLimitExceeded, kLocked (the subject is a locked
  // service ID); each names the field by its path. An authorization asks for the same rights as a
  // policy of type access on the same resource.
  [[nodiscard]] absl::StatusOr<Policy> Create(const Call& call, const NewPolicy& policy) const;
  [[nodiscard]] absl::StatusOr<Policy> CreateFromJson(const Call& call,
                                                      std::string_view json) const;  // v2 or v1
  // Errors, besides  kStateForbids  the policy is of another type
  [[nodiscard]] absl::StatusOr<Policy> Update(const Call& call, const AccountId& account,
                                              const PolicyId& id, const IfMatch& if_match,
                                              const NewPolicy& policy) const;

  [[nodiscard]] absl::StatusOr<Policy> Get(const Call& call, const AccountId& account,
                                           const PolicyId& id) const;
  // Those that the caller may read, in order of their ids.
  [[nodiscard]] absl::StatusOr<std::vector<Policy>> List(const Call& call,
                                                         const AccountId& account) const;
  // For good, with its id; Deactivate keeps it.
  [[nodiscard]] absl::Status Delete(const Call& call, const AccountId& account, const PolicyId& id,
                                    const IfMatch& if_match) const;

  // Sets the state to kDeleted: the policy grants nothing, and is kept, listed and counted until it
  // is restored or deleted. Needs iam.policy.delete on its target. No change if it is so already.
  // Errors  kLocked  the subject is a locked service ID
  [[nodiscard]] absl::StatusOr<Policy> Deactivate(const Call& call, const AccountId& account,
                                                  const PolicyId& id,
                                                  const IfMatch& if_match) const;
  // Sets the state to kActive; grants [domain W-8], so it asks for what Update asks. No change if
  // it is so already.
  // Errors  those of Update: what the policy names must still be there
  [[nodiscard]] absl::StatusOr<Policy> Restore(const Call& call, const AccountId& account,
                                               const PolicyId& id, const IfMatch& if_match) const;

  // IBM's v2 JSON of a policy. Needs no store.
  // Errors  kMalformed, kInvalidUtf8  the policy is no answer of these calls, and has no JSON
  [[nodiscard]] static absl::StatusOr<std::string> ToJson(const Policy& policy);

 private:
  friend class Engine;
  explicit Policies(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_POLICIES_H_
