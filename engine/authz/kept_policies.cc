#include "engine/authz/kept_policies.h"

#include <algorithm>
#include <utility>

#include "engine/authz/policy_match.h"

namespace latchkey::authz {
namespace {

std::size_t BytesOf(const std::vector<std::string>& texts) {
  std::size_t bytes = texts.capacity() * sizeof(std::string);
  for (const std::string& text : texts) bytes += text.capacity();
  return bytes;
}

template <class Attribute>  // with a key and values
std::size_t BytesOf(const std::vector<Attribute>& attributes) {
  std::size_t bytes = attributes.capacity() * sizeof(Attribute);
  for (const Attribute& attribute : attributes) {
    bytes += attribute.key.capacity() + BytesOf(attribute.values);
  }
  return bytes;
}

std::size_t BytesOf(const Policy& policy) {
  std::size_t bytes = sizeof policy + BytesOf(policy.resource) + BytesOf(policy.tags) +
                      policy.roles.capacity() * sizeof(RoleId) + policy.account.text().capacity() +
                      policy.id.text().capacity();
  for (const RoleId& role : policy.roles) bytes += role.text().capacity();
  if (!policy.rule) return bytes;
  for (const RuleGroup& group : policy.rule->groups) {
    bytes += sizeof group + BytesOf(group.conditions);
  }
  return bytes;
}

// What no decision looks at.
Policy Bare(Policy policy) {
  policy.description = {};
  policy.pattern = {};
  policy.created_by = {};
  policy.modified_by = {};
  return policy;
}

}  // namespace

std::uint64_t KeptPolicies::Add(Policy policy) {
  policies_.push_back(Bare(std::move(policy)));
  return policies_.size() - 1;
}

void KeptPolicies::AddAcross(Policy policy) {
  const auto place = std::ranges::upper_bound(across_, policy.serial, {}, &Policy::serial);
  across_.insert(place, Bare(std::move(policy)));
}

const KeptPolicies::OwnRole* KeptPolicies::OwnRoleOf(const RoleId& role,
                                                     std::string_view service) const {
  const auto found = std::ranges::find_if(
      own_roles_, [&](const OwnRole& own) { return own.id == role && own.service == service; });
  return found == own_roles_.end() ? nullptr : &*found;
}

bool KeptPolicies::Grants(const Policy& policy, const HashedRequest& request,
                          absl::Time now) const {
  const CatalogueIndex::ServiceEntry& service = *request.service();
  const bool held = std::ranges::any_of(policy.roles, [&](const RoleId& role) {
    if (const std::uint64_t bit = service.BitOf(role); bit != 0) {
      return (bit & request.roles()) != 0;
    }
    const OwnRole* const own = OwnRoleOf(role, request.asked().service);
    return own != nullptr && std::ranges::binary_search(own->actions, request.asked().action);
  });
  return held && !MissOf(policy, request.asked(), service.info(), now);
}

bool KeptPolicies::Grants(std::uint64_t number, const HashedRequest& request,
                          absl::Time now) const {
  return Grants(policies_[number], request, now);
}

std::uint64_t KeptPolicies::LowestAcross(const HashedRequest& request, absl::Time now,
                                         std::uint64_t limit) const {
  for (const Policy& policy : across_) {
    if (policy.serial >= limit) break;
    if (Grants(policy, request, now)) return policy.serial;
  }
  return limit;
}

std::size_t KeptPolicies::bytes() const {
  std::size_t bytes = sizeof *this + own_roles_.capacity() * sizeof(OwnRole);
  for (const Policy& policy : policies_) bytes += BytesOf(policy);
  for (const Policy& policy : across_) bytes += BytesOf(policy);
  for (const OwnRole& role : own_roles_) {
    bytes += role.id.text().capacity() + role.service.capacity() + BytesOf(role.actions);
  }
  return bytes;
}

}  // namespace latchkey::authz
