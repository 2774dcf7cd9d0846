#include "engine/lifecycle/key_rules.h"

#include <algorithm>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/lifecycle/boundary.h"
#include "engine/lifecycle/secrets.h"
#include "engine/lifecycle/step.h"

namespace latchkey::lifecycle {
namespace {

// The two spellings of "none" in a request become an absent value in the record (domain K-5).
std::optional<std::string> AsDescription(const std::optional<std::string>& given) {
  return given && !given->empty() ? given : std::nullopt;
}
std::optional<absl::Time> AsExpiry(const std::optional<absl::Time>& given) {
  return given && *given != absl::InfiniteFuture() ? given : std::nullopt;
}

// Sets `field` and notes its name, unless it has that value already.
template <class Field>
void Assign(Field& field, Field value, const char* name, std::vector<std::string>& changed) {
  if (field == value) return;
  field = std::move(value);
  changed.emplace_back(name);
}

// Applies the fields that are given; returns the names of those that changed, in IBM's spelling.
std::vector<std::string> Apply(const KeyUpdate& update, ApiKey& key) {
  std::vector<std::string> changed;
  if (update.name) Assign(key.name, *update.name, "name", changed);
  if (update.description) {
    Assign(key.description, AsDescription(update.description), "description", changed);
  }
  if (update.action_when_leaked) {
    Assign(key.action_when_leaked, *update.action_when_leaked, "action_when_leaked", changed);
  }
  if (update.support_sessions) {
    Assign(key.support_sessions, *update.support_sessions, "support_sessions", changed);
  }
  if (update.expires_at) {
    Assign(key.expires_at, AsExpiry(update.expires_at), "expires_at", changed);
  }
  return changed;
}

bool HasItsOwnFunction(KeyCommand command) {
  return command == KeyCommand::kUpdate || command == KeyCommand::kRotate ||
         command == KeyCommand::kRetireOldSecret || command == KeyCommand::kLeakOldSecret;
}

// What a transition brings with it. Whatever was kept of the key before it was disabled or deleted
// (principals, tokens) stays dead after a later enable: the use epoch moves (domain T-2).
void Follow(const Transition& row, Step& step) {
  ApiKey& key = step.record.key;
  if (IsLocked(row.from) != IsLocked(row.to) && !step.deleted) step.fields.emplace_back("locked");
  if (IsDisabled(row.from) != IsDisabled(row.to) && !step.deleted) {
    step.fields.emplace_back("disabled");
    key.disabled_by_leak = false;
  }
  if (row.command == KeyCommand::kLeakDisable) {
    Assign(key.disabled_by_leak, true, "disabled_by_leak", step.fields);
  }
  if (!MayAuthenticate(row.to) && MayAuthenticate(row.from)) ++step.record.use_epoch;
}

}  // namespace

absl::StatusOr<base::KeyRecord> Born(const KeyId& id, const std::string& crn, const IamId& owner,
                                     IdentityKind owner_kind, const AccountId& account,
                                     const NewApiKey& request, const base::Verifier& verifier,
                                     bool issued_by_host, const Facts& facts) {
  base::KeyRecord record;
  ApiKey& key = record.key;
  key.id = id;
  key.entity_tag = EntityTag{1, facts.nonce};
  key.crn = crn;
  key.account_id = account;
  key.iam_id = owner;
  key.name = request.name;
  key.description = AsDescription(request.description);
  key.created_at = facts.now;
  key.created_by = facts.by;
  key.created_with = facts.with_key;
  key.modified_at = facts.now;
  key.state = BornState(request.locked, request.disabled);
  key.expires_at = AsExpiry(request.expires_at);
  key.action_when_leaked = request.action_when_leaked;
  key.support_sessions = request.support_sessions;
  key.issued_by_host = issued_by_host;
  record.owner_kind = owner_kind;
  key.boundary = request.boundary;
  key.kind = request.kind;
  AddSecret(record, verifier, facts);
  std::vector<std::string> fields;
  LATCHKEY_RETURN_IF_ERROR(Inherit(facts, record, fields));
  return record;
}

absl::StatusOr<Step> Update(const base::KeyRecord& record, const KeyUpdate& update,
                            const IfMatch& if_match, const Facts& facts) {
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row, Permit(record, KeyCommand::kUpdate, if_match));
  if (row.effect == Effect::kNoChange) return Unchanged(record);
  Step step = Changed(record, row, facts);
  step.fields = Apply(update, step.record.key);
  return step.fields.empty() ? Unchanged(record) : step;
}

absl::StatusOr<Step> Command(const base::KeyRecord& record, KeyCommand command,
                             const IfMatch& if_match, const Facts& facts) {
  LATCHKEY_INVARIANT(!HasItsOwnFunction(command), "this command has a function of its own");
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row, Permit(record, command, if_match));
  if (row.effect == Effect::kNoChange) return Unchanged(record);
  Step step = Changed(record, row, facts);
  Follow(row, step);
  return row.effect == Effect::kStays && step.fields.empty() ? Unchanged(record) : step;
}

KeyCommand LeakCommand(LeakAction own, std::optional<LeakAction> requested) {
  switch (std::max(own, requested.value_or(own))) {
    case LeakAction::kNone:
      return KeyCommand::kLeakNone;
    case LeakAction::kDisable:
      return KeyCommand::kLeakDisable;
    case LeakAction::kDelete:
      return KeyCommand::kLeakDelete;
  }
  base::InvariantBroken("a leak action is none, disable or delete", __FILE__, __LINE__);
}

}  // namespace latchkey::lifecycle
