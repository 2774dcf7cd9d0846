// latchkey/api_key.h: the values that go in and out of key management.
//
// No type here holds a secret except CreatedKey, whose Secret is the one time it is seen.
//
// Example
//   NewApiKey request;  // bob's one key for classic infrastructure in acme
//   request.name = "classic";
//   request.kind = KeyKind::kClassic;
//   const auto classic = engine.keys().Create(caller, request);
//   if (!classic.ok()) return classic.status();
//
// Rules
//   [domain K-1]  a key carries name and description; names need not be unique, the id identifies.
//   [domain K-3]  the engine generates every secret and takes none; store_value is refused.
//   [domain K-5]  the fields, their ranges and defaults.
//   [domain K-7]  at most two live secrets; rotation with an overlap of 0 s to 30 days.
//   [domain K-13] activity: last authentication and count, of the key and of each secret.
//   [domain K-9]  a classic key: at most one per user and account, to create, view and delete only.
#ifndef LATCHKEY_API_KEY_H_
#define LATCHKEY_API_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/boundary.h"
#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/lifecycle.h"
#include "latchkey/secret.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

// What a report of a leak does to the key. In order of strength.
enum class LeakAction : std::uint8_t {  // stored: add, never renumber
  kNone = 1,
  kDisable = 2,
  kDelete = 3,
};

// What a key is for. It authenticates and inherits alike; who may do what to it differs.
enum class KeyKind : std::uint8_t {  // stored: add, never renumber
  kPlatform = 1,
  // Of classic infrastructure [domain K-9]. Its own user creates, views and deletes it, and reports
  // its leak; whoever invited that user, directly or through others, does all of that but create.
  // Every other change is the trusted host's.
  kClassic = 2,
};

inline constexpr std::size_t kNameMaxCharacters = 100;
inline constexpr std::size_t kDescriptionMaxCharacters = 1024;
inline constexpr absl::Duration kOverlapMax = absl::Hours(24 * 30);

// One secret of a key, without anything from which it could be recovered.
struct SecretInfo {
  std::uint32_t number = 0;  // from 1, counted up by rotation, never reused
  absl::Time created_at;
  IamId made_by;                      // who created or rotated it; empty: the trusted host
  std::optional<absl::Time> ends_at;  // set on the old secret of an overlap
  std::optional<KeyId> made_with;     // the key its maker acted through, if any
};

// A key as its readers see it.
struct ApiKey {
  KeyId id;
  EntityTag entity_tag;
  std::string crn;
  AccountId account_id;                    // the account it was made in and acts from
  IamId iam_id;                            // the identity it belongs to and inherits all access of
  std::string name;                        // 1..100 characters of UTF-8
  std::optional<std::string> description;  // absent, or up to 1,024 characters of UTF-8
  absl::Time created_at;
  IamId created_by;                   // empty: the trusted host
  std::optional<KeyId> created_with;  // the key that its creator acted through, if any
  absl::Time modified_at;
  KeyState state = KeyState::kActive;
  std::optional<absl::Time> expires_at;  // from this instant on it does not authenticate
  LeakAction action_when_leaked = LeakAction::kDisable;
  bool support_sessions = false;
  bool issued_by_host = false;      // a user key that the trusted host created [domain W-9]
  bool disabled_by_leak = false;    // then only its own user or the trusted host enables it; set
                                    // by the leak of a disabled key too
  std::vector<SecretInfo> secrets;  // live ones, newest first: one, or two during an overlap
  // What it may be used for at most; empty: all that its identity may [domain R-2].
  std::vector<BoundaryTerm> boundary;
  KeyKind kind = KeyKind::kPlatform;  // never changes
};

// When and how often a key or one of its secrets authenticated [domain K-13].
struct Authentications {
  std::uint64_t count = 0;
  std::optional<absl::Time> last;  // to the second; absent: never
};
struct SecretActivity {
  std::uint32_t number = 0;
  Authentications authentications;
};
struct KeyActivity {
  Authentications authentications;      // by all secrets that the key ever had
  std::vector<SecretActivity> secrets;  // live ones, newest first
};

struct NewApiKey {
  IamId iam_id;          // whose key; empty: the caller's own
  AccountId account_id;  // where; empty: the account the caller acts from
  std::string name;
  std::optional<std::string> description;
  std::optional<absl::Time> expires_at;
  LeakAction action_when_leaked = LeakAction::kDisable;
  bool support_sessions = false;
  bool locked = false;       // born locked [domain L-3]
  bool disabled = false;     // born disabled [domain L-3]
  bool store_value = false;  // true is refused with kSecretNotAccepted [domain K-3]
  // At most kBoundaryTermsMax, those of the key that the creator acts through included: they come
  // first, and the new key gets no later expiry and no weaker leak action than it [domain R-2].
  std::vector<BoundaryTerm> boundary = {};
  // A classic key is for a user, and born neither locked nor disabled: its user could undo neither.
  KeyKind kind = KeyKind::kPlatform;
};

// The only answer that carries a secret [domain K-2].
struct CreatedKey {
  ApiKey key;
  Secret secret;
};

// Fields that are absent stay as they are.
struct KeyUpdate {
  std::optional<std::string> name;
  std::optional<std::string> description;  // the empty text removes it
  std::optional<LeakAction> action_when_leaked;
  std::optional<bool> support_sessions;
  // absl::InfiniteFuture() removes the expiry; a time in the past is accepted [domain K-11].
  std::optional<absl::Time> expires_at;
};

// Which keys of one account to list. All conditions must hold.
struct KeyQuery {
  AccountId account_id;
  std::optional<IamId> iam_id;                      // keys of this identity only
  std::optional<IdentityKind> owner_kind;           // keys of users, or of service IDs, only
  std::optional<std::string> name_contains;         // case-sensitive
  std::optional<std::string> description_contains;  // case-sensitive
  std::optional<KeyKind> kind = std::nullopt;       // keys of this kind only
};

struct PageRequest {
  std::uint32_t size = 20;  // 1..100
  std::string cursor;       // empty: from the beginning; else KeyPage::next of the page before
};

struct KeyPage {
  std::vector<ApiKey> keys;
  std::string next;  // empty: there are no more; survives insertions and deletions
};

// One entry of a key's history [domain K-14].
struct HistoryEntry {
  absl::Time at;
  IamId by;                       // empty: the trusted host
  std::optional<KeyId> with_key;  // the key that the caller acted through
  KeyCommand command = KeyCommand::kCreate;
  bool refused = false;  // an attempt on a locked key; equal ones coalesce
  std::uint32_t count = 1;
  std::vector<std::string> fields;  // names of the fields that changed
};

struct LeakReport {
  LeakAction action = LeakAction::kNone;  // what was done
  // Live keys that were made, directly or through others, by a caller acting through the leaked
  // key; only those that the reporter may see [domain K-12].
  std::vector<KeyId> made_with;
};

struct PurgeReport {
  std::uint64_t deleted = 0;
  std::uint64_t skipped_locked = 0;
};

// A stretch of a text that has the form, the checksum and the issuance tag of a token of this
// store.
struct TokenSighting {
  std::size_t offset = 0;
  std::size_t length = 0;
  KeyId key_id;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_API_KEY_H_
