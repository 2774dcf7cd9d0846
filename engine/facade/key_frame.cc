#include "engine/facade/key_frame.h"

#include "engine/base/error.h"

namespace latchkey::inline v0::facade {

namespace {

using authz::Act;

// What is not named here is the trusted host's [domain K-9].
Act ClassicActOf(Act act) {
  if (act == Act::kKeyView) return Act::kClassicKeyView;
  if (act == Act::kKeyDelete) return Act::kClassicKeyDelete;
  if (act == Act::kKeyReportLeak) return Act::kClassicKeyReportLeak;
  return Act::kClassicKeyChange;
}

Act ActOn(const base::KeyRecord& record, Act act) {
  return record.key.kind == KeyKind::kClassic ? ClassicActOf(act) : act;
}

}  // namespace

absl::Status MayActOnKey(store::View& view, const std::optional<authz::Actor>& actor,
                         authz::Act on_platform_key, const base::KeyRecord& record) {
  const Act act = ActOn(record, on_platform_key);
  authz::Target target;
  target.account = record.key.account_id;
  target.key_owner = record.key.iam_id;
  target.key_owner_kind = record.owner_kind;
  target.key = record.key.id;
  LATCHKEY_ASSIGN_OR_RETURN(const authz::Answer answer, authz::MayAct(view, actor, act, target));
  return authz::AnswerStatus(answer, act, "api key");
}

absl::StatusOr<base::KeyRecord> FindVisibleKey(store::View& view,
                                               const std::optional<authz::Actor>& actor,
                                               const KeyId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<base::KeyRecord> record, view.FindKey(id));
  if (!record)
    return authz::AnswerStatus(authz::Answer::kNotVisible, authz::Act::kKeyView, "api key");
  LATCHKEY_RETURN_IF_ERROR(MayActOnKey(view, actor, authz::Act::kKeyView, *record));
  return *std::move(record);
}

absl::Status WriteStep(Core& core, WriteFrame& frame, const lifecycle::Step& step,
                       KeyCommand command) {
  const KeyId& id = step.record.key.id;
  frame.header.account = step.record.key.account_id.text();
  frame.header.object = id.ToString();
  if (step.deleted) {
    return frame.txn.DeleteKey(id, lifecycle::TombstoneOf(step.record, frame.facts.now));
  }
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(step.record));
  HistoryEntry entry;
  entry.at = frame.facts.now;
  entry.by = frame.facts.by;
  entry.with_key = frame.facts.with_key;
  entry.command = command;
  entry.fields = step.fields;
  return frame.txn.AppendHistory(id, entry, core.options().limits.history_per_key);
}

absl::StatusOr<ApiKey> ChangeKey(Core& core, const Call& call, const KeyId& id, KeyCommand command,
                                 std::string_view act_name, const ActOf& act_of, const Rule& rule) {
  absl::StatusOr<ApiKey> result = core.Mutate(
      call, {act_name, "", id.ToString()}, [&](WriteFrame& frame) -> absl::StatusOr<ApiKey> {
        LATCHKEY_ASSIGN_OR_RETURN(const base::KeyRecord record,
                                  FindVisibleKey(frame.txn, frame.actor, id));
        LATCHKEY_RETURN_IF_ERROR(MayActOnKey(frame.txn, frame.actor, act_of(record), record));
        LATCHKEY_ASSIGN_OR_RETURN(const lifecycle::Step step, rule(record, frame.facts));
        if (step.changed) LATCHKEY_RETURN_IF_ERROR(WriteStep(core, frame, step, command));
        return lifecycle::ViewOf(step.record, frame.facts.now);
      });
  if (ReasonOf(result.status()) == Reason::kLocked) NoteRefusal(core, call, id, command);
  return result;
}

void NoteRefusal(Core& core, const Call& call, const KeyId& id, KeyCommand command) {
  // The wait for the writer is short: a refusal must not take longer because it is written down.
  const Call brief = Call(call.caller).Within(absl::Milliseconds(50));
  const absl::Status noted = core.Mutate(
      brief, {"key.refused", "", id.ToString()}, [&](WriteFrame& frame) -> absl::Status {
        LATCHKEY_ASSIGN_OR_RETURN(const auto record, frame.txn.FindKey(id));
        if (!record) return absl::OkStatus();
        const std::uint32_t count =
            core.refusals().Count(id, frame.facts.by, command, frame.facts.now);
        if (count == 0) return absl::OkStatus();
        HistoryEntry entry;
        entry.at = frame.facts.now;
        entry.by = frame.facts.by;
        entry.with_key = frame.facts.with_key;
        entry.command = command;
        entry.refused = true;
        entry.count = count;
        frame.header.account = record->key.account_id.text();
        return frame.txn.AppendHistory(id, entry, core.options().limits.history_per_key);
      });
  static_cast<void>(noted);  // best effort, as the header says
}

}  // namespace latchkey::inline v0::facade
