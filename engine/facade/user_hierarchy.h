// engine/facade/user_hierarchy.h: keeps the user hierarchy of an account within its levels, so that
// walking up it stays cheap (domain P-9).
#ifndef LATCHKEY_ENGINE_FACADE_USER_HIERARCHY_H_
#define LATCHKEY_ENGINE_FACADE_USER_HIERARCHY_H_

#include "absl/status/status.h"

#include "latchkey/account.h"
#include "latchkey/identity.h"

#include "engine/store/store.h"

namespace latchkey::inline v0::facade {

// kLimitExceeded if nobody can stand below `inviter`. Cost: one read per level.
[[nodiscard]] absl::Status CheckRoomBelow(store::View& view, const AccountId& account,
                                          const IamId& inviter);

// kLimitExceeded if the account has no room for a root above its present one: one level more for
// whoever stays below. Cost: the members of the account, times the levels that they stand on.
[[nodiscard]] absl::Status CheckRoomForRoot(store::View& view, const AccountId& account);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_USER_HIERARCHY_H_
