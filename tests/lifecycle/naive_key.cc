#include "lifecycle/naive_key.h"

#include <algorithm>

namespace latchkey::lifecycle {
namespace {

constexpr char kChanged[] = "changed";
constexpr char kNothing[] = "no change";

bool GuardedByTheLock(KeyCommand command) {
  switch (command) {
    case KeyCommand::kUpdate:
    case KeyCommand::kRotate:
    case KeyCommand::kRetireOldSecret:
    case KeyCommand::kDisable:
    case KeyCommand::kEnable:
    case KeyCommand::kDelete:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool NaiveKey::OverlapAt(absl::Time now) const {
  int live = 0;
  for (const Secret& secret : secrets) live += secret.ends_at > now ? 1 : 0;
  return live == 2;
}

// Kept principals and tokens die for good.
void NaiveKey::EndUse() {
  if (!disabled) ++epoch;
}

std::string NaiveKey::DoUpdate(const KeyUpdate& update) {
  const NaiveKey before = *this;
  name = update.name.value_or(name);
  if (update.description) description = update.description;
  if (description == "") description = std::nullopt;
  action = update.action_when_leaked.value_or(action);
  sessions = update.support_sessions.value_or(sessions);
  expires_at = update.expires_at.value_or(expires_at);
  const bool same = name == before.name && description == before.description &&
                    action == before.action && sessions == before.sessions &&
                    expires_at == before.expires_at;
  return same ? kNothing : kChanged;
}

std::string NaiveKey::DoRotate(const Ask& ask) {
  const absl::Time now = ask.facts.now;
  if (ask.overlap > absl::ZeroDuration() && OverlapAt(now)) return "state_forbids";
  if (last_number == kLastSecretNumber) return "limit_exceeded";
  if (ask.overlap == absl::ZeroDuration()) ++epoch;
  for (Secret& old : secrets) old.ends_at = std::min(old.ends_at, now + ask.overlap);
  ++last_number;
  secrets.insert(secrets.begin(), {last_number, now, absl::InfiniteFuture(), ask.facts.by,
                                   ask.facts.with_key, ask.verifier});
  if (ask.facts.with_key) makers.insert(*ask.facts.with_key);
  return kChanged;
}

std::string NaiveKey::DoSimple(KeyCommand command, absl::Time now) {
  switch (command) {
    case KeyCommand::kLock:
    case KeyCommand::kUnlock: {
      const bool wanted = command == KeyCommand::kLock;
      if (locked == wanted) return kNothing;
      locked = wanted;
      return kChanged;
    }
    case KeyCommand::kDisable:
      if (disabled) return kNothing;
      EndUse();
      disabled = true;
      return kChanged;
    case KeyCommand::kLeakDisable:
      if (leaked) return kNothing;
      EndUse();
      disabled = leaked = true;
      return kChanged;
    case KeyCommand::kEnable:
      if (!disabled) return kNothing;
      disabled = false;
      leaked = false;
      return kChanged;
    case KeyCommand::kDelete:
    case KeyCommand::kLeakDelete:
    case KeyCommand::kRemoveIdentity:
      EndUse();
      deleted = true;
      secrets.clear();
      return kChanged;
    case KeyCommand::kRetireOldSecret:
    case KeyCommand::kLeakOldSecret:
      if (!OverlapAt(now)) return kNothing;
      secrets.erase(secrets.begin() + 1, secrets.end());
      return kChanged;
    default:
      return kNothing;  // ReportLeak whose action is none
  }
}

std::string NaiveKey::Do(const Ask& ask) {
  const absl::Time now = ask.facts.now;
  if (ask.command == KeyCommand::kRotate &&
      (ask.overlap < absl::ZeroDuration() || ask.overlap > absl::Hours(30 * 24))) {
    return "malformed";
  }
  if (deleted && ask.command != KeyCommand::kRemoveIdentity) return "not_found";
  if (locked && GuardedByTheLock(ask.command)) return "locked";
  if (ask.if_match && *ask.if_match != TagOf(version, nonce)) return "stale_version";
  if (deleted) return kNothing;
  std::string answer;
  if (ask.command == KeyCommand::kUpdate) {
    answer = DoUpdate(ask.update);
  } else if (ask.command == KeyCommand::kRotate) {
    answer = DoRotate(ask);
  } else {
    answer = DoSimple(ask.command, now);
  }
  if (answer != kChanged) return answer;
  ++version;
  nonce = ask.facts.nonce[0];
  modified_at = now;
  std::erase_if(secrets, [now](const Secret& old) { return old.ends_at <= now; });
  return answer;
}

std::string NaiveKey::PrintLike(const base::KeyRecord& constant) const {
  base::KeyRecord record = constant;
  ApiKey& key = record.key;
  key.entity_tag = TagOf(version, nonce);
  key.name = name;
  key.description = description;
  key.modified_at = modified_at;
  if (deleted) {
    key.state = KeyState::kDeleted;
  } else if (disabled) {
    key.state = locked ? KeyState::kDisabledLocked : KeyState::kDisabled;
  } else {
    key.state = locked ? KeyState::kLocked : KeyState::kActive;
  }
  key.expires_at.reset();
  if (expires_at != absl::InfiniteFuture()) key.expires_at = expires_at;
  key.action_when_leaked = action;
  key.support_sessions = sessions;
  key.disabled_by_leak = leaked;
  record.use_epoch = epoch;
  record.last_secret_number = last_number;
  record.secrets.clear();
  for (const Secret& secret : secrets) {
    base::SecretRecord& one = record.secrets.emplace_back();
    one.info.number = secret.number;
    one.info.created_at = secret.created_at;
    one.info.made_by = secret.by;
    one.info.made_with = secret.with;
    if (secret.ends_at != absl::InfiniteFuture()) one.info.ends_at = secret.ends_at;
    one.verifier = VerifierOf(secret.verifier);
  }
  record.made_with.assign(makers.begin(), makers.end());
  return Print(record);
}

}  // namespace latchkey::lifecycle
