// Policies: write, read, delete [domain P-3] [domain P-8] [domain W-8].
#include "latchkey/policies.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "engine/authz/policy_check.h"
#include "engine/base/error.h"
#include "engine/codec/policy_json.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/new_id.h"
#include "engine/facade/policy_writing.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {

using authz::Act;

absl::Status CheckSubject(store::View& view, const NewPolicy& request) {
  if (request.type == PolicyType::kAuthorization) return absl::OkStatus();
  const AccountId& account = request.account;
  if (const auto* group = std::get_if<GroupId>(&request.subject)) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto found, view.FindGroup(account, *group));
    if (found) return absl::OkStatus();
    return base::Error(Reason::kUnknownReference,
                       "subject must name an access group of the account");
  }
  const IamId& id = std::get<IamId>(request.subject);
  LATCHKEY_ASSIGN_OR_RETURN(const auto identity, view.FindIdentity(id));
  bool belongs = identity && identity->state == IdentityState::kActive;
  if (belongs && identity->kind == IdentityKind::kUser) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto member, view.FindMembership(account, id));
    belongs = member.has_value();
  }
  if (!belongs) {
    return base::Error(Reason::kUnknownReference,
                       "subject must name a user of the account, a service id or a profile");
  }
  if (identity->locked) {
    return base::Error(Reason::kLocked, "the service id is locked: its policies cannot be changed");
  }
  return absl::OkStatus();
}

namespace {

// Policies of a locked service ID cannot be changed or deleted either [domain D-3].
absl::Status CheckSubjectUnlocked(store::View& view, const Policy& policy) {
  const auto* id = std::get_if<IamId>(&policy.subject);
  if (id == nullptr || policy.type == PolicyType::kAuthorization) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const auto identity, view.FindIdentity(*id));
  if (!identity || !identity->locked) return absl::OkStatus();
  return base::Error(Reason::kLocked, "the service id is locked: its policies cannot be changed");
}

authz::Target PolicyTarget(const Policy& policy, const Policy* before = nullptr) {
  authz::Target target;
  target.account = policy.account;
  target.policy = &policy;
  target.policy_before = before;
  return target;
}

// The members of the groups that the policies are about: granting to one's own group is refused by
// who may [domain W-8].
absl::StatusOr<std::vector<IamId>> MembersOfSubjects(
    store::View& view, std::initializer_list<const Policy*> policies) {
  std::vector<IamId> members;
  for (const Policy* policy : policies) {
    const auto* group = std::get_if<GroupId>(&policy->subject);
    if (group == nullptr) continue;
    LATCHKEY_ASSIGN_OR_RETURN(const auto found, view.MembersOfGroup(policy->account, *group));
    members.insert(members.end(), found.begin(), found.end());
  }
  return members;
}

Policy Draft(const NewPolicy& request) {
  Policy policy;
  policy.account = request.account;
  policy.subject = request.subject;
  policy.roles = request.roles;
  policy.resource = authz::NormalisedResource(request);
  policy.description = request.description;
  policy.rule = request.rule;
  policy.pattern = request.pattern;
  policy.tags = request.tags;
  policy.type = request.type;
  policy.subject_attributes = request.subject_attributes;
  return policy;
}

// Whether an update that wants `after` has nothing to change.
bool SaysTheSame(const Policy& after, const Policy& before) {
  return after.subject == before.subject && after.roles == before.roles &&
         after.resource == before.resource && after.description == before.description &&
         after.rule == before.rule && after.pattern == before.pattern &&
         after.tags == before.tags && after.subject_attributes == before.subject_attributes;
}

absl::Status CheckPolicyRoom(Core& core, store::View& view, const NewPolicy& request) {
  const Limits& limits = core.options().limits;
  LATCHKEY_ASSIGN_OR_RETURN(const auto of_account, view.PoliciesOfAccount(request.account));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRoom(of_account.size(), limits.policies_per_account, "policies per account"));
  if (request.type == PolicyType::kAuthorization) return absl::OkStatus();
  const auto of_subject = std::ranges::count(of_account, request.subject, &Policy::subject);
  return CheckRoom(static_cast<std::size_t>(of_subject), limits.policies_per_subject,
                   "policies per subject");
}

// The policy if it is there and the caller may read it.
absl::StatusOr<Policy> FindVisible(store::View& view, const std::optional<authz::Actor>& actor,
                                   const AccountId& account, const PolicyId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(auto policy, view.FindPolicy(account, id));
  if (!policy) return NotFound("policy");
  LATCHKEY_RETURN_IF_ERROR(Require(view, actor, Act::kPolicyView, PolicyTarget(*policy), "policy"));
  return *std::move(policy);
}

absl::StatusOr<Policy> UpdateIn(WriteFrame& frame, const AccountId& account, const PolicyId& id,
                                const IfMatch& if_match, const NewPolicy& request) {
  LATCHKEY_ASSIGN_OR_RETURN(const Policy before, FindVisible(frame.txn, frame.actor, account, id));
  Policy after = Draft(request);
  authz::Target target = PolicyTarget(after, &before);
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IamId> members,
                            MembersOfSubjects(frame.txn, {&before, &after}));
  target.group_members = &members;
  LATCHKEY_RETURN_IF_ERROR(Require(frame.txn, frame.actor, Act::kPolicyUpdate, target, "policy"));
  LATCHKEY_RETURN_IF_ERROR(CheckSubjectUnlocked(frame.txn, before));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, before.entity_tag));
  if (after.type != before.type) {
    return base::Error(Reason::kStateForbids, "create another policy: its type never changes");
  }
  if (SaysTheSame(after, before)) return before;
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  LATCHKEY_RETURN_IF_ERROR(CheckSubject(frame.txn, request));
  LATCHKEY_RETURN_IF_ERROR(authz::CheckPolicy(frame.txn, request));
  after.id = before.id;
  after.serial = before.serial;
  after.state = before.state;
  after.created_at = before.created_at;
  after.created_by = before.created_by;
  after.modified_at = frame.facts.now;
  after.modified_by = frame.facts.by;
  after.entity_tag = frame.NextTag(before.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(after));
  return after;
}

absl::StatusOr<Policy> PutState(WriteFrame& frame, Policy policy, PolicyState state) {
  policy.state = state;
  policy.modified_at = frame.facts.now;
  policy.modified_by = frame.facts.by;
  policy.entity_tag = frame.NextTag(policy.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(policy));
  return policy;
}

// The policy, if the caller may take away what it grants.
absl::StatusOr<Policy> FindToTakeAway(WriteFrame& frame, const AccountId& account,
                                      const PolicyId& id, const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(Policy policy, FindVisible(frame.txn, frame.actor, account, id));
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kPolicyDelete, PolicyTarget(policy), "policy"));
  LATCHKEY_RETURN_IF_ERROR(CheckSubjectUnlocked(frame.txn, policy));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, policy.entity_tag));
  return policy;
}

absl::StatusOr<Policy> DeactivateIn(WriteFrame& frame, const AccountId& account, const PolicyId& id,
                                    const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const Policy policy, FindToTakeAway(frame, account, id, if_match));
  if (policy.state == PolicyState::kDeleted) return policy;
  return PutState(frame, policy, PolicyState::kDeleted);
}

NewPolicy RequestOf(const Policy& policy) {
  return {.account = policy.account,
          .subject = policy.subject,
          .roles = policy.roles,
          .resource = policy.resource,
          .description = policy.description,
          .rule = policy.rule,
          .pattern = policy.pattern,
          .tags = policy.tags,
          .type = policy.type,
          .subject_attributes = policy.subject_attributes};
}

// Grants what the policy grants, so it asks for what an update asks, and what the policy names must
// still be there [domain W-8].
absl::StatusOr<Policy> RestoreIn(WriteFrame& frame, const AccountId& account, const PolicyId& id,
                                 const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const Policy policy, FindVisible(frame.txn, frame.actor, account, id));
  authz::Target target = PolicyTarget(policy, &policy);
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IamId> members,
                            MembersOfSubjects(frame.txn, {&policy}));
  target.group_members = &members;
  LATCHKEY_RETURN_IF_ERROR(Require(frame.txn, frame.actor, Act::kPolicyUpdate, target, "policy"));
  LATCHKEY_RETURN_IF_ERROR(CheckSubjectUnlocked(frame.txn, policy));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, policy.entity_tag));
  if (policy.state == PolicyState::kActive) return policy;
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  const NewPolicy request = RequestOf(policy);
  LATCHKEY_RETURN_IF_ERROR(CheckSubject(frame.txn, request));
  LATCHKEY_RETURN_IF_ERROR(authz::CheckPolicy(frame.txn, request));
  return PutState(frame, policy, PolicyState::kActive);
}

absl::Status DeleteIn(WriteFrame& frame, const AccountId& account, const PolicyId& id,
                      const IfMatch& if_match) {
  LATCHKEY_RETURN_IF_ERROR(FindToTakeAway(frame, account, id, if_match).status());
  return frame.txn.DeletePolicy(account, id);
}

absl::StatusOr<std::vector<Policy>> ListIn(ReadFrame& frame, const AccountId& account) {
  LATCHKEY_RETURN_IF_ERROR(RequireReach(frame.view, frame.actor, account));
  LATCHKEY_RETURN_IF_ERROR(ExistingAccount(frame.view, account).status());
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<Policy> all, frame.view.PoliciesOfAccount(account));
  if (!frame.actor) return all;
  std::vector<Policy> visible;
  for (Policy& policy : all) {
    const absl::Status may =
        Require(frame.view, frame.actor, Act::kPolicyView, PolicyTarget(policy), "policy");
    if (may.ok()) {
      visible.push_back(std::move(policy));
    } else if (const Reason reason = ReasonOf(may);
               reason != Reason::kNotFound && reason != Reason::kNotAllowed) {
      return may;
    }
  }
  return visible;
}

absl::Status CheckIds(const AccountId& account, const PolicyId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  return CheckId("id", id.text());
}

}  // namespace

absl::StatusOr<Policy> CreatePolicy(Core& core, WriteFrame& frame, const NewPolicy& request) {
  Policy policy = Draft(request);
  authz::Target target = PolicyTarget(policy);
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IamId> members,
                            MembersOfSubjects(frame.txn, {&policy}));
  target.group_members = &members;
  LATCHKEY_RETURN_IF_ERROR(Require(frame.txn, frame.actor, Act::kPolicyCreate, target, "account"));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, request.account).status());
  LATCHKEY_RETURN_IF_ERROR(CheckSubject(frame.txn, request));
  LATCHKEY_RETURN_IF_ERROR(authz::CheckPolicy(frame.txn, request));
  LATCHKEY_RETURN_IF_ERROR(CheckPolicyRoom(core, frame.txn, request));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, NewId(""));
  policy.id = PolicyId(id);
  LATCHKEY_ASSIGN_OR_RETURN(policy.serial, frame.txn.NextSerial());
  policy.created_at = policy.modified_at = frame.facts.now;
  policy.created_by = policy.modified_by = frame.facts.by;
  policy.entity_tag = frame.FirstTag();
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(policy));
  frame.header.object = id;
  return policy;
}

}  // namespace facade

using facade::ReadFrame;
using facade::WriteFrame;

absl::StatusOr<Policy> Policies::Create(const Call& call, const NewPolicy& policy) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", policy.account.text()));
  return core_->Mutate(call, {"policy.create", policy.account.text(), ""}, [&](WriteFrame& frame) {
    return facade::CreatePolicy(*core_, frame, policy);
  });
}

absl::StatusOr<Policy> Policies::CreateFromJson(const Call& call, std::string_view json) const {
  absl::StatusOr<NewPolicy> policy = codec::ParsePolicy(json);
  if (!policy.ok()) return policy.status();
  return Create(call, *policy);
}

absl::StatusOr<Policy> Policies::Update(const Call& call, const AccountId& account,
                                        const PolicyId& id, const IfMatch& if_match,
                                        const NewPolicy& policy) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  if (policy.account != account) {
    return base::Error(Reason::kMalformed,
                       "policy.account must equal account: a policy never moves");
  }
  return core_->Mutate(call, {"policy.update", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::UpdateIn(frame, account, id, if_match, policy);
  });
}

absl::StatusOr<Policy> Policies::Get(const Call& call, const AccountId& account,
                                     const PolicyId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Read(call, [&](ReadFrame& frame) {
    return facade::FindVisible(frame.view, frame.actor, account, id);
  });
}

absl::StatusOr<std::vector<Policy>> Policies::List(const Call& call,
                                                   const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) { return facade::ListIn(frame, account); });
}

absl::Status Policies::Delete(const Call& call, const AccountId& account, const PolicyId& id,
                              const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(call, {"policy.delete", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::DeleteIn(frame, account, id, if_match);
  });
}

absl::StatusOr<Policy> Policies::Deactivate(const Call& call, const AccountId& account,
                                            const PolicyId& id, const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(
      call, {"policy.deactivate", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::DeactivateIn(frame, account, id, if_match); });
}

absl::StatusOr<Policy> Policies::Restore(const Call& call, const AccountId& account,
                                         const PolicyId& id, const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(call, {"policy.restore", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::RestoreIn(frame, account, id, if_match);
  });
}

absl::StatusOr<std::string> Policies::ToJson(const Policy& policy) {
  LATCHKEY_RETURN_IF_ERROR(codec::CheckHasJson(policy));
  return codec::WritePolicyV2(policy);
}

}  // namespace latchkey::inline v0
