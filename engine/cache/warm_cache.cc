#include "engine/cache/warm_cache.h"

#include <string>
#include <vector>

#include "engine/base/error.h"

namespace latchkey::cache {

absl::StatusOr<std::unique_ptr<WarmCache>> WarmCache::Make(const crypto::Bytes16& key,
                                                           ReadSide& readers,
                                                           std::size_t credentials,
                                                           std::size_t access_bytes) {
  LATCHKEY_ASSIGN_OR_RETURN(WarmCredentials table, WarmCredentials::Make(credentials));
  return std::unique_ptr<WarmCache>(new WarmCache(key, readers, std::move(table), access_bytes));
}

base::HashKey WarmCache::RequestKeyOf(const crypto::Bytes16& key) {
  const crypto::Hash128 derived = crypto::SipHash128(key, "latchkey requests");
  return {derived.low, derived.high};
}

// Whatever was committed before this looks at the store is in the state that it answers: a call
// that took access away has returned only after its commit [domain A-3].
std::optional<Moment> WarmCache::Fresh(store::Store& store) const {
  const Moment validated = follower_.validated();
  if (validated.txn == 0 || store.env().LastTxnIdInPlace() != validated.txn) return std::nullopt;
  return validated;
}

std::optional<WarmCredential> WarmCache::IfItHolds(const std::optional<WarmCredential>& credential,
                                                   const Moment& now) const {
  if (!credential) return std::nullopt;
  const ChangeStamps& stamps = follower_.stamps();
  const std::uint64_t stamp = credential->stamp;
  const bool holds =
      stamp <= now.txn && stamps.Holds(stamp) && stamps.Unchanged(credential->identity, stamp) &&
      stamps.Unchanged(credential->member, stamp) && stamps.Unchanged(credential->account, stamp);
  return holds ? credential : std::nullopt;
}

std::optional<WarmCredential> WarmCache::CredentialOf(const KeyId& key,
                                                      const crypto::Hash128& token,
                                                      const Moment& now) const {
  return IfItHolds(credentials_.FindByToken(key, token), now);
}

std::optional<WarmCredential> WarmCache::CredentialOf(const KeyId& key, std::uint32_t secret_number,
                                                      std::uint32_t use_epoch,
                                                      const Moment& now) const {
  return IfItHolds(credentials_.FindBySecret(key, secret_number, use_epoch), now);
}

const AccessBlock* WarmCache::AccessOf(std::uint64_t identity_serial, std::uint64_t account_hash,
                                       const Moment& now) const {
  const AccessBlock* const block = access_.Find(identity_serial, account_hash);
  return block != nullptr && StillHolds(*block, follower_.stamps(), now.txn) ? block : nullptr;
}

// A reader that was held up while it began may have the pages of a later commit under its id
// (hazard L6). It has not while its commit is still the last one: only the commit after the next
// writes over the page that it began from.
bool WarmCache::Follow(store::Store& store, store::Snapshot& snapshot) {
  if (store.env().LastTxnId() != snapshot.txn_id()) return false;
  return follower_.Follow(snapshot).ok() && follower_.validated().txn == snapshot.txn_id();
}

absl::StatusOr<std::shared_ptr<const authz::CatalogueIndex>> WarmCache::CatalogueOf(
    store::Snapshot& snapshot) {
  const std::lock_guard lock(catalogue_mutex_);
  const ChangeStamps& stamps = follower_.stamps();
  const bool holds = catalogue_ != nullptr && catalogue_stamp_ <= snapshot.txn_id() &&
                     stamps.Holds(catalogue_stamp_) &&
                     stamps.Unchanged(dependencies().OfCatalogue(), catalogue_stamp_);
  if (holds) return catalogue_;
  auto index = std::make_shared<authz::CatalogueIndex>(hash_key_);
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> names, snapshot.view().ServiceNames());
  for (const std::string& name : names) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto service, snapshot.view().FindServiceWithRoles(name));
    if (service) index->Add(*service);
  }
  catalogue_ = std::move(index);
  catalogue_stamp_ = snapshot.txn_id();
  return catalogue_;
}

void WarmCache::Keep(std::uint64_t txn, const WarmCredential& credential) {
  follower_.InsertAt(txn, [&] { credentials_.Insert(credential, follower_.stamps()); });
}

void WarmCache::Keep(std::uint64_t txn, std::unique_ptr<AccessBlock> block) {
  follower_.InsertAt(txn, [&] { access_.Insert(std::move(block)); });
}

}  // namespace latchkey::cache
