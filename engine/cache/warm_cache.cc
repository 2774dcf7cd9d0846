#include "engine/cache/warm_cache.h"

#include <string>
#include <vector>

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {
// An identity may be asked about in several accounts.
constexpr std::size_t kRoutesPerCredential = 4;
}  // namespace

absl::StatusOr<std::unique_ptr<WarmCache>> WarmCache::Make(const crypto::Bytes16& key,
                                                           ReadSide& readers,
                                                           std::size_t credentials,
                                                           std::size_t access_bytes) {
  LATCHKEY_ASSIGN_OR_RETURN(WarmCredentials table, WarmCredentials::Make(credentials));
  LATCHKEY_ASSIGN_OR_RETURN(
      std::unique_ptr<AccessTable> access,
      AccessTable::Make(access_bytes, credentials * kRoutesPerCredential, readers));
  return std::unique_ptr<WarmCache>(
      new WarmCache(key, readers, std::move(table), std::move(access)));
}

WarmCache::WarmCache(const crypto::Bytes16& key, ReadSide& readers, WarmCredentials credentials,
                     std::unique_ptr<AccessTable> access)
    : follower_(key, [this](const KeyId& touched) { credentials_.Forget(touched); }),
      credentials_(std::move(credentials)),
      access_(std::move(access)),
      catalogue_(readers),
      hash_key_(RequestKeyOf(key)) {}

base::HashKey WarmCache::RequestKeyOf(const crypto::Bytes16& key) {
  return base::HashKey(base::SipKeyOf(crypto::Blake2b128({"latchkey requests"}, key)));
}

// While the next commit is synced, and after a writer was killed there, its id can be seen already:
// it has not returned as long as snapshots still begin from the state before it.
bool WarmCache::IsOnlyBeingSynced(store::Store& store, std::uint64_t last,
                                  const Moment& validated) {
  return last == validated.txn + 1 && store.env().NextSnapshotId() == validated.txn;
}

const AccessBlock* WarmCache::AccessOfIdentity(const AccessTable::Ask& ask, const AccessKey& key,
                                               std::uint64_t now) {
  const AccessTable::Ask by_identity(key.identity, key.account_hash);
  const AccessBlock* const latest = access_->Find(by_identity, key);
  if (latest == nullptr || !latest->Holds(follower_.stamps(), now)) return nullptr;
  follower_.InsertAt(now, [&] { access_->Link(ask, key); });
  return latest;
}

// A reader that was held up while it began may have the pages of a later commit under its id
// (hazard L6). It has not while its commit is still the last one: only the commit after the next
// writes over the page that it began from.
bool WarmCache::Follow(store::Store& store, store::Snapshot& snapshot) {
  if (store.env().LastTxnId() != snapshot.txn_id()) return false;
  return follower_.Follow(snapshot).ok() && follower_.validated().txn == snapshot.txn_id();
}

const authz::CatalogueIndex* WarmCache::CatalogueOf(store::Snapshot& snapshot) {
  const std::uint64_t now = snapshot.txn_id();
  if (const authz::CatalogueIndex* const known = CatalogueAt(now)) return known;
  const std::unique_lock lock(catalogue_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return nullptr;
  auto read = WarmCatalogue::Read(hash_key_, snapshot);
  if (!read.ok()) return nullptr;
  follower_.InsertAt(now, [&] { catalogue_.Replace(*std::move(read)); });
  return CatalogueAt(now);
}

void WarmCache::KeepAccess(store::Snapshot& snapshot, const KeyId& key, const Identity& identity,
                           const AccountId& account) {
  const std::uint64_t now = snapshot.txn_id();
  const AccessKey wanted{static_cast<std::uint32_t>(identity.serial),
                         KeyedHash(hash_key_, account.text())};
  const AccessTable::Ask ask(key, wanted.account_hash);
  if (AccessOf(ask, wanted, now) != nullptr) return;
  const authz::CatalogueIndex* const catalogue = CatalogueOf(snapshot);
  if (catalogue == nullptr) return;
  auto draft = DraftAccess(snapshot, dependencies(), *catalogue, identity, account);
  if (!draft.ok() || draft->account == 0) return;
  follower_.InsertAt(now,
                     [&] { access_->Insert(ask, *std::move(draft), follower_.stamps(), now); });
}

void WarmCache::Keep(std::uint64_t txn, const KeyId& key, const crypto::Hash128& token,
                     const WarmCredential& credential) {
  follower_.InsertAt(txn, [&] { credentials_.Insert(key, token, credential, follower_.stamps()); });
}

}  // namespace latchkey::cache
