// engine/facade/directory_writing.h: new objects of the directory, once who-may is answered: form,
// references, uniqueness, limits, and the write. Shared by the calls that make one and by Import.
#ifndef LATCHKEY_ENGINE_FACADE_DIRECTORY_WRITING_H_
#define LATCHKEY_ENGINE_FACADE_DIRECTORY_WRITING_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/identity.h"

#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// Each fills in serial, dates and tag. Errors: kAlreadyExists, kUnknownReference, kLimitExceeded.
[[nodiscard]] absl::StatusOr<Identity> PutNewIdentity(Core& core, WriteFrame& frame,
                                                      Identity identity);
// With the owner as its first member, the root of the user hierarchy.
[[nodiscard]] absl::StatusOr<Account> PutNewAccount(WriteFrame& frame, Account account);
[[nodiscard]] absl::StatusOr<Membership> PutNewMember(Core& core, WriteFrame& frame,
                                                      Membership member);
[[nodiscard]] absl::StatusOr<AccessGroup> PutNewGroup(Core& core, WriteFrame& frame,
                                                      AccessGroup group);
// A user of the account, or a service ID or profile that the account owns. No change if it is in.
[[nodiscard]] absl::Status PutGroupMember(Core& core, WriteFrame& frame, const AccountId& account,
                                          const GroupId& group, const IamId& member);

[[nodiscard]] absl::Status CheckSettings(const AccountSettings& settings);
[[nodiscard]] absl::Status CheckGroupTexts(std::string_view name, std::string_view description);
// kAlreadyExists if another group than `self` has the name [domain D-7].
[[nodiscard]] absl::Status CheckGroupNameFree(store::View& view, const AccountId& account,
                                              std::string_view name, const GroupId& self);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_DIRECTORY_WRITING_H_
