// engine/authn/liveness.h: whether a key, and one secret of it, is a live credential. Pure.
//
// Standing of the identity and of its accounts is authorization's to say (engine/authz/standing.h);
// the façade joins both. An expiry or end equal to `now` has passed.
#ifndef LATCHKEY_ENGINE_AUTHN_LIVENESS_H_
#define LATCHKEY_ENGINE_AUTHN_LIVENESS_H_

#include <cstdint>

#include "absl/time/time.h"

#include "latchkey/status.h"

#include "engine/base/records.h"

namespace latchkey::authn {

// The secret `number` if it is live at `now`, else null (never issued, rotated away, or ended).
[[nodiscard]] const base::SecretRecord* LiveSecret(const base::KeyRecord& record,
                                                   std::uint32_t number, absl::Time now);

// For the holder of an issued token (domain A-4): kAuthenticated, kUnknownCredential for a secret
// that is not live, kKeyDisabled, kKeyExpired; the first that applies in this order. The order of
// A-4 puts "identity not active" before both of the latter: the façade asks for it in between.
[[nodiscard]] Reason CredentialState(const base::KeyRecord& record, std::uint32_t secret_number,
                                     absl::Time now);

// For a principal that was authenticated earlier: kAuthenticated, or kPrincipalRevoked when the
// secret or the use epoch is no longer live, or kKeyDisabled, kKeyExpired.
[[nodiscard]] Reason PrincipalState(const base::KeyRecord& record, std::uint32_t secret_number,
                                    std::uint32_t use_epoch, absl::Time now);

}  // namespace latchkey::authn

#endif  // LATCHKEY_ENGINE_AUTHN_LIVENESS_H_
