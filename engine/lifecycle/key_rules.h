// engine/lifecycle/key_rules.h: what each command does to the record of a key. Pure: record and
// facts in, record out. The transitions come from latchkey/lifecycle.h and from nowhere else.
//
// The caller has already checked form, visibility and right; these functions answer the rest of
// L-7's order: locked → stale version → no change (success) → over a limit. A refusal is a status
// and the record is untouched; the same call answers the same again (L-5).
//
// Errors of every function that gives a Step: kNotFound (the record is of a deleted key; removal of
// its identity is "no change" there), kLocked, kStaleVersion; others where stated.
// Threads: any. Cost: one copy of the record.
//
// Every change sets a new entity tag (n + 1, facts.nonce) and modified_at, and drops the secrets
// that have ended by facts.now.
#ifndef LATCHKEY_ENGINE_LIFECYCLE_KEY_RULES_H_
#define LATCHKEY_ENGINE_LIFECYCLE_KEY_RULES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/api_key.h"
#include "latchkey/entity_tag.h"
#include "latchkey/lifecycle.h"

#include "engine/base/records.h"

namespace latchkey::lifecycle {

// The facts of one change that the rules do not decide.
struct Facts {
  absl::Time now;                                      // never behind an earlier one (domain K-11)
  IamId by;                                            // empty: the trusted host
  std::optional<KeyId> with_key;                       // the key that the caller acts through
  std::array<std::uint8_t, 16> nonce{};                // fresh random bits for the entity tag
  std::optional<base::KeyBound> bound = std::nullopt;  // of with_key, if that has a boundary
};

// What came of a command.
struct Step {
  bool changed = false;  // false: "no change", nothing is to be written (L-2)
  bool deleted = false;  // the record is to be removed and a tombstone kept
  // After the change. A deleted key has no secrets.
  base::KeyRecord record;
  // Which fields changed, for history: "name", "description", "action_when_leaked",
  // "support_sessions", "expires_at", "locked", "disabled", "disabled_by_leak",
  // "secrets", "boundary"; none for a deletion.
  std::vector<std::string> fields;
};

// The record of a new key, with secret number 1 and use epoch 1. `request` is well formed; `owner`,
// `account` and `id` are resolved. An empty description and an infinite expiry are stored as
// absent. Made through a bounded key, it carries all of that key's terms before its own, expires no
// later and has no weaker leak action (domain R-2). Errors: kLimitExceeded (boundary terms).
[[nodiscard]] absl::StatusOr<base::KeyRecord> Born(const KeyId& id, const std::string& crn,
                                                   const IamId& owner, IdentityKind owner_kind,
                                                   const AccountId& account,
                                                   const NewApiKey& request,
                                                   const base::Verifier& verifier,
                                                   bool issued_by_host, const Facts& facts);

// Fields given with the value that they already have do not count as a change. Any finite time is
// taken as an expiry: one that has passed ends the key's use at once (domain K-11).
[[nodiscard]] absl::StatusOr<Step> Update(const base::KeyRecord& record, const KeyUpdate& update,
                                          const IfMatch& if_match, const Facts& facts);

// `overlap` 0: all older secrets end at once and the use epoch moves. Otherwise the old secret ends
// `overlap` from now, and refused with kStateForbids while an overlap is running (domain K-7).
// `verifier` proves the new secret, whose number is record.last_secret_number + 1.
//
// Errors  kMalformed      `overlap` is not 0 s to 30 days; answered before all others
//         kLimitExceeded  a token has no room for another secret number (62^4 - 1 is the last), or
//                         the key has 1000 makers, or no room for the terms of the bounded key that
//                         it is rotated through, which it gets as one that is born through it does
[[nodiscard]] absl::StatusOr<Step> Rotate(const base::KeyRecord& record,
                                          const base::Verifier& verifier, absl::Duration overlap,
                                          const IfMatch& if_match, const Facts& facts);

// Appends `term`, which is well formed; no change if the key has it. Errors: kLimitExceeded.
[[nodiscard]] absl::StatusOr<Step> AppendTerm(const base::KeyRecord& record,
                                              const BoundaryTerm& term, const IfMatch& if_match,
                                              const Facts& facts);

// Errors: kMalformed if there is no term at `index`.
[[nodiscard]] absl::StatusOr<Step> RemoveTerm(const base::KeyRecord& record, std::size_t index,
                                              const IfMatch& if_match, const Facts& facts);

// Ends a running overlap; no change when none runs.
[[nodiscard]] absl::StatusOr<Step> RetireOldSecret(const base::KeyRecord& record,
                                                   const IfMatch& if_match, const Facts& facts);

// kLock, kUnlock, kDisable, kEnable, kDelete, kRemoveIdentity, kLeakNone, kLeakDisable or
// kLeakDelete; the process ends on any other. What ends the key's use moves the use epoch; a leak
// response that disables marks the key, enabling clears the mark. Leak response and removal of an
// identity name no version: pass IfMatch::Any().
[[nodiscard]] absl::StatusOr<Step> Command(const base::KeyRecord& record, KeyCommand command,
                                           const IfMatch& if_match, const Facts& facts);

// The leaked token was the old secret of a running overlap: that secret ends, whatever the lock
// says (domain K-12). No change when no overlap runs.
[[nodiscard]] absl::StatusOr<Step> LeakOldSecret(const base::KeyRecord& record, const Facts& facts);

// Which command a report with the key's own action and an optional stronger one amounts to.
[[nodiscard]] KeyCommand LeakCommand(LeakAction own, std::optional<LeakAction> requested);

// True while two secrets are live at `now`.
[[nodiscard]] bool OverlapRuns(const base::KeyRecord& record, absl::Time now);

// What readers see: the live secrets without their verifiers.
[[nodiscard]] ApiKey ViewOf(const base::KeyRecord& record, absl::Time now);

// What stays of a key that is deleted at `now`; `record` is the one before or after the deletion.
[[nodiscard]] base::KeyTombstone TombstoneOf(const base::KeyRecord& record, absl::Time now);

}  // namespace latchkey::lifecycle

#endif  // LATCHKEY_ENGINE_LIFECYCLE_KEY_RULES_H_
