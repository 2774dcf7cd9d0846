// latchkey/keys.h: the life of API keys: create, read, change, lock, disable, rotate, delete,
// report.
//
// Every function takes a Call (who asks, how long it waits) and answers the first refusal of this
// order [domain L-7]: malformed → not visible (kNotFound) → kNotAllowed → kLocked → kStaleVersion →
// no change (success) → kLimitExceeded. Every mutation is one durable transaction: on OK the change
// is on disk and every call that starts later, in any process of the host, sees it; on error
// nothing changed (kCommitUnknown apart: ask Engine::Settle).
//
// Common errors, not repeated below: kMalformed, kInvalidUtf8, kCallerMissing, kNotFound,
// kNotAllowed, kClosed, kForked, kDeadlineExceeded, kBusy, kStorageFull, kStorageFailed,
// kCommitUnknown, kCorrupt. Threads: any, all functions.
//
// Example
//   NewApiKey request;
//   request.name = "nightly build";
//   request.expires_at = absl::FromCivil(absl::CivilYear(2027), absl::UTCTimeZone());
//   const auto created = engine.keys().Create(caller, request);
//   if (!created.ok()) return created.status();
//   const Secret& shown_once = created->secret;
//   const auto rotated =  // a new secret; the old one works for another day
//       engine.keys().Rotate(caller, created->key.id, IfMatch::Tag(created->key.entity_tag),
//                            absl::Hours(24));
//   if (!rotated.ok()) return rotated.status();
//
// Rules
//   [domain K-2]   the secret is in the answer to Create, CreateBatch and Rotate, and nowhere else.
//   [domain K-4]   at most 20 keys per identity and account, also when two processes race.
//   [domain K-6]   every change takes an IfMatch.
//   [domain K-9]   one classic key per user and account, also when two processes race; who may do
//                  what with it. It does not count towards K-4.
//   [domain K-13]  activity counts authentications per key and secret.
//   [domain K-14]  history is written in the transaction of the change.
//   [domain L-6]   purge is explicit, takes an age, skips locked keys and counts them.
//   [domain L-7]   the order of refusals, above.
//   [domain W-1]   own keys need no role.
//   [domain W-2]   nobody creates a user key for somebody else, and none with a profile applied.
//   [domain W-2a]  nobody but its own user rotates a user key.
//   [domain W-3]   who may do what with others' keys.
//   [domain W-7]   what a caller may not see does not exist for it, in lists and counts too.
#ifndef LATCHKEY_KEYS_H_
#define LATCHKEY_KEYS_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/api_key.h"
#include "latchkey/caller.h"
#include "latchkey/entity_tag.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

inline constexpr std::size_t kCreateBatchMax = 100;

class Keys {
 public:
  // Creates a key and shows its secret, once.
  //
  // Errors  kLimitExceeded      the identity has as many keys in the account as it may, or its one
  //                             classic key
  //         kUnknownReference   the trusted host named an identity or account that is not live
  //         kSecretNotAccepted  store_value
  //         kOutOfMemory, kNoEntropy
  // Cost    one Argon2id outside any transaction, one commit
  [[nodiscard]] absl::StatusOr<CreatedKey> Create(const Call& call, const NewApiKey& request) const;

  // Up to 100 keys, all or none, in one transaction; answers in the order of the requests.
  // Cost    one Argon2id per key, one commit
  [[nodiscard]] absl::StatusOr<std::vector<CreatedKey>> CreateBatch(
      const Call& call, std::span<const NewApiKey> requests) const;

  // Cost    one snapshot
  [[nodiscard]] absl::StatusOr<ApiKey> Get(const Call& call, const KeyId& id) const;

  // Keys of one account that the caller may see, in a stable order. A caller without rights over
  // others' keys gets its own. Pages survive insertions and deletions: what was there throughout is
  // seen exactly once.
  // Errors  kMalformed  a page size out of 1..100, or a cursor that is not of this query
  [[nodiscard]] absl::StatusOr<KeyPage> List(const Call& call, const KeyQuery& query,
                                             const PageRequest& page) const;

  // Oldest entry first; at most 200 a key.
  [[nodiscard]] absl::StatusOr<std::vector<HistoryEntry>> History(const Call& call,
                                                                  const KeyId& id) const;

  // How often and when last the key and each live secret authenticated: successful calls of
  // Access::Authenticate and Access::Check, warm ones too, in all processes that share the store;
  // decisions about a Principal that was kept do not count. Whoever may Get the key may see it.
  //
  // Exact for this process; of the others it has what they wrote: each does so in
  // Engine::RunMaintenance and Engine::Close. A process that is killed loses what it counted since
  // it last did, and nothing else; a write whose outcome is unknown may be counted twice. So
  // "unused since" is safe to act upon once every process has run its maintenance [domain K-13].
  //
  // Errors  kCorrupt, kStorageFailed, kStoreUnsafe, …  the activity is faulty: nothing else is
  //                                                    affected (latchkey/engine.h, RunMaintenance)
  // Cost    one snapshot, and gathering what all threads counted; waits for a write of the counts
  [[nodiscard]] absl::StatusOr<KeyActivity> ActivityOf(const Call& call, const KeyId& id) const;

  // The lifecycle of latchkey/lifecycle.h. Each answers the key after the command.
  // Errors  kLocked        unlock it first
  //         kStaleVersion  read it again
  [[nodiscard]] absl::StatusOr<ApiKey> Update(const Call& call, const KeyId& id,
                                              const IfMatch& if_match,
                                              const KeyUpdate& update) const;
  [[nodiscard]] absl::StatusOr<ApiKey> Lock(const Call& call, const KeyId& id,
                                            const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<ApiKey> Unlock(const Call& call, const KeyId& id,
                                              const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<ApiKey> Disable(const Call& call, const KeyId& id,
                                               const IfMatch& if_match) const;
  [[nodiscard]] absl::StatusOr<ApiKey> Enable(const Call& call, const KeyId& id,
                                              const IfMatch& if_match) const;
  [[nodiscard]] absl::Status Delete(const Call& call, const KeyId& id,
                                    const IfMatch& if_match) const;

  // One more restriction on the key; the same term again is no change. Whoever may edit the key.
  // Errors  kLocked         unlock it first
  //         kLimitExceeded  the key has kBoundaryTermsMax terms
  [[nodiscard]] absl::StatusOr<ApiKey> AppendBoundaryTerm(const Call& call, const KeyId& id,
                                                          const IfMatch& if_match,
                                                          const BoundaryTerm& term) const;
  // Removes the term at `index` of ApiKey::boundary. The key's own user (of a service ID's key: the
  // account owner) not acting through a bounded key, or the trusted host [domain R-2].
  // Errors  kLocked     unlock it first
  //         kMalformed  there is no such term
  [[nodiscard]] absl::StatusOr<ApiKey> RemoveBoundaryTerm(const Call& call, const KeyId& id,
                                                          const IfMatch& if_match,
                                                          std::size_t index) const;

  // A new secret under the same id. The old one stays valid for `overlap` (0..30 days); with 0
  // every older secret ends at once [domain K-7]. Through a bounded key, the key gets all terms of
  // that one, and no later expiry and no weaker leak action [domain R-2].
  // Errors  kStateForbids   an overlap is running and `overlap` is not 0
  //         kLimitExceeded  secret numbers, makers or boundary terms are used up
  // Cost    as Create
  [[nodiscard]] absl::StatusOr<CreatedKey> Rotate(const Call& call, const KeyId& id,
                                                  const IfMatch& if_match,
                                                  absl::Duration overlap) const;
  // Ends a running overlap now; without one, no change.
  [[nodiscard]] absl::StatusOr<ApiKey> RetireOldSecret(const Call& call, const KeyId& id,
                                                       const IfMatch& if_match) const;

  // Somebody found the key in the open: applies its action_when_leaked, or `stronger` where the
  // caller may name one (not the key's own user) and it is the stronger of the two. The lock does
  // not stop it [domain K-12].
  [[nodiscard]] absl::StatusOr<LeakReport> ReportLeak(
      const Call& call, const KeyId& id, std::optional<LeakAction> stronger = std::nullopt) const;

  // The same for whoever holds the token itself; any caller, Caller::Anybody included. OK means
  // "accepted" and says nothing about whether there was such a key, nor whether anything was done.
  // Cost    at most one Argon2id and one commit
  [[nodiscard]] absl::Status ReportLeakedToken(const Call& call, std::string_view token) const;

  // Deletes the unlocked keys of `account` that expired at least `age` ago, at most 1,000 a call.
  [[nodiscard]] absl::StatusOr<PurgeReport> Purge(const Call& call, const AccountId& account,
                                                  absl::Duration age) const;

  // Finds this store's tokens in `text` offline: by form, checksum and issuance tag, without
  // reading a record. Cost: linear in `text`.
  [[nodiscard]] absl::StatusOr<std::vector<TokenSighting>> FindTokens(std::string_view text) const;

  // The regular expression (ECMAScript) that matches every token of this store [domain K-8].
  [[nodiscard]] absl::StatusOr<std::string> TokenPattern() const;

 private:
  friend class Engine;
  explicit Keys(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_KEYS_H_
