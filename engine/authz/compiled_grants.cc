#include "engine/authz/compiled_grants.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "engine/authz/scope.h"
#include "engine/base/error.h"
#include "engine/base/invariant.h"

namespace latchkey::authz {
namespace {

constexpr std::uint64_t kNoGrant = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kSerialMax = kNoGrant >> GrantCell::kSerialShift;

bool IsExact(const ResourceAttribute& attribute) {
  return attribute.op == AttributeOperator::kStringEquals && attribute.values.size() == 1;
}

bool IsOfSystem(const ResourceAttribute& attribute) {
  return attribute.key == kAccountIdKey || attribute.key == kServiceNameKey ||
         attribute.key == kServiceTypeKey || attribute.key == kServiceGroupKey;
}

// The one service that the policy names, or nothing.
const std::string* ServiceNamed(const Policy& policy) {
  if (ScopeOf(policy.resource) != Scope::kServiceName) return nullptr;
  const std::string* name = nullptr;
  for (const ResourceAttribute& attribute : policy.resource) {
    if (attribute.key != kServiceNameKey) continue;
    if (!IsExact(attribute) || name != nullptr) return nullptr;
    name = &attribute.values.front();
  }
  return name;
}

class Compiler {
 public:
  Compiler(base::PolicySource& source, const AccountId& account, const CatalogueIndex& catalogue)
      : source_(source), account_(account), catalogue_(catalogue) {}

  absl::Status AddSubject(const PolicySubject& subject);
  CompiledGrants Take() &&;

 private:
  struct Pending {
    std::uint64_t home = 0;
    GrantCell cell;
    [[nodiscard]] std::uint64_t serial() const { return cell.head >> GrantCell::kSerialShift; }
  };

  absl::Status AddPolicy(Policy policy);
  // Nothing if it needs more than a cell.
  [[nodiscard]] std::optional<GrantCell> CellOf(const Policy& policy,
                                                const CatalogueIndex::ServiceEntry& service) const;
  absl::Status KeepOwnRoles(const Policy& policy);

  base::PolicySource& source_;
  const AccountId& account_;
  const CatalogueIndex& catalogue_;
  std::vector<Pending> pending_;
  KeptPolicies kept_;
};

absl::Status Compiler::AddSubject(const PolicySubject& subject) {
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

std::optional<GrantCell> Compiler::CellOf(const Policy& policy,
                                          const CatalogueIndex::ServiceEntry& service) const {
  GrantCell cell;
  if (!policy.tags.empty() || policy.rule.has_value()) return std::nullopt;
  for (const RoleId& role : policy.roles) {
    const std::uint64_t bit = service.BitOf(role);
    if (bit == 0) return std::nullopt;
    cell.roles |= bit;
  }
  std::size_t conditions = 0;
  for (const ResourceAttribute& attribute : policy.resource) {
    if (!IsExact(attribute)) return std::nullopt;
    if (IsOfSystem(attribute)) {
      const auto value = attribute.key == kAccountIdKey
                             ? std::optional<std::string_view>(account_.text())
                             : ServiceAttribute(attribute.key, service.info());
      if (!Holds(attribute, value)) return std::nullopt;
      continue;
    }
    const std::uint64_t hash = KeyedHash(catalogue_.key(), attribute.key, attribute.values.front());
    if (conditions == cell.conditions.size() || hash == 0) return std::nullopt;
    cell.conditions[conditions++] = hash;
  }
  return cell;
}

// A role of the catalogue is looked up when it is asked for; an account's own is read now.
absl::Status Compiler::KeepOwnRoles(const Policy& policy) {
  for (const RoleId& role : policy.roles) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> services,
                              source_.ServicesWithRole(account_, role));
    for (const std::string& service : services) {
      const auto* const entry = catalogue_.Find(KeyedHash(catalogue_.key(), service));
      if ((entry != nullptr && entry->BitOf(role) != 0) || kept_.Knows(role, service)) continue;
      LATCHKEY_ASSIGN_OR_RETURN(std::optional<Role> found,
                                source_.FindRole(account_, service, role));
      if (found) kept_.Add({role, service, std::move(found->actions)});
    }
  }
  return absl::OkStatus();
}

absl::Status Compiler::AddPolicy(Policy policy) {
  const std::string* const name = ServiceNamed(policy);
  if (name == nullptr) {
    LATCHKEY_RETURN_IF_ERROR(KeepOwnRoles(policy));
    kept_.AddAcross(std::move(policy));
    return absl::OkStatus();
  }
  const std::uint64_t home = KeyedHash(catalogue_.key(), *name);
  const CatalogueIndex::ServiceEntry* const service = catalogue_.Find(home);
  if (service == nullptr) return absl::OkStatus();  // it is not defined: nothing
  LATCHKEY_INVARIANT(policy.serial <= kSerialMax, "a serial is of 40 bits");
  std::uint64_t head = policy.serial << GrantCell::kSerialShift | service->number();
  std::optional<GrantCell> cell = CellOf(policy, *service);
  if (!cell) {
    LATCHKEY_RETURN_IF_ERROR(KeepOwnRoles(policy));
    cell.emplace().roles = kept_.Add(std::move(policy));
    head |= GrantCell::kKept;
  }
  cell->head = head;
  pending_.push_back({home, *cell});
  return absl::OkStatus();
}

CompiledGrants Compiler::Take() && {
  CompiledGrants built;
  std::ranges::sort(pending_, {}, &Pending::serial);
  built.cells.resize(std::bit_ceil(pending_.size() + pending_.size() / 3 + 1));
  const std::size_t mask = built.cells.size() - 1;
  for (const Pending& pending : pending_) {
    std::size_t at = pending.home & mask;
    while (built.cells[at].head != 0) at = (at + 1) & mask;
    built.cells[at] = pending.cell;
  }
  if (!kept_.empty()) built.kept = std::make_unique<KeptPolicies>(std::move(kept_));
  return built;
}

bool HoldsConditions(const GrantCell& cell, const HashedRequest& request) {
  return std::ranges::all_of(cell.conditions, [&](std::uint64_t condition) {
    return condition == 0 || request.hashes().Has(condition);
  });
}

}  // namespace

absl::StatusOr<CompiledGrants> CompileGrants(base::PolicySource& source, const AccountId& account,
                                             const IamId& identity,
                                             const CatalogueIndex& catalogue) {
  Compiler compiler(source, account, catalogue);
  LATCHKEY_RETURN_IF_ERROR(compiler.AddSubject(identity));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups, source.GroupsOf(account, identity));
  for (const GroupId& group : groups) LATCHKEY_RETURN_IF_ERROR(compiler.AddSubject(group));
  return std::move(compiler).Take();
}

std::uint64_t LowestGrant(std::span<const GrantCell> cells, const KeptPolicies* kept,
                          const HashedRequest& request, std::int64_t now_us) {
  const std::uint64_t service = request.service_number();
  if (service == 0) return 0;
  const std::size_t mask = cells.size() - 1;
  std::uint64_t lowest = kNoGrant;
  for (std::size_t at = request.hashes().service() & mask; cells[at].head != 0;
       at = (at + 1) & mask) {
    const GrantCell& cell = cells[at];
    if ((cell.head & GrantCell::kServiceMask) != service) continue;
    const bool grants = (cell.head & GrantCell::kKept) != 0
                            ? kept->Grants(cell.roles, request, absl::FromUnixMicros(now_us))
                            : (cell.roles & request.roles()) != 0 && HoldsConditions(cell, request);
    if (!grants) continue;
    lowest = cell.head >> GrantCell::kSerialShift;
    break;
  }
  if (kept != nullptr) lowest = kept->LowestAcross(request, absl::FromUnixMicros(now_us), lowest);
  return lowest == kNoGrant ? 0 : lowest;
}

}  // namespace latchkey::authz
