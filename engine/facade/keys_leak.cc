// Leak response and purge [domain K-12] [domain L-6].
#include <algorithm>

#include "latchkey/keys.h"

#include "engine/authn/liveness.h"
#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/descent.h"
#include "engine/facade/key_frame.h"
#include "engine/facade/verify.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

LeakAction ActionOf(KeyCommand command) {
  if (command == KeyCommand::kLeakDelete) return LeakAction::kDelete;
  return command == KeyCommand::kLeakDisable ? LeakAction::kDisable : LeakAction::kNone;
}

// The live ones of `keys` that the caller may see.
absl::StatusOr<std::vector<KeyId>> VisibleLive(store::View& view,
                                               const std::optional<authz::Actor>& actor,
                                               const std::vector<KeyId>& keys) {
  std::vector<KeyId> visible;
  for (const KeyId& id : keys) {
    const absl::StatusOr<base::KeyRecord> record = FindVisibleKey(view, actor, id);
    if (record.ok()) {
      visible.push_back(id);
    } else if (const Reason reason = ReasonOf(record.status());
               reason != Reason::kNotFound && reason != Reason::kNotAllowed) {
      return record.status();
    }
  }
  return visible;
}

// Applies `command` to the whole key and records its live descendants in the feed.
absl::StatusOr<LeakReport> LeakWholeKey(Core& core, WriteFrame& frame,
                                        const base::KeyRecord& record, KeyCommand command) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<KeyId> made, DescendantsOf(frame.txn, record.key.id));
  LeakReport report;
  LATCHKEY_ASSIGN_OR_RETURN(report.made_with, VisibleLive(frame.txn, frame.actor, made));
  LATCHKEY_ASSIGN_OR_RETURN(frame.header.made_with_leaked,
                            VisibleLive(frame.txn, std::nullopt, made));
  LATCHKEY_ASSIGN_OR_RETURN(const lifecycle::Step step,
                            lifecycle::Command(record, command, IfMatch::Any(), frame.facts));
  if (!step.changed) return report;
  report.action = ActionOf(command);
  LATCHKEY_RETURN_IF_ERROR(WriteStep(core, frame, step, command));
  return report;
}

// A stronger action is for callers who manage others' keys, not for the key's own user.
absl::Status CheckStronger(const std::optional<authz::Actor>& actor, const base::KeyRecord& record,
                           const std::optional<LeakAction>& stronger) {
  if (stronger && actor && actor->identity.id == record.key.iam_id) {
    return base::Error(Reason::kNotAllowed, "the key's own user reports without naming an action");
  }
  return absl::OkStatus();
}

// Whether the newest secret was made by a caller acting through this key or one that descends from
// it: then whoever holds the old secret may hold the new one too.
absl::StatusOr<bool> NewerSecretDescends(store::View& view, const base::KeyRecord& record) {
  const std::optional<KeyId>& maker = record.secrets.front().info.made_with;
  if (!maker) return false;
  if (*maker == record.key.id) return true;
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<KeyId> made, DescendantsOf(view, record.key.id));
  return std::find(made.begin(), made.end(), *maker) != made.end();
}

absl::Status ActOnLeakedSecret(Core& core, WriteFrame& frame, const codec::TokenFields& fields,
                               const std::array<std::uint8_t, 16>& proved_salt) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto record, frame.txn.FindKey(KeyId(fields.key_id)));
  if (!record) return absl::OkStatus();
  const base::SecretRecord* secret =
      authn::LiveSecret(*record, fields.secret_number, frame.facts.now);
  if (secret == nullptr || secret->verifier.salt != proved_salt) return absl::OkStatus();

  const bool is_old = secret != &record->secrets.front();
  LATCHKEY_ASSIGN_OR_RETURN(const bool descends, NewerSecretDescends(frame.txn, *record));
  if (!is_old || descends) {
    const KeyCommand command = lifecycle::LeakCommand(record->key.action_when_leaked, std::nullopt);
    return LeakWholeKey(core, frame, *record, command).status();
  }
  LATCHKEY_ASSIGN_OR_RETURN(const lifecycle::Step step,
                            lifecycle::LeakOldSecret(*record, frame.facts));
  if (!step.changed) return absl::OkStatus();
  return WriteStep(core, frame, step, KeyCommand::kLeakOldSecret);
}

absl::Status ReportToken(Core& core, const Call& call, std::string_view token) {
  if (call.caller.kind() == Caller::Kind::kMissing) return CheckCall(call);
  // Nobody's standing matters here: possession of the token is all that is asked for. Who reported
  // is recorded as the host's door, with the source address.
  Call as_host = call;
  as_host.caller = Caller::TrustedHost(call.caller.source());
  LATCHKEY_RETURN_IF_ERROR(CheckCall(as_host));
  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  std::optional<codec::TokenFields> fields = core.credentials().Recognise(token);
  if (!fields) return absl::OkStatus();

  base::KeyRecord record;
  base::Verifier verifier;
  {
    LATCHKEY_ASSIGN_OR_RETURN(const auto snapshot, core.Snapshot());
    LATCHKEY_ASSIGN_OR_RETURN(auto found, snapshot->view().FindKey(KeyId(fields->key_id)));
    if (!found) return absl::OkStatus();
    const auto* secret = authn::LiveSecret(*found, fields->secret_number, core.Now());
    if (secret == nullptr) return absl::OkStatus();
    verifier = secret->verifier;
    record = *std::move(found);
  }
  const auto proved =
      ProvesSecret(core, token, *fields, record, verifier, base::Deadline::After(call.timeout));
  crypto::Wipe(fields->secret);
  LATCHKEY_RETURN_IF_ERROR(proved.status());
  if (!*proved) return absl::OkStatus();
  return core.Mutate(as_host, {"key.report_leak", "", ""}, [&](WriteFrame& frame) {
    return ActOnLeakedSecret(core, frame, *fields, verifier.salt);
  });
}

constexpr std::size_t kPurgeMax = 1000;

// The deletions of one call, and what it passed over. What cannot go does not count towards the
// limit: a thousand locked keys at the front must not keep the rest for ever.
struct Purge {
  std::vector<lifecycle::Step> deletions;
  std::uint64_t skipped_locked = 0;
};

absl::Status ConsiderForPurge(WriteFrame& frame, const base::KeyRecord& record, Purge& purge) {
  const absl::Status may = MayActOnKey(frame.txn, frame.actor, authz::Act::kKeyDelete, record);
  if (ReasonOf(may) == Reason::kNotFound || ReasonOf(may) == Reason::kNotAllowed) {
    return absl::OkStatus();
  }
  LATCHKEY_RETURN_IF_ERROR(may);
  auto step = lifecycle::Command(record, KeyCommand::kDelete, IfMatch::Any(), frame.facts);
  if (ReasonOf(step.status()) == Reason::kLocked) {
    ++purge.skipped_locked;
    return absl::OkStatus();
  }
  LATCHKEY_RETURN_IF_ERROR(step.status());
  purge.deletions.push_back(*std::move(step));
  return absl::OkStatus();
}

absl::StatusOr<Purge> PlanPurge(WriteFrame& frame, const AccountId& account, absl::Time before) {
  Purge purge;
  absl::Status fault;
  LATCHKEY_RETURN_IF_ERROR(frame.txn.VisitKeys(
      account, std::nullopt, "", [&](const base::KeyRecord& record, const std::string&) {
        const auto& ends = record.key.expires_at;
        if (ends && *ends <= before) fault = ConsiderForPurge(frame, record, purge);
        return fault.ok() && purge.deletions.size() < kPurgeMax;
      }));
  LATCHKEY_RETURN_IF_ERROR(fault);
  return purge;
}

absl::StatusOr<PurgeReport> PurgeIn(Core& core, WriteFrame& frame, const AccountId& account,
                                    absl::Duration age) {
  authz::Target target;
  target.account = account;
  LATCHKEY_ASSIGN_OR_RETURN(const authz::Answer answer,
                            authz::MayAct(frame.txn, frame.actor, authz::Act::kKeyPurge, target));
  LATCHKEY_RETURN_IF_ERROR(authz::AnswerStatus(answer, authz::Act::kKeyPurge, "account"));
  LATCHKEY_ASSIGN_OR_RETURN(const auto exists, frame.txn.FindAccount(account));
  if (!exists) return base::Error(Reason::kNotFound, "account not found");

  LATCHKEY_ASSIGN_OR_RETURN(const Purge purge, PlanPurge(frame, account, frame.facts.now - age));
  for (const lifecycle::Step& deletion : purge.deletions) {
    LATCHKEY_RETURN_IF_ERROR(WriteStep(core, frame, deletion, KeyCommand::kDelete));
  }
  frame.header.account = account.text();
  frame.header.object = "";
  PurgeReport report;
  report.deleted = purge.deletions.size();
  report.skipped_locked = purge.skipped_locked;
  return report;
}

}  // namespace
}  // namespace facade

absl::StatusOr<LeakReport> Keys::ReportLeak(const Call& call, const KeyId& id,
                                            std::optional<LeakAction> stronger) const {
  if (stronger && (*stronger < LeakAction::kNone || *stronger > LeakAction::kDelete)) {
    return base::Error(Reason::kMalformed, "the action must be none, disable or delete");
  }
  return core_->Mutate(
      call, {"key.report_leak", "", id.ToString()},
      [&](facade::WriteFrame& frame) -> absl::StatusOr<LeakReport> {
        LATCHKEY_ASSIGN_OR_RETURN(const base::KeyRecord record,
                                  facade::FindVisibleKey(frame.txn, frame.actor, id));
        LATCHKEY_RETURN_IF_ERROR(
            facade::MayActOnKey(frame.txn, frame.actor, authz::Act::kKeyReportLeak, record));
        LATCHKEY_RETURN_IF_ERROR(facade::CheckStronger(frame.actor, record, stronger));
        const KeyCommand command = lifecycle::LeakCommand(record.key.action_when_leaked, stronger);
        return facade::LeakWholeKey(*core_, frame, record, command);
      });
}

absl::Status Keys::ReportLeakedToken(const Call& call, std::string_view token) const {
  return facade::ReportToken(*core_, call, token);
}

absl::StatusOr<PurgeReport> Keys::Purge(const Call& call, const AccountId& account,
                                        absl::Duration age) const {
  if (age < absl::ZeroDuration()) {
    return base::Error(Reason::kMalformed, "age must not be negative");
  }
  return core_->Mutate(call, {"key.purge", account.text(), ""}, [&](facade::WriteFrame& frame) {
    return facade::PurgeIn(*core_, frame, account, age);
  });
}

}  // namespace latchkey::inline v0
