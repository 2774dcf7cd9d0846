// latchkey/decision.h: the question "may it do that, in that account?" and its answer.
//
// Rules
//   [domain A-1]  a key inherits all access of its identity in every account the identity can
//                 reach, computed at the moment of the decision, never copied into the key.
//   [domain A-2]  a denial is an answer; an error is never an allow.
//   [domain A-3]  zero staleness: when a call that removes access has returned in any process on
//                 the host, no decision that starts later in any process on that host still
//                 allows it.
//   [domain A-5]  Explain decides and explains in one call on one snapshot.
//   [domain P-6]  access tags come with the request and are never stored.
#ifndef LATCHKEY_DECISION_H_
#define LATCHKEY_DECISION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"
#include "latchkey/status.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

// One attribute of the resource: serviceInstance, region, resourceType, resource, resourceGroupId,
// or one that is specific to the service. accountId and serviceName may be repeated here and must
// then equal their own fields.
struct RequestAttribute {
  std::string_view key;    // 1..128 bytes
  std::string_view value;  // 1..1,000 characters of UTF-8
};

inline constexpr std::size_t kRequestAttributesMax = 32;
inline constexpr std::size_t kRequestTagsMax = 32;

// The texts are borrowed for the call only.
struct AccessRequest {
  std::string_view account;  // of the resource
  std::string_view service;
  std::string_view action;
  std::span<const RequestAttribute> attributes;  // at most 32, no key twice
  // The access tags of the resource, each `key:value` with the key before the first colon: 1..128
  // bytes of key, 1..1,000 characters of value. At most 32, none twice [domain P-6].
  std::span<const std::string_view> tags = {};
};

// The one value that allows is kAllow; every other value, known or not, denies.
enum class Outcome : std::uint8_t {
  kDeny = 0,
  kAllow = 1,
  kRefused = 2,  // the principal or the token is not live: a denial that re-authentication may mend
  kFault = 3,    // the engine could not decide: a denial, see the reason
};

// The answer. Plain, at most 64 bytes, without any reference to memory.
class Decision {
 public:
  Decision() = default;  // denies

  [[nodiscard]] bool allowed() const { return outcome_ == Outcome::kAllow; }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] Reason reason() const { return reason_; }
  // Revision of the one snapshot from which all of it was decided; it only grows.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  // Policy::serial of a policy that granted, 0 if none did.
  [[nodiscard]] std::uint64_t policy_serial() const { return policy_; }
  [[nodiscard]] KeyId key_id() const { return key_id_; }
  [[nodiscard]] std::uint64_t identity_serial() const { return identity_; }
  [[nodiscard]] std::uint64_t account_serial() const { return account_; }
  // The account is in monitor mode and would refuse this in limited mode [domain R-1].
  [[nodiscard]] bool limited_would_refuse() const { return limited_would_refuse_; }

 private:
  friend class DecisionAccess;  // the engine's only way in

  std::uint64_t revision_ = 0;
  std::uint64_t policy_ = 0;
  std::uint64_t identity_ = 0;
  std::uint64_t account_ = 0;  // that the principal acts from
  KeyId key_id_;
  Reason reason_ = Reason::kNone;
  Outcome outcome_ = Outcome::kDeny;
  bool limited_would_refuse_ = false;
};

static_assert(std::is_trivially_copyable_v<Decision>);
static_assert(sizeof(Decision) <= 64);

// Why a policy of the account did not grant.
enum class Miss : std::uint8_t {
  kAttribute,  // a resource attribute did not match: `detail` is its key
  kRole,       // none of its roles holds the action for the service
  kSubject,    // it is about somebody else
  kTags,       // an access tag is missing: `detail` is the key of the first such condition
  kRule,       // its rule does not hold: `detail` is the key of the first condition that does not
};

struct NearMiss {
  PolicyId policy;
  Miss miss = Miss::kAttribute;
  std::string detail;
};

// One policy that grants, with the way it reached the principal.
struct Grant {
  PolicyId policy;
  RoleId role;                   // one of its roles that holds the action
  std::optional<GroupId> group;  // the access group through which it applies, if any
};

struct Explanation {
  Decision decision;
  IamId identity;            // the acting identity
  AccountId acting_account;  // the account it acts from
  std::optional<KeyId> key;
  std::vector<Grant> grants;          // every policy that grants
  std::vector<NearMiss> near_misses;  // its own policies that do not, at most 100
  // The first context rule that cut, where the reason is kContextRule [domain R-3].
  std::optional<ContextRuleId> context_rule;
  std::string text;  // one or more sentences for a person; not stable
};

// Names behind a Principal.
struct PrincipalDescription {
  IamId identity;
  IdentityKind kind = IdentityKind::kUser;
  std::string name;
  AccountId account;                // it acts from
  std::optional<IamId> applied_by;  // the user who applies the profile
  std::optional<KeyId> key;
  std::string key_name;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_DECISION_H_
