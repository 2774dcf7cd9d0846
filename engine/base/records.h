// engine/base/records.h: what the store keeps beyond the public value types, as plain structs.
//
// Directory and policy objects are stored as their public types
// (latchkey/{account,identity,policy}.h). Enums here are stored: add, never renumber.
#ifndef LATCHKEY_ENGINE_BASE_RECORDS_H_
#define LATCHKEY_ENGINE_BASE_RECORDS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/api_key.h"
#include "latchkey/caller.h"
#include "latchkey/identity.h"

namespace latchkey::base {

// Proof of one secret: Argon2id over the secret bound to store, key and number (hazard F12).
struct Verifier {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 32> hash{};
};

// What a bounded key passes on to every key that is made through it (domain R-2).
struct KeyBound {
  std::vector<BoundaryTerm> terms;  // at least one
  std::optional<absl::Time> expires_at;
  LeakAction action_when_leaked = LeakAction::kNone;
};

struct SecretRecord {
  SecretInfo info;
  Verifier verifier;
};

// A key as stored. `key.secrets` is always empty here: `secrets` holds them with their verifiers.
struct KeyRecord {
  ApiKey key;
  IdentityKind owner_kind = IdentityKind::kUser;
  std::uint32_t use_epoch = 1;           // bumped by disable, rotate without overlap, leak (T-2)
  std::uint32_t last_secret_number = 0;  // numbers are never reused
  std::vector<SecretRecord> secrets;     // newest first; ended ones are dropped by the next change
  // The keys that it or any secret of it, ended ones included, was made with: sorted, distinct. It
  // only grows, so that descent outlives the secrets (domain K-12).
  std::vector<KeyId> made_with;
};

// What stays of a deleted key, so that descent from it can still be followed (domain K-12).
struct KeyTombstone {
  KeyId id;
  AccountId account;
  IamId iam_id;
  std::vector<KeyId> made_with;  // as in the record
  absl::Time deleted_at;
};

// When and how often a credential authenticated (domain K-13).
struct Uses {
  std::uint64_t count = 0;
  absl::Time last = absl::InfinitePast();

  void Add(const Uses& more) {
    count += more.count;
    last = std::max(last, more.last);
  }
};

struct SecretUses {
  std::uint32_t number = 0;
  Uses uses;
};

// Of one key. The secrets' uses may add up to less than the key's: ended secrets are forgotten.
struct Activity {
  KeyId key;
  Uses uses;                        // of all secrets that there ever were
  std::vector<SecretUses> secrets;  // newest first

  // Counts uses of a secret, for the key too; keeps the newest kActivitySecretsMax secrets.
  void Add(const SecretUses& more);
  // Counts those of the same key that were counted elsewhere.
  void Add(const Activity& more);
};
inline constexpr std::size_t kActivitySecretsMax = 4;  // at most two are ever live (domain K-7)

// What the context rules and network zones of one account must be, so that none can be lost or put
// back unnoticed (hazard F13). Every account has one.
struct ContextDigest {
  AccountId account;
  std::uint64_t rules = 0;
  std::uint64_t zones = 0;
  std::array<std::uint8_t, 16> rules_digest{};  // engine/store/context_digest.h
  std::array<std::uint8_t, 16> zones_digest{};
};

// Who made a change, as recorded in history and feed.
struct ActorStamp {
  Caller::Kind kind = Caller::Kind::kMissing;
  IamId identity;                   // empty for the trusted host
  AccountId account;                // it acted from
  std::optional<IamId> applied_by;  // the user who applied the profile
  std::optional<KeyId> key;         // it acted through
  std::optional<IpAddress> source;
};

// One record that a transaction wrote or removed.
struct TouchedRecord {
  std::string table;
  std::string key;                      // the composite key, as stored
  std::optional<EntityTag> tag_before;  // of objects that have one
  std::optional<EntityTag> tag_after;
  // The encoded record after the change, without its verifiers; absent: removed.
  std::optional<std::string> image;
  // Of a policy: the subjects under which it was found before or is found now, each as the first
  // parts of its key in policies_by_subject. A removed policy has no image to tell them.
  std::vector<std::string> subjects;
};

// One committed mutation (domain C-1).
struct ChangeRecord {
  std::uint64_t revision = 0;
  absl::Time at;
  ActorStamp actor;
  std::string act;      // "key.create", "policy.delete", …
  std::string account;  // the account it concerns; empty: none in particular
  std::string object;   // the id of the object that was asked for
  std::optional<RequestId> request_id;
  std::vector<TouchedRecord> touched;
  std::vector<KeyId> made_with_leaked;  // K-12
};

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_RECORDS_H_
