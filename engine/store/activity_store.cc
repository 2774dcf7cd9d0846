#include "engine/store/activity_store.h"

#include <algorithm>
#include <utility>

#include "engine/base/error.h"
#include "engine/codec/records.h"
#include "engine/crypto/crypto.h"

namespace latchkey::store {
namespace {

constexpr kv::Table kActivity{0};
constexpr std::string_view kSealDomain = "latchkey activity";
constexpr std::size_t kIdBytes = 16;

std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

absl::Status Damaged() {
  return base::Error(Reason::kCorrupt, "a record of activity fails its checksum: it begins anew");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ActivityStore>> ActivityStore::Open(const ActivityOptions& options,
                                                                   kv::OpenMode mode) {
  kv::EnvOptions env_options;
  env_options.directory = options.directory;
  env_options.mode = mode;
  env_options.map_size_bytes = options.map_size_bytes;
  env_options.max_readers = options.max_readers;
  env_options.allow_any_file_system = options.allow_any_file_system;
  env_options.tables = {"activity"};
  LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<kv::Env> env, kv::Env::Open(env_options));
  return std::unique_ptr<ActivityStore>(new ActivityStore(std::move(env), options));
}

ActivityStore::ActivityStore(std::unique_ptr<kv::Env> env, const ActivityOptions& options)
    : env_(std::move(env)), store_id_(options.store_id), record_key_(options.record_key) {}

ActivityStore::~ActivityStore() {
  if (record_key_) crypto::Wipe(*record_key_);
}

std::string ActivityStore::PlaceOf(const KeyId& key) const {
  std::string at(store_id_.begin(), store_id_.end());
  at.append(key.bytes().begin(), key.bytes().end());
  return at;
}

std::array<std::uint8_t, kSealBytes> ActivityStore::SealOf(std::string_view at,
                                                           std::string_view record) const {
  std::span<const std::uint8_t> secret;
  if (record_key_) secret = *record_key_;
  return crypto::Blake2b128({kSealDomain, at, record}, secret);
}

absl::StatusOr<std::optional<base::Activity>> ActivityStore::FindIn(const kv::Txn& txn,
                                                                    const KeyId& key) const {
  const std::string at = PlaceOf(key);
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<kv::Bytes> value, txn.Get(kActivity, at));
  if (!value) return std::nullopt;
  if (value->size() < kSealBytes) return Damaged();
  const std::string_view record = value->substr(0, value->size() - kSealBytes);
  if (!crypto::EqualBytes(SealOf(at, record), AsBytes(value->substr(record.size())))) {
    return Damaged();
  }
  base::Activity activity;
  LATCHKEY_RETURN_IF_ERROR(codec::Decode(record, activity));
  return std::optional<base::Activity>(std::move(activity));
}

absl::StatusOr<std::optional<base::Activity>> ActivityStore::Find(const KeyId& key) const {
  LATCHKEY_ASSIGN_OR_RETURN(const kv::ReadTxn txn, env_->BeginRead());
  return FindIn(txn, key);
}

absl::StatusOr<std::uint64_t> ActivityStore::Add(std::span<const base::Activity> more,
                                                 base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(kv::WriteTxn txn, env_->BeginWrite(deadline));
  std::uint64_t damaged = 0;
  for (const base::Activity& added : more) {
    absl::StatusOr<std::optional<base::Activity>> stored = FindIn(txn, added.key);
    if (!stored.ok() && ReasonOf(stored.status()) != Reason::kCorrupt) return stored.status();
    if (!stored.ok()) ++damaged;
    base::Activity sum = added;
    if (stored.ok() && *stored) {
      sum = **stored;
      sum.Add(added);
    }
    const std::string at = PlaceOf(added.key);
    std::string value = codec::Encode(sum);
    const auto seal = SealOf(at, value);
    value.append(seal.begin(), seal.end());
    LATCHKEY_RETURN_IF_ERROR(txn.Put(kActivity, at, value));
  }
  LATCHKEY_RETURN_IF_ERROR(std::move(txn).Commit());
  return damaged;
}

absl::StatusOr<std::vector<ActivityStore::Place>> ActivityStore::List(std::string_view after,
                                                                      std::size_t most) const {
  LATCHKEY_ASSIGN_OR_RETURN(const kv::ReadTxn txn, env_->BeginRead());
  LATCHKEY_ASSIGN_OR_RETURN(kv::Cursor cursor, txn.OpenCursor(kActivity));
  LATCHKEY_ASSIGN_OR_RETURN(auto entry, cursor.Seek(after));
  std::vector<Place> places;
  const std::string_view ours(reinterpret_cast<const char*>(store_id_.data()), store_id_.size());
  while (entry && places.size() < most) {
    if (entry->key != after) {
      Place& place = places.emplace_back(Place{std::string(entry->key), std::nullopt});
      if (entry->key.size() == 2 * kIdBytes && entry->key.starts_with(ours)) {
        std::array<std::uint8_t, kIdBytes> id;
        std::copy_n(place.at.begin() + kIdBytes, kIdBytes, id.begin());
        place.key = KeyId(id);
      }
    }
    LATCHKEY_ASSIGN_OR_RETURN(entry, cursor.Next());
  }
  return places;
}

absl::Status ActivityStore::Remove(std::span<const Place> places, base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(kv::WriteTxn txn, env_->BeginWrite(deadline));
  for (const Place& place : places) {
    LATCHKEY_RETURN_IF_ERROR(txn.Delete(kActivity, place.at).status());
  }
  return std::move(txn).Commit();
}

}  // namespace latchkey::store
