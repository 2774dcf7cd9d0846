// engine/facade/policy_writing.h: new policies, services and roles inside a frame, for Policies and
// for Import.
#ifndef LATCHKEY_ENGINE_FACADE_POLICY_WRITING_H_
#define LATCHKEY_ENGINE_FACADE_POLICY_WRITING_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/policy.h"

#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {

// Who may, the policy's form, its subject and roles, the limits, and the write.
[[nodiscard]] absl::StatusOr<Policy> CreatePolicy(Core& core, WriteFrame& frame,
                                                  const NewPolicy& request);

// kUnknownReference unless the subject can hold policies of the account; kLocked for a locked
// service ID [domain D-3]. Of an authorization nothing is asked.
[[nodiscard]] absl::Status CheckSubject(store::View& view, const NewPolicy& request);

[[nodiscard]] absl::Status PutService(WriteFrame& frame, Service service);

// A custom role as the catalogue permits it: kUnknownReference, kMalformed.
[[nodiscard]] absl::Status CheckRole(store::View& view, const CustomRole& role);

// With its id made from account and name. Also kAlreadyExists, kLimitExceeded.
[[nodiscard]] absl::StatusOr<CustomRole> PutNewRole(Core& core, WriteFrame& frame, CustomRole role);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_POLICY_WRITING_H_
