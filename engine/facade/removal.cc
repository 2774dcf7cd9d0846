#include "engine/facade/removal.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/lifecycle/key_rules.h"

namespace latchkey::inline v0::facade {
namespace {

absl::Status RemoveKeys(WriteFrame& frame, const AccountId& account, const IamId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<KeyId> keys, frame.txn.KeysOf(account, id));
  for (const KeyId& key : keys) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto record, frame.txn.FindKey(key));
    if (!record)
      return base::Error(Reason::kCorrupt, "an owner index names a key that is not there");
    LATCHKEY_ASSIGN_OR_RETURN(
        const lifecycle::Step step,
        lifecycle::Command(*record, KeyCommand::kRemoveIdentity, IfMatch::Any(), frame.facts));
    LATCHKEY_INVARIANT(step.deleted, "removal of an identity deletes its keys");
    LATCHKEY_RETURN_IF_ERROR(
        frame.txn.DeleteKey(key, lifecycle::TombstoneOf(*record, frame.facts.now)));
  }
  return absl::OkStatus();
}

bool MadeBy(const base::KeyRecord& record, const IamId& user) {
  return record.key.created_by == user ||
         std::any_of(record.secrets.begin(), record.secrets.end(),
                     [&](const base::SecretRecord& secret) { return secret.info.made_by == user; });
}

}  // namespace

absl::Status RemoveHoldings(WriteFrame& frame, const AccountId& account, const IamId& id) {
  LATCHKEY_RETURN_IF_ERROR(RemoveKeys(frame, account, id));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups, frame.txn.GroupsOf(account, id));
  for (const GroupId& group : groups) {
    LATCHKEY_RETURN_IF_ERROR(frame.txn.RemoveGroupMember(account, group, id));
  }
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Policy> policies,
                            frame.txn.PoliciesWithSubject(account, PolicySubject(id)));
  for (const Policy& policy : policies) {
    LATCHKEY_RETURN_IF_ERROR(frame.txn.DeletePolicy(account, policy.id));
  }
  return absl::OkStatus();
}

absl::Status RemoveMembership(WriteFrame& frame, const Membership& member) {
  LATCHKEY_RETURN_IF_ERROR(RemoveHoldings(frame, member.account, member.iam_id));
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<Membership> members, frame.txn.MembersOf(member.account));
  for (Membership& other : members) {
    if (other.invited_by != member.iam_id || other.iam_id == member.iam_id) continue;
    other.invited_by = member.invited_by;
    other.entity_tag = frame.NextTag(other.entity_tag);
    LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(other));
  }
  return frame.txn.DeleteMembership(member.account, member.iam_id);
}

absl::StatusOr<DepartureReport> DepartureOf(WriteFrame& frame, const AccountId& account,
                                            const IamId& user) {
  DepartureReport report;
  LATCHKEY_RETURN_IF_ERROR(frame.txn.VisitKeys(
      account, std::nullopt, "", [&](const base::KeyRecord& record, const std::string&) {
        if (record.owner_kind == IdentityKind::kServiceId && MadeBy(record, user)) {
          report.service_id_keys.push_back(record.key.id);
        }
        return true;
      }));
  return report;
}

absl::Status BuryIdentity(WriteFrame& frame, Identity identity) {
  identity.state = IdentityState::kDeleted;
  identity.entity_tag = frame.NextTag(identity.entity_tag);
  return frame.txn.Put(identity);
}

}  // namespace latchkey::inline v0::facade
