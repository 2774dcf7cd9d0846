// latchkey/feed.h: every committed mutation, in order, for audit, replication and caches.
//
// Rules
//   [domain C-1]  one record per committed mutation, in the same transaction: revision, time,
//                 caller, what, entity tags before and after, the changed records without
//                 verifiers. Reading is the trusted host's; without gaps; trimming is detectable.
#ifndef LATCHKEY_FEED_H_
#define LATCHKEY_FEED_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/caller.h"
#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

struct ChangedObject {
  std::string table;  // "keys", "policies", …
  std::string key;    // the record's key in that table, binary
  std::optional<EntityTag> tag_before;
  std::optional<EntityTag> tag_after;
  std::optional<std::string> image;  // the record, Protobuf of the store's format; absent: removed
};

struct Change {
  std::uint64_t revision = 0;  // consecutive
  absl::Time at;
  Caller::Kind caller = Caller::Kind::kMissing;
  IamId by;                         // empty: the trusted host
  std::optional<IamId> applied_by;  // the user who applied the profile
  std::optional<KeyId> with_key;    // the key it acted through
  std::optional<IpAddress> source;
  std::string act;     // "key.create", "policy.delete", …
  AccountId account;   // empty: of the whole store
  std::string object;  // id of the object that the call named
  std::optional<RequestId> request_id;
  std::vector<ChangedObject> objects;
  std::vector<KeyId> made_with_leaked;  // live keys made with a leaked key [domain K-12]
};

struct ChangePage {
  std::vector<Change> changes;
  std::uint64_t next = 0;    // pass as `after` for the next page
  bool trimmed = false;      // changes after `after` were trimmed: start again from a full read
  std::uint64_t newest = 0;  // revision of the newest committed mutation
};

class Feed {
 public:
  // Up to `most` (1..1000) changes with a revision greater than `after`, oldest first.
  // Caller: the trusted host. Threads: any. Cost: one snapshot.
  [[nodiscard]] absl::StatusOr<ChangePage> Read(const Call& call, std::uint64_t after,
                                                std::size_t most) const;

  // Waits until there is a change with a revision greater than `after`, whichever process makes it,
  // for as long as the call may take (Call::Within). True: there is; false: there was none in time.
  // A change is told at once; where its writer was killed just then, within 100 ms.
  // Caller: the trusted host. Errors: those of Read, and kClosed if the engine is closed meanwhile.
  // Threads: any. Cost: none while it waits but a snapshot each 100 ms.
  [[nodiscard]] absl::StatusOr<bool> Wait(const Call& call, std::uint64_t after) const;

 private:
  friend class Engine;
  explicit Feed(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_FEED_H_
