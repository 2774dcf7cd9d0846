// tests/lifecycle/naive_key.h: the rules once more, slow and plain, sharing no code with the
// engine: lock and disablement are two booleans, no table, nothing clever. Written from domain.md.
#ifndef LATCHKEY_TESTS_LIFECYCLE_NAIVE_KEY_H_
#define LATCHKEY_TESTS_LIFECYCLE_NAIVE_KEY_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "engine/base/records.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {

struct Ask {
  KeyCommand command = KeyCommand::kLock;
  KeyUpdate update;                   // kUpdate
  absl::Duration overlap;             // kRotate
  std::optional<EntityTag> if_match;  // absent: any version
  std::uint8_t verifier = 0;          // kRotate
  Facts facts;
};

struct NaiveKey {
  struct Secret {
    std::uint32_t number;
    absl::Time created_at;
    absl::Time ends_at;  // InfiniteFuture: never
    IamId by;
    std::optional<KeyId> with;
    std::uint8_t verifier;
  };
  bool locked = false;
  bool disabled = false;
  bool deleted = false;
  bool leaked = false;
  std::uint64_t version = 1;
  std::uint8_t nonce = 0;
  std::uint32_t epoch = 1;
  std::uint32_t last_number = 1;
  std::vector<Secret> secrets;  // newest first
  std::set<KeyId> makers;
  std::string name;
  std::optional<std::string> description;
  LeakAction action = LeakAction::kDisable;
  bool sessions = false;
  absl::Time expires_at = absl::InfiniteFuture();
  absl::Time modified_at;

  // "changed", "no change", or the name of the reason for a refusal.
  std::string Do(const Ask& ask);

  // The fields above and those of `constant` that no command changes, in the form of Print.
  std::string PrintLike(const base::KeyRecord& constant) const;

 private:
  bool OverlapAt(absl::Time now) const;
  std::string DoUpdate(const KeyUpdate& update);
  std::string DoRotate(const Ask& ask);
  std::string DoSimple(KeyCommand command, absl::Time now);
  void EndUse();
};

}  // namespace latchkey::lifecycle

#endif  // LATCHKEY_TESTS_LIFECYCLE_NAIVE_KEY_H_
