// engine/cache/dependencies.h: the slots of the objects that decisions are derived from, from
// either side: by what an entry was built from, and by what the change feed says was touched.
#ifndef LATCHKEY_ENGINE_CACHE_DEPENDENCIES_H_
#define LATCHKEY_ENGINE_CACHE_DEPENDENCIES_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/base/records.h"
#include "engine/cache/change_stamps.h"
#include "engine/crypto/crypto.h"

namespace latchkey::cache {

class Dependencies {
 public:
  // `key` must outlive this.
  explicit Dependencies(const crypto::Bytes16& key)
      : key_(key), catalogue_(SlotOf(Kind::kCatalogue, {})) {}

  // Errors of all: kMalformed for ids too long to be stored.
  [[nodiscard]] absl::StatusOr<Slot> OfIdentity(const IamId& identity) const;
  // The account's own record, its context rules and its network zones.
  [[nodiscard]] absl::StatusOr<Slot> OfAccount(const AccountId& account) const;
  // Membership in the account and in its groups.
  [[nodiscard]] absl::StatusOr<Slot> OfMember(const AccountId& account,
                                              const IamId& identity) const;
  [[nodiscard]] absl::StatusOr<Slot> OfPolicies(const AccountId& account,
                                                const PolicySubject& subject) const;
  [[nodiscard]] absl::StatusOr<Slot> OfCustomRoles(const AccountId& account) const;
  // Raised with each of the four above: one look says that none of them changed.
  [[nodiscard]] absl::StatusOr<Slot> OfAccess(const AccountId& account) const;
  // Services and their roles.
  [[nodiscard]] Slot OfCatalogue() const { return catalogue_; }

  // What one touched record of the feed concerns.
  struct Concern {
    std::optional<KeyId> key;  // instead of a slot: keys are forgotten one by one
    std::vector<Slot> slots;
  };
  // Nothing if this version does not know the table or its keys: then anything may have changed.
  [[nodiscard]] std::optional<Concern> OfTouched(const base::TouchedRecord& touched) const;

 private:
  enum class Kind : char { kIdentity, kAccount, kMember, kPolicies, kRoles, kAccess, kCatalogue };
  [[nodiscard]] Slot SlotOf(Kind kind, std::string_view bytes) const;

  const crypto::Bytes16& key_;
  const Slot catalogue_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_DEPENDENCIES_H_
