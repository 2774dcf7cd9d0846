#include "engine/authz/grants.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "engine/authz/policy_match.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

// One evaluation's walk over the policies.
class Search {
 public:
  Search(base::PolicySource& source, const AccessRequest& request, absl::Time now, Details* details)
      : source_(source),
        request_(request),
        account_(request.account),
        now_(now),
        details_(details) {}

  absl::Status Run(const IamId& identity);
  [[nodiscard]] std::optional<std::uint64_t> lowest() const { return lowest_; }

 private:
  absl::Status LookAtSubject(const PolicySubject& subject);
  absl::Status LookAtPolicy(const Policy& policy);
  absl::StatusOr<bool> HoldsAction(const RoleId& role);
  absl::StatusOr<const RoleId*> FirstRoleWithAction(const Policy& policy);
  void NoteGrant(const Policy& policy, const RoleId& role);
  void NoteMiss(const Policy& policy, Miss miss, std::string_view detail);

  base::PolicySource& source_;
  const AccessRequest& request_;
  const AccountId account_;
  const absl::Time now_;
  Details* const details_;
  std::optional<base::ServiceInfo> service_;
  // Policies share few roles, and each answer costs a read.
  absl::flat_hash_map<RoleId, bool> holds_action_;
  std::optional<std::uint64_t> lowest_;
};

absl::Status Search::Run(const IamId& identity) {
  LATCHKEY_ASSIGN_OR_RETURN(service_, source_.FindService(request_.service));
  LATCHKEY_RETURN_IF_ERROR(LookAtSubject(identity));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups,
                            source_.GroupsOf(account_, identity));
  for (const GroupId& group : groups) LATCHKEY_RETURN_IF_ERROR(LookAtSubject(group));
  return absl::OkStatus();
}

absl::Status Search::LookAtSubject(const PolicySubject& subject) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Policy> policies,
                            source_.PoliciesOf(account_, subject));
  for (const Policy& policy : policies) {
    // What it says of itself must be what it was found under: anything else grants nothing here.
    const bool in_place = policy.account == account_ && policy.subject == subject &&
                          policy.type == PolicyType::kAccess &&
                          policy.state == PolicyState::kActive;
    if (in_place) LATCHKEY_RETURN_IF_ERROR(LookAtPolicy(policy));
  }
  return absl::OkStatus();
}

absl::Status Search::LookAtPolicy(const Policy& policy) {
  if (details_ == nullptr && lowest_.has_value() && policy.serial >= *lowest_) {
    return absl::OkStatus();
  }
  // Before the roles, which cost reads.
  if (const std::optional<PolicyMiss> missed = MissOf(policy, request_, service_, now_);
      missed.has_value()) {
    NoteMiss(policy, missed->miss, missed->detail);
    return absl::OkStatus();
  }
  LATCHKEY_ASSIGN_OR_RETURN(const RoleId* role, FirstRoleWithAction(policy));
  if (role == nullptr) {
    NoteMiss(policy, Miss::kRole, policy.roles.empty() ? "" : policy.roles.front().text());
    return absl::OkStatus();
  }
  NoteGrant(policy, *role);
  lowest_ = std::min(lowest_.value_or(policy.serial), policy.serial);
  return absl::OkStatus();
}

absl::StatusOr<bool> Search::HoldsAction(const RoleId& role_id) {
  if (const auto known = holds_action_.find(role_id); known != holds_action_.end()) {
    return known->second;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Role> role,
                            source_.FindRole(account_, request_.service, role_id));
  const bool holds = role.has_value() && std::binary_search(role->actions.begin(),
                                                            role->actions.end(), request_.action);
  holds_action_.emplace(role_id, holds);
  return holds;
}

absl::StatusOr<const RoleId*> Search::FirstRoleWithAction(const Policy& policy) {
  for (const RoleId& role : policy.roles) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool holds, HoldsAction(role));
    if (holds) return &role;
  }
  return nullptr;
}

void Search::NoteGrant(const Policy& policy, const RoleId& role) {
  if (details_ == nullptr) return;
  const GroupId* group = std::get_if<GroupId>(&policy.subject);
  details_->grants.push_back(
      {policy.id, role, group == nullptr ? std::nullopt : std::optional(*group)});
}

void Search::NoteMiss(const Policy& policy, Miss miss, std::string_view detail) {
  if (details_ == nullptr || details_->near_misses.size() >= kNearMissesMax) return;
  details_->near_misses.push_back({policy.id, miss, std::string(detail)});
}

}  // namespace

absl::StatusOr<std::optional<std::uint64_t>> LowestGrant(base::PolicySource& source,
                                                         const IamId& identity,
                                                         const AccessRequest& request,
                                                         absl::Time now, Details* details) {
  Search search(source, request, now, details);
  LATCHKEY_RETURN_IF_ERROR(search.Run(identity));
  return search.lowest();
}

}  // namespace latchkey::authz
