// engine/authz/who_may.h: who may do which administrative act (domain section 4). Pure.
//
// Every act is an authorization request: the table of W-10 (engine/authz/act_table.h) maps it to a
// service, an action and a resource; own keys need no right, but pass the restrictions like
// everything else. An act that names no service, or one on a target wider than one request, must
// pass every context rule that may be about it: what it does not name counts as matching. What
// lifecycle, limits and form say about the act is not asked here: D-2's protected owner and D-3's
// locked service ID, for example, are the façade's to refuse.
//
// Rules
//   [domain W-1] [domain W-2] [domain W-2a] [domain W-3] [domain W-4] [domain W-5]  keys
//   [domain K-9]  classic keys: their own user and its ancestors, at the cost of one read per level
//                 of the user hierarchy (user_hierarchy.h).
//   [domain W-7]  what a caller may not see answers like what does not exist.
//   [domain W-8]  granting, and that nobody but the owner grants to itself.
//   [domain W-9]  while a profile is applied only the profile counts.
//   [domain W-10] the table, and steps 1 and 4 of section 7 for every act.
#ifndef LATCHKEY_ENGINE_AUTHZ_WHO_MAY_H_
#define LATCHKEY_ENGINE_AUTHZ_WHO_MAY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/authz/evaluator.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz {

// The order is the order of kActTable: append only.
enum class Act : std::uint8_t {
  // On one key: Target::key_owner and key_owner_kind are set. Creating for an IAM ID that does not
  // exist is asked as kUser, which answers as for any other identity than the caller.
  kKeyView,
  kKeyCreate,
  kKeyEdit,   // name, description, leak action, expiry not later
  kKeyWiden,  // expiry later or removed, support sessions
  kKeyRotate,
  kKeyRetire,  // end an overlap early
  kKeyLock,    // lock, unlock
  kKeyDisable,
  kKeyEnable,
  kKeyEnableAfterLeak,
  kKeyDelete,
  kKeyReportLeak,
  kKeyPurge,  // of a whole account; each key that goes is asked as kKeyDelete too
  // Directory.
  kAccountView,
  kAccountUpdateIdentitySettings,  // restrict_create_*, keys_per_identity lowered
  kAccountRaiseLimit,              // grants
  kAccountUpdateAccessSettings,    // external rules; grants
  kAccountTransfer,
  kAccountChangeState,  // create, suspend, reopen, close: the trusted host only
  kUserCreate,          // a new user identity of the store: the trusted host only
  kUserDelete,          // of the whole store: the trusted host only
  kUserView,            // list, get members
  kUserInvite,
  kUserSuspend,
  kUserReactivate,  // grants
  kUserRemove,
  kUserAccept,  // Target::member: itself
  kUserLeave,   // Target::member: itself
  kServiceIdView,
  kServiceIdCreate,
  kServiceIdUpdate,  // lock and unlock too
  kServiceIdDelete,
  kProfileView,
  kProfileCreate,
  kProfileUpdate,
  kProfileDelete,
  kGroupView,
  kGroupCreate,
  kGroupUpdate,
  kGroupDelete,
  kGroupMemberView,
  kGroupMemberAdd,  // grants
  kGroupMemberRemove,
  // Policies and roles: Target::policy, and policy_before when one is replaced.
  kPolicyView,
  kPolicyCreate,  // grants; restoring one too
  kPolicyUpdate,  // grants
  kPolicyDelete,
  kCustomRoleView,
  kCustomRoleCreate,
  kCustomRoleUpdate,
  kCustomRoleWiden,  // grants
  kCustomRoleDelete,
  kCatalogueChange,  // services in code or JSON: the trusted host only
  kExplainOthers,
  kFeedRead,                   // the trusted host only
  kImport,                     // the trusted host only
  kAccountViewAccessSettings,  // external rules
  kKeyUnbind,                  // remove a boundary term
  kZoneView,
  kZoneCreate,
  kZoneUpdate,
  kZoneLoosen,  // a zone that a rule names, to let in what it did not; grants
  kZoneDelete,  // grants
  // On one context rule: Target::context_rule, and context_rule_before when one is replaced.
  kContextRuleView,
  kContextRuleCreate,
  kContextRuleUpdate,
  kContextRuleLoosen,  // grants
  kContextRuleDelete,  // grants
  // On one classic key, Target as for the other acts on a key.
  kClassicKeyView,
  kClassicKeyCreate,
  kClassicKeyDelete,
  kClassicKeyReportLeak,
  kClassicKeyChange,  // every other command: the trusted host only
};

struct Target {
  AccountId account = {};
  std::optional<IamId> key_owner = std::nullopt;  // whose key
  IdentityKind key_owner_kind = IdentityKind::kUser;
  std::optional<KeyId> key = std::nullopt;
  std::optional<IamId> member = std::nullopt;  // the user, service ID or profile that is acted upon
  std::optional<GroupId> group = std::nullopt;
  std::optional<RoleId> role = std::nullopt;
  const Policy* policy = nullptr;         // the target that is (to be) stored
  const Policy* policy_before = nullptr;  // what an update replaces
  // For kCustomRoleWiden: the active policies of the account that carry the role. Without it only
  // the owner may.
  const std::vector<Policy>* role_policies = nullptr;
  // Where the act grants to a group (kPolicyCreate and kPolicyUpdate with a group as subject, old
  // or new; kCustomRoleWiden with such a policy): the members of each such group. A service ID
  // among them may be one whose keys the caller makes. Without it only the owner may.
  const std::vector<IamId>* group_members = nullptr;
  const ContextRule* context_rule = nullptr;         // that is (to be) stored
  const ContextRule* context_rule_before = nullptr;  // what an update replaces
};

enum class Answer {
  kYes,
  kNotVisible,  // the same to the caller as "does not exist" (W-7)
  kNotAllowed,
};

// `actor` is nothing for the trusted host, for whom the answer is always kYes. An actor whose
// standing was lost, or who fails step 1 or 4 of section 7 in Target::account, sees nothing there;
// accepting and leaving alone need no active membership there. A field of Target that the act needs
// and that is unset is refused.
//
// Errors  a fault of `source`, which is never an answer
// Threads as `source`; keeps nothing
// Cost    the policies of the acting identity and its groups in the account, times the policies
//         that the act hands over; one evaluation more for every service ID that it would grant to
[[nodiscard]] absl::StatusOr<Answer> MayAct(base::PolicySource& source,
                                            const std::optional<Actor>& actor, Act act,
                                            const Target& target);

// kYes -> OK; kNotVisible -> kNotFound with `what` ("api key", "policy", …: a literal, never
// input); kNotAllowed -> kNotAllowed naming the action that would be needed.
[[nodiscard]] absl::Status AnswerStatus(Answer answer, Act act, std::string_view what);

}  // namespace latchkey::authz

#endif  // LATCHKEY_ENGINE_AUTHZ_WHO_MAY_H_
