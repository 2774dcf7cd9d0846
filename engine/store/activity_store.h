// engine/store/activity_store.h: when and how often keys authenticated (domain K-13), in an LMDB
// environment of its own, so that counting never touches the store of keys.
//
// One table, `activity`: store id and key id, 16 bytes each -> a record and 16 bytes of BLAKE2b-128
// over (key, record), a MAC under the embedder's record key. The store id in the key keeps the
// activity of another store that once lay in the same directory apart.
#ifndef LATCHKEY_ENGINE_STORE_ACTIVITY_STORE_H_
#define LATCHKEY_ENGINE_STORE_ACTIVITY_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/deadline.h"
#include "engine/base/records.h"
#include "engine/kv/env.h"
#include "engine/store/seal.h"

namespace latchkey::store {

struct ActivityOptions {
  std::string directory;  // of the activity alone
  std::uint64_t map_size_bytes = 0;
  unsigned max_readers = 0;
  bool allow_any_file_system = false;
  std::optional<RecordKey> record_key;
  std::array<std::uint8_t, 16> store_id{};
};

// Threads: any. After kCommitUnknown and what kv counts as failed: open it again.
class ActivityStore {
 public:
  // Errors: those of kv::Env::Open, kStoreMissing among them.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<ActivityStore>> Open(
      const ActivityOptions& options, kv::OpenMode mode);
  ~ActivityStore();

  // Nothing if the key was never counted. Errors: kCorrupt, and what kv reports.
  [[nodiscard]] absl::StatusOr<std::optional<base::Activity>> Find(const KeyId& key) const;

  // Adds to what is stored, in one durable transaction, each key at most once in `more`. A record
  // that is damaged begins anew. Returns how many were.
  [[nodiscard]] absl::StatusOr<std::uint64_t> Add(std::span<const base::Activity> more,
                                                  base::Deadline deadline);

  struct Place {
    std::string at;            // as stored
    std::optional<KeyId> key;  // nothing: of another store
  };
  // At most `most` places behind `after` ("": from the first on), in order.
  [[nodiscard]] absl::StatusOr<std::vector<Place>> List(std::string_view after,
                                                        std::size_t most) const;
  // In one durable transaction; what is not there any more is fine.
  [[nodiscard]] absl::Status Remove(std::span<const Place> places, base::Deadline deadline);

 private:
  ActivityStore(std::unique_ptr<kv::Env> env, const ActivityOptions& options);

  [[nodiscard]] std::string PlaceOf(const KeyId& key) const;
  [[nodiscard]] std::array<std::uint8_t, kSealBytes> SealOf(std::string_view at,
                                                            std::string_view record) const;
  [[nodiscard]] absl::StatusOr<std::optional<base::Activity>> FindIn(const kv::Txn& txn,
                                                                     const KeyId& key) const;

  std::unique_ptr<kv::Env> env_;
  std::array<std::uint8_t, 16> store_id_;
  std::optional<RecordKey> record_key_;
};

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_ACTIVITY_STORE_H_
