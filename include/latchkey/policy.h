// latchkey/policy.h: services, roles and policies.
//
// A policy only grants: default deny, and access is the union of what the policies of the
// resource's account grant. There are no deny rules.
//
// Example
//   NewPolicy policy;  // bob reads kms in acme, on resources of development, until the year ends
//   policy.account = acme;
//   policy.subject = bob;
//   policy.roles = {RoleId("role:reader")};
//   policy.resource = {{"serviceType", AttributeOperator::kStringEquals, {"service"}}};
//   policy.tags = {{"env", AttributeOperator::kStringEquals, {"dev"}}};
//   policy.pattern = "time-based-conditions:once";
//   const std::string now = "{{environment.attributes.current_date_time}}";
//   policy.rule = PolicyRule{
//       RuleJoin::kAnd,
//       {{{}, {{now, RuleOperator::kDateTimeGreaterThanOrEquals, {"2026-01-01T00:00:00+01:00"}}}},
//        {{}, {{now, RuleOperator::kDateTimeLessThan, {"2027-01-01T00:00:00+01:00"}}}}}};
//   const auto stored = engine.policies().Create(host, policy);
//   if (!stored.ok()) return stored.status();
//
// Rules
//   [domain P-1]  default deny; a policy only grants.
//   [domain P-2]  roles do not inherit: a role is an explicit action set per service.
//   [domain P-3]  scope: exactly one accountId and one of serviceName, serviceType,
//                 service_group_id, resourceGroupId, or a resource group itself.
//   [domain P-4]  the operators; an attribute that the request lacks does not match.
//   [domain P-5]  a rule: one condition, or and/or over conditions, at most 10 in all and nested at
//                 most 2 deep; a rule that cannot be evaluated denies.
//   [domain P-6]  access tags in place of attributes, under the all-IAM-enabled scope.
//   [domain P-7]  a custom role: one account, one service, a list of that service's actions.
//   [domain P-8]  IBM's v2 policy JSON goes in and out unchanged; v1 goes in; an unknown field is
//                 an error that names its path. Authorizations are kept; they decide nothing.
//   [domain P-9]  what could make a decision slow is bounded when it is written.
//   [domain P-10] a policy stored in one account never has effect in another.
//   [domain P-11] no IBM needed: services and roles can be defined in code.
#ifndef LATCHKEY_POLICY_H_
#define LATCHKEY_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

enum class ServiceType : std::uint8_t {  // stored: add, never renumber
  kService = 1,                          // an IAM-enabled service
  kPlatformService = 2,                  // an account management service
};

enum class RoleKind : std::uint8_t {  // stored: add, never renumber
  kPlatform = 1,
  kService = 2,
  kCustom = 3,
};

// A named set of actions of one service. The same platform role id has its own actions on each.
struct Role {
  RoleId id;
  std::string name;  // 1..100 characters of UTF-8
  RoleKind kind = RoleKind::kService;
  std::vector<std::string> actions;  // each 1..128 printable ASCII characters; kept sorted
};

// A service of the catalogue.
struct Service {
  std::string name;   // 1..128 printable ASCII characters
  std::string title;  // 0..200 characters of UTF-8
  ServiceType type = ServiceType::kService;
  std::string group;  // service_group_id that it belongs to; empty: none
  std::vector<Role> roles;
};

// A role that one account defined for one service.
struct CustomRole {
  RoleId id;
  AccountId account;
  std::string service;
  std::string name;         // the last part of the id: 1..30 of [A-Za-z0-9], first a capital
  std::string title;        // 1..50 characters of UTF-8
  std::string description;  // 0..250 characters of UTF-8
  std::vector<std::string> actions;
  absl::Time created_at;
  EntityTag entity_tag;
};

enum class AttributeOperator : std::uint8_t {  // stored: add, never renumber
  kStringEquals = 1,
  kStringMatch = 2,   // `*` any run, `?` one character; `{{*}}` and `{{?}}` are literals
  kStringExists = 3,  // values[0] is "true" or "false"
  kStringEqualsAnyOf = 4,
  kStringMatchAnyOf = 5,
};

// One condition on the resource: all conditions of a policy must hold.
struct ResourceAttribute {
  std::string key;
  AttributeOperator op = AttributeOperator::kStringEquals;
  std::vector<std::string> values;  // one; 1..10 for the AnyOf operators; 1..1,000 characters each
  bool operator==(const ResourceAttribute&) const = default;
};

enum class RuleOperator : std::uint8_t {  // stored: add, never renumber
  kStringEquals = 1,                      // the strings are those of AttributeOperator
  kStringMatch = 2,
  kStringExists = 3,
  kStringEqualsAnyOf = 4,
  kStringMatchAnyOf = 5,
  kTimeLessThan = 6,
  kTimeLessThanOrEquals = 7,
  kTimeGreaterThan = 8,
  kTimeGreaterThanOrEquals = 9,
  kDateLessThan = 10,
  kDateLessThanOrEquals = 11,
  kDateGreaterThan = 12,
  kDateGreaterThanOrEquals = 13,
  kDateTimeLessThan = 14,
  kDateTimeLessThanOrEquals = 15,
  kDateTimeGreaterThan = 16,
  kDateTimeGreaterThanOrEquals = 17,
  kDayOfWeekEquals = 18,
  kDayOfWeekAnyOf = 19,
};

// What is compared, and the form of what it is compared with. Each value carries its own UTC
// offset, -14:00 to +14:00 and never -00:00, and the clock is read in that offset, to the
// microsecond and not rounded.
//   {{resource.attributes.X}}                          the strings; X as the key of an attribute
//   {{environment.attributes.current_time}}            time…      "09:00:00-05:00"
//   {{environment.attributes.current_date_time}}       dateTime…  "2026-12-24T00:00:00+01:00"
//                                                      date…      "2026-12-24+01:00"
//   {{environment.attributes.day_of_week}}             dayOfWeek… "1+00:00" (Monday) to "7+00:00"
struct RuleCondition {
  std::string key;
  RuleOperator op = RuleOperator::kStringEquals;
  std::vector<std::string> values;  // as many as the operator takes: one, or 1..10 for AnyOf
  bool operator==(const RuleCondition&) const = default;
};

enum class RuleJoin : std::uint8_t {  // stored: add, never renumber
  kAnd = 1,
  kOr = 2,
};

// Conditions that are joined, or one that stands alone.
struct RuleGroup {
  std::optional<RuleJoin> join;           // nothing: exactly one condition, alone
  std::vector<RuleCondition> conditions;  // at least one
  bool operator==(const RuleGroup&) const = default;
};

// When a policy grants, beyond what it is about: two levels, without recursion [domain P-5].
struct PolicyRule {
  std::optional<RuleJoin> join;   // nothing: exactly one group, of one condition that stands alone
  std::vector<RuleGroup> groups;  // at least one; at most 10 conditions in all of them
  bool operator==(const PolicyRule&) const = default;
};

enum class PolicyType : std::uint8_t {  // stored: add, never renumber
  kAccess = 1,
  // Of one service to another: kept, counted, returned as it came in, and read by no decision.
  kAuthorization = 2,
};

enum class PolicyState : std::uint8_t {  // stored: add, never renumber
  kActive = 1,
  kDeleted = 2,  // IBM's word: kept, grants nothing, and can be restored (Policies::Restore)
};

// Whom a policy of type kAccess is about: one identity, or every member of one access group.
using PolicySubject = std::variant<IamId, GroupId>;

struct Policy {
  PolicyId id;
  std::uint64_t serial = 0;  // number of this policy in this store: what a Decision carries
  AccountId account;
  PolicySubject subject;
  std::vector<RoleId> roles;                // 1..50
  std::vector<ResourceAttribute> resource;  // accountId and the scope among them
  std::string description;                  // 0..300 characters of UTF-8
  PolicyState state = PolicyState::kActive;
  absl::Time created_at;
  IamId created_by;  // empty: the trusted host
  absl::Time modified_at;
  IamId modified_by;
  EntityTag entity_tag;
  std::optional<PolicyRule> rule = std::nullopt;
  // One of IBM's four names of a rule's shape, or empty. It decides nothing; the rule must fit it:
  //   time-based-conditions:once                  current_date_time only
  //   time-based-conditions:weekly:all-day        day_of_week only
  //   time-based-conditions:weekly:custom-hours   day_of_week and current_time, both, no other key
  //   attribute-based-condition:resource:literal-and-wildcard   attributes of the resource only
  std::string pattern = {};
  // Access tags that the resource must all have: `key` without colon, stringEquals or stringMatch,
  // one value. At most 10, and only where `resource` is accountId and serviceType `service`
  // [domain P-6].
  std::vector<ResourceAttribute> tags = {};
  PolicyType type = PolicyType::kAccess;  // of a stored policy it never changes
  // Of an authorization, in place of `subject`, which is then the empty IamId: the service that may
  // reach the resource, of this account or another. accountId (stringEquals) and serviceName or
  // resourceGroupId among them; stringEquals or stringExists; at most 30, none twice, and neither
  // iam_id nor access_group_id. Nothing asks whether what they name exists [domain P-8].
  std::vector<ResourceAttribute> subject_attributes = {};
};

// What a caller writes; the rest of Policy is the engine's.
struct NewPolicy {
  AccountId account;
  PolicySubject subject;
  std::vector<RoleId> roles;
  // May leave accountId out: it is then added; if present it must equal `account`.
  std::vector<ResourceAttribute> resource;
  std::string description;
  std::optional<PolicyRule> rule = std::nullopt;
  std::string pattern = {};
  std::vector<ResourceAttribute> tags = {};
  PolicyType type = PolicyType::kAccess;
  std::vector<ResourceAttribute> subject_attributes = {};
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_POLICY_H_
