// engine/facade/verify.h: from a token to "this token is a live credential", paid for once per
// process and secret, decided anew in every snapshot.
#ifndef LATCHKEY_ENGINE_FACADE_VERIFY_H_
#define LATCHKEY_ENGINE_FACADE_VERIFY_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/identity.h"
#include "latchkey/status.h"

#include "engine/base/deadline.h"
#include "engine/base/records.h"
#include "engine/codec/token.h"
#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// Whether the token proves its secret against `verifier`: from the table of verified credentials,
// or by one Argon2id that concurrent callers with the same token share. No snapshot may be open.
// Errors: kBusy, kOutOfMemory, kCorrupt, kClosed; never "no" for any of them (hazard F1, C16).
[[nodiscard]] absl::StatusOr<bool> ProvesSecret(Core& core, std::string_view token,
                                                const codec::TokenFields& fields,
                                                const base::KeyRecord& record,
                                                const base::Verifier& verifier,
                                                base::Deadline deadline);

// Whether no token of this store is spelled so, and then counts that it was refused. No read, no
// Argon2 (hazards F11, C4).
[[nodiscard]] bool RefusesUnissued(Core& core, std::string_view token);

struct Authenticated {
  Principal principal;  // with its reason
  // The snapshot in which the principal was found live; null unless it is authenticated.
  std::unique_ptr<store::Snapshot> snapshot;
  authz::Actor actor;
};

// Domain section 7 step 1 and A-4 for a token. A status is a fault.
[[nodiscard]] absl::StatusOr<Authenticated> AuthenticateToken(Core& core, std::string_view token,
                                                              base::Deadline deadline);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_VERIFY_H_
