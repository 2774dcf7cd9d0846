// engine/facade/rights.h: who-may asked from inside a frame, and the checks that follow it in L-7's
// order: locked → stale version → no change.
#ifndef LATCHKEY_ENGINE_FACADE_RIGHTS_H_
#define LATCHKEY_ENGINE_FACADE_RIGHTS_H_

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/entity_tag.h"

#include "engine/authz/who_may.h"
#include "engine/store/store.h"

namespace latchkey::inline v0::facade {

// OK, kNotFound naming `what`, or kNotAllowed.
[[nodiscard]] absl::Status Require(store::View& view, const std::optional<authz::Actor>& actor,
                                   authz::Act act, const authz::Target& target,
                                   std::string_view what);

// OK if the caller reaches the account at all: steps 1 and 4 of domain section 7; else kNotFound.
[[nodiscard]] absl::Status RequireReach(store::View& view, const std::optional<authz::Actor>& actor,
                                        const AccountId& account);

// For acts that only the trusted host may do and that concern no account.
[[nodiscard]] absl::Status RequireHost(const std::optional<authz::Actor>& actor);

// The account, or kNotFound. Asked after Require, so that it tells nobody what exists.
[[nodiscard]] absl::StatusOr<Account> ExistingAccount(store::View& view, const AccountId& id);

// The account if nothing forbids to add to it: kStateForbids while it is suspended or closed (D-4).
[[nodiscard]] absl::StatusOr<Account> OpenAccount(store::View& view, const AccountId& id);

[[nodiscard]] absl::Status NotFound(std::string_view what);

// kStaleVersion unless `if_match` accepts `stored`.
[[nodiscard]] absl::Status CheckVersion(const IfMatch& if_match, const EntityTag& stored);

// kLimitExceeded naming `what` if `have` objects leave no room for one more.
[[nodiscard]] absl::Status CheckRoom(std::size_t have, std::uint32_t limit, std::string_view what);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_RIGHTS_H_
