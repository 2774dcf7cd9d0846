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

  // The validated state, if the store's last commit is still that one. Threads: any; no lock.
  [[nodiscard]] std::optional<Moment> Fresh(store::Store& store) const;

  // Reads of the state `now`. The caller is inside `readers`, and entered before Fresh.
  [[nodiscard]] std::optional<WarmCredential> CredentialOf(const KeyId& key,
                                                           const crypto::Hash128& token,
                                                           const Moment& now) const;
  [[nodiscard]] std::optional<WarmCredential> CredentialOf(const KeyId& key,
                                                           std::uint32_t secret_number,
                                                           std::uint32_t use_epoch,
                                                           const Moment& now) const;
  // Null: not known, or not known to hold.
  [[nodiscard]] const AccessBlock* AccessOf(std::uint64_t identity_serial,
                                            std::uint64_t account_hash, const Moment& now) const;
  void PrefetchCredential(const KeyId& key) const { credentials_.Prefetch(key); }

  // Brings the cache up to `snapshot`; true if that is the validated state then, so that what is
  // found in it may be kept. A status of the store is left to whoever reads on: nothing is kept.
  [[nodiscard]] bool Follow(store::Store& store, store::Snapshot& snapshot);
  // The catalogue of `snapshot`, which is the validated state: read once for each catalogue.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const authz::CatalogueIndex>> CatalogueOf(
      store::Snapshot& snapshot);
  // Keep what was found in the snapshot `txn`, if it is still the validated state.
  void Keep(std::uint64_t txn, const WarmCredential& credential);
  void Keep(std::uint64_t txn, std::unique_ptr<AccessBlock> block);

  [[nodiscard]] const Dependencies& dependencies() const { return follower_.dependencies(); }
  // With which requests are hashed.
  [[nodiscard]] const base::HashKey& hash_key() const { return hash_key_; }

 private:
  WarmCache(const crypto::Bytes16& key, ReadSide& readers, WarmCredentials credentials,
            std::size_t access_bytes)
      : follower_(key, [this](const KeyId& touched) { credentials_.Forget(touched); }),
        credentials_(std::move(credentials)),
        access_(access_bytes, readers),
        hash_key_(RequestKeyOf(key)) {}

  // Copied into whatever hashes requests, so it is not the key by which tokens are known.
  [[nodiscard]] static base::HashKey RequestKeyOf(const crypto::Bytes16& key);
  [[nodiscard]] std::optional<WarmCredential> IfItHolds(
      const std::optional<WarmCredential>& credential, const Moment& now) const;

  Follower follower_;
  WarmCredentials credentials_;
  AccessTable access_;
  const base::HashKey hash_key_;

  std::mutex catalogue_mutex_;
  std::shared_ptr<const authz::CatalogueIndex> catalogue_;
  std::uint64_t catalogue_stamp_ = 0;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_WARM_CACHE_H_
