// A small fixed world for the evaluator: account "home" and account "away", one service of each
// type, one user, and hands to change it.
#ifndef LATCHKEY_TESTS_AUTHZ_EVALUATOR_WORLD_H_
#define LATCHKEY_TESTS_AUTHZ_EVALUATOR_WORLD_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "latchkey/account.h"
#include "latchkey/decision.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/authz/evaluator.h"
#include "oracle/world_source.h"

namespace latchkey::authz::evaluator_world {

using oracle_test::WorldSource;
using Op = AttributeOperator;

inline const AccountId kHome{"home"};
inline const AccountId kAway{"away"};
inline const IamId kUser{"IBMid-user"};
inline const IamId kOwner{"IBMid-owner"};
inline const RoleId kReader{"role:Reader"};
inline const RoleId kWriter{"role:Writer"};

inline ResourceAttribute Attribute(std::string key, std::string value, Op op = Op::kStringEquals) {
  return {std::move(key), op, {std::move(value)}};
}

inline std::vector<ResourceAttribute> OnKms() { return {Attribute("serviceName", "kms")}; }

// A policy of `account` for `subject`; accountId is added.
inline Policy MakePolicy(std::uint64_t serial, PolicySubject subject, std::vector<RoleId> roles,
                         std::vector<ResourceAttribute> resource,
                         const AccountId& account = kHome) {
  Policy policy;
  policy.id = PolicyId("policy-" + std::to_string(serial));
  policy.serial = serial;
  policy.account = account;
  policy.subject = std::move(subject);
  policy.roles = std::move(roles);
  policy.resource = std::move(resource);
  policy.resource.insert(policy.resource.begin(), Attribute("accountId", account.text()));
  return policy;
}

inline Account MakeAccount(const AccountId& id, AccountState state = AccountState::kOpen) {
  Account account;
  account.id = id;
  account.owner = kOwner;
  account.state = state;
  return account;
}

inline Membership Member(const AccountId& account, const IamId& user,
                         MemberState state = MemberState::kActive) {
  Membership membership;
  membership.account = account;
  membership.iam_id = user;
  membership.state = state;
  return membership;
}

inline Identity MakeIdentity(const IamId& id, IdentityKind kind = IdentityKind::kUser,
                             const AccountId& account = AccountId()) {
  Identity identity;
  identity.id = id;
  identity.kind = kind;
  identity.account = account;
  return identity;
}

inline Actor From(const AccountId& account, Identity identity = MakeIdentity(kUser)) {
  return {std::move(identity), account, std::nullopt, std::nullopt};
}

// kms is IAM-enabled: Reader reads, Writer reads and writes. iam-identity is a platform service of
// the group IAM where Reader reads something else. Owner and user are members of both accounts.
inline WorldSource MakeWorld() {
  WorldSource world;
  for (const AccountId& account : {kHome, kAway}) {
    world.Put(MakeAccount(account));
    for (const IamId& user : {kOwner, kUser}) world.Put(Member(account, user));
  }
  const Role reader{kReader, "Reader", RoleKind::kService, {"kms.read", "GET /keys"}};
  const Role writer{kWriter, "Writer", RoleKind::kService, {"kms.read", "kms.write"}};
  const Role platform_reader{kReader, "Reader", RoleKind::kService, {"iam-identity.read"}};
  world.Put(Service{"kms", "", ServiceType::kService, "", {reader, writer}});
  world.Put(Service{"iam-identity", "", ServiceType::kPlatformService, "IAM", {platform_reader}});
  return world;
}

// A request that keeps its attributes.
struct Question {
  std::string account = "home";
  std::string service = "kms";
  std::string action = "kms.read";
  std::vector<std::pair<std::string, std::string>> attributes = {};
};

inline absl::StatusOr<Verdict> Ask(WorldSource& world, const Actor& actor, const Question& question,
                                   Details* details = nullptr,
                                   OwnerStep owner = OwnerStep::kCounts) {
  std::vector<RequestAttribute> attributes;
  for (const auto& [key, value] : question.attributes) attributes.push_back({key, value});
  return Evaluate(world, actor, {question.account, question.service, question.action, attributes},
                  owner, details);
}

}  // namespace latchkey::authz::evaluator_world

#endif  // LATCHKEY_TESTS_AUTHZ_EVALUATOR_WORLD_H_
