#include "engine/authz/compiled_grants.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/authz/policy_match.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"

namespace latchkey::authz {
namespace {

// The one service that the policy names, or nothing.
const std::string* ServiceNamed(const Policy& policy) {
  if (ScopeOf(policy.resource) != Scope::kServiceName) return nullptr;
  const std::string* name = nullptr;
  for (const ResourceAttribute& attribute : policy.resource) {
    if (attribute.key != kServiceNameKey) continue;
    const bool exact = attribute.op == AttributeOperator::kStringEquals &&
                       attribute.values.size() == 1 && name == nullptr;
    if (!exact) return nullptr;
    name = &attribute.values.front();
  }
  return name;
}

bool IsExact(const ResourceAttribute& attribute) {
  return attribute.op == AttributeOperator::kStringEquals && attribute.values.size() == 1;
}

// Whether every attribute beside the system's own is compared for equality, and nothing else is.
bool ComparesOnly(const Policy& policy) {
  return policy.tags.empty() && !policy.rule.has_value() &&
         std::ranges::all_of(policy.resource, IsExact);
}

}  // namespace

class CompiledGrants::Builder {
 public:
  Builder(base::PolicySource& source, const AccountId& account,
          std::shared_ptr<const CatalogueIndex> catalogue)
      : source_(source), account_(account), key_(catalogue->key()) {
    built_.catalogue_ = std::move(catalogue);
  }

  absl::Status AddSubject(const PolicySubject& subject) {
    LATCHKEY_ASSIGN_OR_RETURN(std::vector<Policy> policies, source_.PoliciesOf(account_, subject));
    for (Policy& policy : policies) {
      // What it says of itself must be what it was found under, as in grants.cc.
      const bool in_place = policy.account == account_ && policy.subject == subject &&
                            policy.type == PolicyType::kAccess &&
                            policy.state == PolicyState::kActive;
      if (in_place) LATCHKEY_RETURN_IF_ERROR(AddPolicy(std::move(policy)));
    }
    return absl::OkStatus();
  }

  CompiledGrants Take() && {
    std::ranges::sort(built_.across_, {}, &Policy::serial);
    std::ranges::sort(pending_, {},
                      [](const Pending& p) { return std::tuple(p.service, p.entry.serial); });
    for (const Pending& pending : pending_) {
      const auto at = static_cast<std::uint32_t>(built_.entries_.size());
      if (built_.services_.empty() || built_.services_.back().service != pending.service) {
        built_.services_.push_back({pending.service, at, at});
      }
      built_.entries_.push_back(pending.entry);
      built_.services_.back().end = at + 1;
    }
    return std::move(built_);
  }

 private:
  struct Pending {
    std::uint64_t service = 0;
    Entry entry;
  };

  absl::Status AddPolicy(Policy policy) {
    const std::string* const service = ServiceNamed(policy);
    if (service == nullptr) {
      LATCHKEY_RETURN_IF_ERROR(AddCustomRoles(policy));
      built_.across_.push_back(std::move(policy));
      return absl::OkStatus();
    }
    const std::uint64_t hash = KeyedHash(key_, *service);
    const CatalogueIndex::ServiceRoles* const roles = built_.catalogue_->Find(hash);
    if (roles == nullptr) return absl::OkStatus();  // of a service that is not defined: nothing
    Pending pending{hash, {}};
    pending.entry.serial = policy.serial;
    LATCHKEY_RETURN_IF_ERROR(AddSets(policy, *service, *roles, pending.entry));
    if (ComparesOnly(policy)) {
      if (!AddConditions(policy, roles->service, pending.entry)) return absl::OkStatus();
    } else {
      pending.entry.whole = true;
      pending.entry.policy = static_cast<std::uint32_t>(built_.policies_.size());
      built_.policies_.push_back(std::move(policy));
    }
    pending_.push_back(pending);
    return absl::OkStatus();
  }

  // False if it can match no request of this account and service.
  bool AddConditions(const Policy& policy, const base::ServiceInfo& service, Entry& entry) {
    entry.first_condition = static_cast<std::uint32_t>(built_.conditions_.size());
    entry.end_condition = entry.first_condition;
    for (const ResourceAttribute& attribute : policy.resource) {
      if (attribute.key == kAccountIdKey) {
        if (!Holds(attribute, account_.text())) return false;
      } else if (attribute.key == kServiceNameKey || attribute.key == kServiceTypeKey ||
                 attribute.key == kServiceGroupKey) {
        if (!Holds(attribute, ServiceAttribute(attribute.key, service))) return false;
      } else {
        built_.conditions_.push_back(KeyedHash(key_, attribute.key, attribute.values.front()));
        ++entry.end_condition;
      }
    }
    return true;
  }

  absl::Status AddSets(const Policy& policy, std::string_view service,
                       const CatalogueIndex::ServiceRoles& roles, Entry& entry) {
    entry.first_set = static_cast<std::uint32_t>(built_.sets_.size());
    for (const RoleId& role : policy.roles) {
      const ActionSet* set = roles.Find(role);
      if (set == nullptr) {
        LATCHKEY_ASSIGN_OR_RETURN(set, CustomRoleSet(role, service));
      }
      if (set != nullptr) built_.sets_.push_back(set);
    }
    entry.end_set = static_cast<std::uint32_t>(built_.sets_.size());
    return absl::OkStatus();
  }

  // The account's own role for that service; null if it has none.
  absl::StatusOr<const ActionSet*> CustomRoleSet(const RoleId& role, std::string_view service) {
    const std::uint64_t hash = KeyedHash(key_, service);
    for (const auto& custom : built_.custom_) {
      if (custom->role == role && custom->service == hash) return &custom->actions;
    }
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Role> found,
                              source_.FindRole(account_, service, role));
    if (!found) return nullptr;
    built_.custom_.push_back(
        std::make_unique<const CustomSet>(CustomSet{role, hash, ActionSet(key_, found->actions)}));
    return &built_.custom_.back()->actions;
  }

  // A role of the catalogue is looked up when it is asked for; others are read now.
  absl::Status AddCustomRoles(const Policy& policy) {
    for (const RoleId& role : policy.roles) {
      LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                                source_.ServicesWithRole(account_, role));
      for (const std::string& service : services) {
        const CatalogueIndex::ServiceRoles* const roles =
            built_.catalogue_->Find(KeyedHash(key_, service));
        if (roles != nullptr && roles->Find(role) != nullptr) continue;
        LATCHKEY_RETURN_IF_ERROR(CustomRoleSet(role, service).status());
      }
    }
    return absl::OkStatus();
  }

  base::PolicySource& source_;
  const AccountId& account_;
  const base::HashKey key_;
  CompiledGrants built_;
  std::vector<Pending> pending_;
};

absl::StatusOr<CompiledGrants> CompiledGrants::Compile(
    base::PolicySource& source, const AccountId& account, const IamId& identity,
    std::shared_ptr<const CatalogueIndex> catalogue) {
  Builder builder(source, account, std::move(catalogue));
  LATCHKEY_RETURN_IF_ERROR(builder.AddSubject(identity));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups, source.GroupsOf(account, identity));
  for (const GroupId& group : groups) LATCHKEY_RETURN_IF_ERROR(builder.AddSubject(group));
  return std::move(builder).Take();
}

bool CompiledGrants::AnyHolds(const Entry& entry, std::uint64_t action) const {
  for (std::uint32_t i = entry.first_set; i < entry.end_set; ++i) {
    if (sets_[i]->Contains(action)) return true;
  }
  return false;
}

bool CompiledGrants::Grants(const Entry& entry, const HashedRequest& request,
                            absl::Time now) const {
  for (std::uint32_t i = entry.first_condition; i < entry.end_condition; ++i) {
    if (!request.Has(conditions_[i])) return false;
  }
  if (!AnyHolds(entry, request.action)) return false;
  if (!entry.whole) return true;
  const CatalogueIndex::ServiceRoles* const service = catalogue_->Find(request.service);
  return service != nullptr &&
         !MissOf(policies_[entry.policy], request.request, service->service, now);
}

bool CompiledGrants::GrantsAcrossServices(const Policy& policy, const HashedRequest& request,
                                          const CatalogueIndex::ServiceRoles& service,
                                          absl::Time now) const {
  const bool held = std::ranges::any_of(policy.roles, [&](const RoleId& role) {
    if (const ActionSet* const set = service.Find(role)) return set->Contains(request.action);
    return std::ranges::any_of(custom_, [&](const auto& custom) {
      return custom->service == request.service && custom->role == role &&
             custom->actions.Contains(request.action);
    });
  });
  return held && !MissOf(policy, request.request, service.service, now);
}

std::uint64_t CompiledGrants::LowestGrant(const HashedRequest& request, absl::Time now) const {
  std::uint64_t lowest = std::numeric_limits<std::uint64_t>::max();
  const auto own =
      std::ranges::lower_bound(services_, request.service, {}, &ServiceEntries::service);
  if (own != services_.end() && own->service == request.service) {
    for (std::uint32_t i = own->first; i < own->end; ++i) {
      if (!Grants(entries_[i], request, now)) continue;
      lowest = entries_[i].serial;
      break;
    }
  }
  if (!across_.empty() && across_.front().serial < lowest) {
    if (const CatalogueIndex::ServiceRoles* const service = catalogue_->Find(request.service)) {
      for (const Policy& policy : across_) {
        if (policy.serial >= lowest) break;
        if (GrantsAcrossServices(policy, request, *service, now)) lowest = policy.serial;
      }
    }
  }
  return lowest == std::numeric_limits<std::uint64_t>::max() ? 0 : lowest;
}

std::size_t CompiledGrants::bytes() const {
  constexpr std::size_t kPolicyBytes = 1000;  // with its texts, about
  return sizeof *this + services_.capacity() * sizeof(ServiceEntries) +
         entries_.capacity() * sizeof(Entry) + conditions_.capacity() * sizeof(std::uint64_t) +
         sets_.capacity() * sizeof(void*) +
         (custom_.size() + policies_.size() + across_.size()) * kPolicyBytes;
}

}  // namespace latchkey::authz
