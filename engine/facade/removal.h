// engine/facade/removal.h: what goes with an identity, in the transaction that removes it (domain
// D-2, D-3): nothing that it held may outlive it (hazards C44, C45).
#ifndef LATCHKEY_ENGINE_FACADE_REMOVAL_H_
#define LATCHKEY_ENGINE_FACADE_REMOVAL_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/identity.h"

#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// Keys, group memberships and policies of the identity in the account; locked keys too (K16).
[[nodiscard]] absl::Status RemoveHoldings(WriteFrame& frame, const AccountId& account,
                                          const IamId& id);

// A user out of an account: its holdings, its membership; its invitees pass to its inviter (D-1).
[[nodiscard]] absl::Status RemoveMembership(WriteFrame& frame, const Membership& member);

// Live service-ID keys of the account that the user created or of which it made a live secret.
[[nodiscard]] absl::StatusOr<DepartureReport> DepartureOf(WriteFrame& frame,
                                                          const AccountId& account,
                                                          const IamId& user);

// Leaves a tombstone, so that the id is never used again.
[[nodiscard]] absl::Status BuryIdentity(WriteFrame& frame, Identity identity);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_REMOVAL_H_
