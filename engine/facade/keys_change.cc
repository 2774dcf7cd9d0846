// The commands of the lifecycle table on one key, and rotation.
#include "absl/strings/str_cat.h"

#include "latchkey/keys.h"

#include "engine/authz/boundary.h"
#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/key_frame.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

ActOf Always(authz::Act act) {
  return [act](const base::KeyRecord&) { return act; };
}

absl::StatusOr<ApiKey> CommandKey(Core& core, const Call& call, const KeyId& id,
                                  const IfMatch& if_match, KeyCommand command,
                                  std::string_view act_name, const ActOf& act_of) {
  return ChangeKey(core, call, id, command, act_name, act_of,
                   [&](const base::KeyRecord& record, const lifecycle::Facts& facts) {
                     return lifecycle::Command(record, command, if_match, facts);
                   });
}

// Whether the update lets the key live longer or do more [domain W-3].
bool Widens(const base::KeyRecord& record, const KeyUpdate& update) {
  const absl::Time now_ends = record.key.expires_at.value_or(absl::InfiniteFuture());
  const bool later = update.expires_at && *update.expires_at > now_ends;
  const bool sessions =
      update.support_sessions && *update.support_sessions && !record.key.support_sessions;
  return later || sessions;
}

// A rotation that is known to pass, short of its new secret.
struct RotationPlan {
  AccountId account;
  std::uint32_t number = 0;
};

absl::StatusOr<RotationPlan> PlanRotation(store::View& view,
                                          const std::optional<authz::Actor>& actor, const KeyId& id,
                                          const IfMatch& if_match, absl::Duration overlap,
                                          const lifecycle::Facts& facts) {
  LATCHKEY_ASSIGN_OR_RETURN(const base::KeyRecord record, FindVisibleKey(view, actor, id));
  LATCHKEY_RETURN_IF_ERROR(MayActOnKey(view, actor, authz::Act::kKeyRotate, record));
  const absl::StatusOr<lifecycle::Step> step =
      lifecycle::Rotate(record, base::Verifier(), overlap, if_match, facts);
  LATCHKEY_RETURN_IF_ERROR(step.status());
  return RotationPlan{record.key.account_id, record.last_secret_number + 1};
}

// One attempt; nothing if another rotation came in between and took the number.
absl::StatusOr<std::optional<CreatedKey>> TryRotate(Core& core, const Call& call, const KeyId& id,
                                                    const IfMatch& if_match, absl::Duration overlap,
                                                    base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(const RotationPlan plan, core.Read(call, [&](ReadFrame& frame) {
    lifecycle::Facts facts;
    facts.now = frame.now;
    return PlanRotation(frame.view, frame.actor, id, if_match, overlap, facts);
  }));
  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  SecretPages pages(1);
  Credentials::Issued issued;
  {
    LATCHKEY_ASSIGN_OR_RETURN(const cache::Argon2Gate::Permit permit,
                              core.argon2().Acquire(plan.account.text(), deadline));
    core.counters().argon2_runs.fetch_add(1, std::memory_order_relaxed);
    LATCHKEY_ASSIGN_OR_RETURN(
        issued, core.credentials().Issue(id, plan.number, core.options().argon2, pages));
  }
  return core.Mutate(call, {"key.rotate", "", id.ToString()},
                     [&](WriteFrame& frame) -> absl::StatusOr<std::optional<CreatedKey>> {
                       LATCHKEY_ASSIGN_OR_RETURN(const RotationPlan now,
                                                 PlanRotation(frame.txn, frame.actor, id, if_match,
                                                              overlap, frame.facts));
                       if (now.number != plan.number) return std::optional<CreatedKey>();
                       LATCHKEY_ASSIGN_OR_RETURN(const auto record, frame.txn.FindKey(id));
                       LATCHKEY_ASSIGN_OR_RETURN(const lifecycle::Step step,
                                                 lifecycle::Rotate(*record, issued.verifier,
                                                                   overlap, if_match, frame.facts));
                       LATCHKEY_RETURN_IF_ERROR(WriteStep(core, frame, step, KeyCommand::kRotate));
                       std::optional<CreatedKey> rotated(std::in_place);
                       rotated->key = lifecycle::ViewOf(step.record, frame.facts.now);
                       rotated->secret = std::move(issued.token);
                       return rotated;
                     });
}

}  // namespace
}  // namespace facade

using authz::Act;

absl::StatusOr<ApiKey> Keys::Update(const Call& call, const KeyId& id, const IfMatch& if_match,
                                    const KeyUpdate& update) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckKeyUpdate(update));
  KeyUpdate whole = update;
  if (whole.expires_at) whole.expires_at = facade::WholeMicros(*whole.expires_at);
  return facade::ChangeKey(
      *core_, call, id, KeyCommand::kUpdate, "key.update",
      [&](const base::KeyRecord& record) {
        return facade::Widens(record, whole) ? Act::kKeyWiden : Act::kKeyEdit;
      },
      [&](const base::KeyRecord& record, const lifecycle::Facts& facts) {
        return lifecycle::Update(record, whole, if_match, facts);
      });
}

absl::StatusOr<ApiKey> Keys::Lock(const Call& call, const KeyId& id,
                                  const IfMatch& if_match) const {
  return facade::CommandKey(*core_, call, id, if_match, KeyCommand::kLock, "key.lock",
                            facade::Always(Act::kKeyLock));
}

absl::StatusOr<ApiKey> Keys::Unlock(const Call& call, const KeyId& id,
                                    const IfMatch& if_match) const {
  return facade::CommandKey(*core_, call, id, if_match, KeyCommand::kUnlock, "key.unlock",
                            facade::Always(Act::kKeyLock));
}

absl::StatusOr<ApiKey> Keys::Disable(const Call& call, const KeyId& id,
                                     const IfMatch& if_match) const {
  return facade::CommandKey(*core_, call, id, if_match, KeyCommand::kDisable, "key.disable",
                            facade::Always(Act::kKeyDisable));
}

absl::StatusOr<ApiKey> Keys::Enable(const Call& call, const KeyId& id,
                                    const IfMatch& if_match) const {
  return facade::CommandKey(*core_, call, id, if_match, KeyCommand::kEnable, "key.enable",
                            [](const base::KeyRecord& record) {
                              return record.key.disabled_by_leak ? Act::kKeyEnableAfterLeak
                                                                 : Act::kKeyEnable;
                            });
}

absl::Status Keys::Delete(const Call& call, const KeyId& id, const IfMatch& if_match) const {
  return facade::CommandKey(*core_, call, id, if_match, KeyCommand::kDelete, "key.delete",
                            facade::Always(Act::kKeyDelete))
      .status();
}

absl::StatusOr<ApiKey> Keys::AppendBoundaryTerm(const Call& call, const KeyId& id,
                                                const IfMatch& if_match,
                                                const BoundaryTerm& term) const {
  LATCHKEY_RETURN_IF_ERROR(authz::CheckBoundaryTerm(term, "term"));
  const BoundaryTerm whole = facade::WholeTimes(term);
  return facade::ChangeKey(*core_, call, id, KeyCommand::kUpdate, "key.append_boundary_term",
                           facade::Always(Act::kKeyEdit),
                           [&](const base::KeyRecord& record, const lifecycle::Facts& facts) {
                             return lifecycle::AppendTerm(record, whole, if_match, facts);
                           });
}

absl::StatusOr<ApiKey> Keys::RemoveBoundaryTerm(const Call& call, const KeyId& id,
                                                const IfMatch& if_match, std::size_t index) const {
  return facade::ChangeKey(*core_, call, id, KeyCommand::kUpdate, "key.remove_boundary_term",
                           facade::Always(Act::kKeyUnbind),
                           [&](const base::KeyRecord& record, const lifecycle::Facts& facts) {
                             return lifecycle::RemoveTerm(record, index, if_match, facts);
                           });
}

absl::StatusOr<ApiKey> Keys::RetireOldSecret(const Call& call, const KeyId& id,
                                             const IfMatch& if_match) const {
  return facade::ChangeKey(*core_, call, id, KeyCommand::kRetireOldSecret, "key.retire_old_secret",
                           facade::Always(Act::kKeyRetire),
                           [&](const base::KeyRecord& record, const lifecycle::Facts& facts) {
                             return lifecycle::RetireOldSecret(record, if_match, facts);
                           });
}

absl::StatusOr<CreatedKey> Keys::Rotate(const Call& call, const KeyId& id, const IfMatch& if_match,
                                        absl::Duration overlap) const {
  if (overlap < absl::ZeroDuration() || overlap > kOverlapMax) {
    return base::Error(Reason::kMalformed, "overlap must be 0 s to 30 days");
  }
  const absl::Duration whole = absl::Floor(overlap, absl::Microseconds(1));
  const base::Deadline deadline = base::Deadline::After(call.timeout);
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto rotated = facade::TryRotate(*core_, call, id, if_match, whole, deadline);
    if (ReasonOf(rotated.status()) == Reason::kLocked) {
      facade::NoteRefusal(*core_, call, id, KeyCommand::kRotate);
    }
    if (!rotated.ok()) return rotated.status();
    if (*rotated) return std::move(**rotated);
  }
  return base::Error(Reason::kBusy, "others rotate the key at the same time, try again later");
}

}  // namespace latchkey::inline v0
