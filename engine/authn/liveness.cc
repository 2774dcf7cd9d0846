#include "engine/authn/liveness.h"

#include <optional>

#include "latchkey/lifecycle.h"

namespace latchkey::authn {
namespace {

// A bound that equals `now` has passed; one that is absent never does, and only that means "for
// ever": InfinitePast and times before 1970 are bounds like others (hazard C15).
bool Passed(const std::optional<absl::Time>& bound, absl::Time now) {
  return bound && *bound <= now;
}

// What is told of a key of which a live secret was shown: disabled before expired (domain A-4).
Reason StateOfKey(const base::KeyRecord& record, absl::Time now) {
  if (!MayAuthenticate(record.key.state)) return Reason::kKeyDisabled;
  if (Passed(record.key.expires_at, now)) return Reason::kKeyExpired;
  return Reason::kAuthenticated;
}

}  // namespace

const base::SecretRecord* LiveSecret(const base::KeyRecord& record, std::uint32_t number,
                                     absl::Time now) {
  if (record.key.state == KeyState::kDeleted) return nullptr;
  for (const base::SecretRecord& secret : record.secrets) {
    if (secret.info.number == number && !Passed(secret.info.ends_at, now)) return &secret;
  }
  return nullptr;
}

Reason CredentialState(const base::KeyRecord& record, std::uint32_t secret_number, absl::Time now) {
  if (LiveSecret(record, secret_number, now) == nullptr) return Reason::kUnknownCredential;
  return StateOfKey(record, now);
}

Reason PrincipalState(const base::KeyRecord& record, std::uint32_t secret_number,
                      std::uint32_t use_epoch, absl::Time now) {
  if (LiveSecret(record, secret_number, now) == nullptr) return Reason::kPrincipalRevoked;
  if (use_epoch != record.use_epoch) return Reason::kPrincipalRevoked;
  return StateOfKey(record, now);
}

}  // namespace latchkey::authn
