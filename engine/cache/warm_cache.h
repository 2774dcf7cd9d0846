// engine/cache/warm_cache.h: what a decision needs, kept warm: who a token is, and what that
// identity may do in an account. Both follow the store's commits (follower.h).
#ifndef LATCHKEY_ENGINE_CACHE_WARM_CACHE_H_
#define LATCHKEY_ENGINE_CACHE_WARM_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/authz/catalogue_index.h"
#include "engine/base/keyed_hash.h"
#include "engine/cache/access_block.h"
#include "engine/cache/access_table.h"
#include "engine/cache/follower.h"
#include "engine/cache/read_side.h"
#include "engine/cache/warm_catalogue.h"
#include "engine/cache/warm_credentials.h"
#include "engine/crypto/crypto.h"
#include "engine/store/store.h"

namespace latchkey::cache {

class WarmCache {
 public:
  // `key` and `readers` must outlive this. Errors: kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<WarmCache>> Make(const crypto::Bytes16& key,
                                                                       ReadSide& readers,
                                                                       std::size_t credentials,
                                                                       std::size_t access_bytes);

  // The validated state, if the store's last commit is still that one; else nothing (txn 0).
  // Threads: any; no lock. Whatever was committed before this looks at the store is in the state
  // that it answers: a call that took access away has returned only after its commit [domain A-3].
  [[nodiscard]] Moment Fresh(store::Store& store) const {
    const Moment validated = follower_.validated();
    if (validated.txn == 0) return {};
    const std::uint64_t last = store.env().LastTxnIdInPlace();
    return last == validated.txn || IsOnlyBeingSynced(store, last, validated) ? validated
                                                                              : Moment{};
  }

  // Reads of the state `now`. The caller is inside `readers`, and entered before Fresh.
  [[nodiscard]] bool Find(const KeyId& key, const crypto::Hash128& token, const Moment& now,
                          WarmCredential& found) const {
    return credentials_.FindByToken(key, token, found) && Holds(found, now);
  }
  [[nodiscard]] bool Find(const KeyId& key, std::uint32_t secret_number, std::uint32_t use_epoch,
                          const Moment& now, WarmCredential& found) const {
    return credentials_.FindBySecret(key, secret_number, use_epoch, found) && Holds(found, now);
  }
  void PrefetchCredential(const KeyId& key) const { credentials_.Prefetch(key); }

  // The catalogue, if it is known and holds at the state `now`; requests are hashed with it.
  [[nodiscard]] const authz::CatalogueIndex* CatalogueAt(std::uint64_t now) const {
    return catalogue_.At(now, dependencies().OfCatalogue(), follower_.stamps());
  }
  // Null: not known, or not known to hold. `likely` as AccessTable::PrefetchBlock answered it.
  [[nodiscard]] const AccessBlock* AccessOf(const AccessTable::Ask& ask, const AccessKey& key,
                                            std::uint64_t now, AccessLog::Place likely = 0) {
    const AccessBlock* const block = access_->Find(ask, key, likely);
    const bool holds = block != nullptr && block->Holds(follower_.stamps(), now);
    return holds ? block : AccessOfIdentity(ask, key, now);
  }
  [[nodiscard]] const AccessTable& access() const { return *access_; }

  // Brings the cache up to `snapshot`; true if that is the validated state then, so that what is
  // found in it may be kept. A status of the store is left to whoever reads on: nothing is kept.
  [[nodiscard]] bool Follow(store::Store& store, store::Snapshot& snapshot);
  // Compiles what `identity` may do in `account` at `snapshot`, which is the validated state, and
  // keeps it with a way from `key`, unless that is there already. Faults are left to the decision.
  void KeepAccess(store::Snapshot& snapshot, const KeyId& key, const Identity& identity,
                  const AccountId& account);
  // Keeps what was found in the snapshot `txn`, if it is still the validated state.
  void Keep(std::uint64_t txn, const KeyId& key, const crypto::Hash128& token,
            const WarmCredential& credential);

  [[nodiscard]] const Dependencies& dependencies() const { return follower_.dependencies(); }
  // With which requests are hashed.
  [[nodiscard]] const base::HashKey& hash_key() const { return hash_key_; }

 private:
  WarmCache(const crypto::Bytes16& key, ReadSide& readers, WarmCredentials credentials,
            std::unique_ptr<AccessTable> access);

  // Copied into whatever hashes requests, so it is not the key by which tokens are known.
  [[nodiscard]] static base::HashKey RequestKeyOf(const crypto::Bytes16& key);
  [[nodiscard]] static bool IsOnlyBeingSynced(store::Store& store, std::uint64_t last,
                                              const Moment& validated);
  [[nodiscard]] bool Holds(const WarmCredential& credential, const Moment& now) const {
    const ChangeStamps& stamps = follower_.stamps();
    const std::uint64_t stamp = credential.stamp;
    return stamp <= now.txn && stamps.Holds(stamp) &&
           stamps.Unchanged(credential.identity, stamp) &&
           stamps.Unchanged(credential.member, stamp) &&
           stamps.Unchanged(credential.account, stamp);
  }
  // What another key of the identity may have had compiled, or compiled anew. Null: as AccessOf.
  [[nodiscard]] const AccessBlock* AccessOfIdentity(const AccessTable::Ask& ask,
                                                    const AccessKey& key, std::uint64_t now);

  // Null if it could not be read, or somebody else is reading it.
  [[nodiscard]] const authz::CatalogueIndex* CatalogueOf(store::Snapshot& snapshot);

  Follower follower_;
  WarmCredentials credentials_;
  std::unique_ptr<AccessTable> access_;
  WarmCatalogue catalogue_;
  std::mutex catalogue_mutex_;  // of whoever reads it
  const base::HashKey hash_key_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_WARM_CACHE_H_
