// engine/lifecycle/boundary.h: what a bounded key passes on (domain R-2).
#ifndef LATCHKEY_ENGINE_LIFECYCLE_BOUNDARY_H_
#define LATCHKEY_ENGINE_LIFECYCLE_BOUNDARY_H_

#include "absl/status/status.h"

#include "engine/base/records.h"
#include "engine/lifecycle/key_rules.h"

namespace latchkey::lifecycle {

// Gives `record`, which is made or rotated through the key of `facts`, that key's terms first, no
// later expiry and no weaker leak action. Notes in `fields` what changed. Errors: kLimitExceeded.
[[nodiscard]] absl::Status Inherit(const Facts& facts, base::KeyRecord& record,
                                   std::vector<std::string>& fields);

}  // namespace latchkey::lifecycle

#endif  // LATCHKEY_ENGINE_LIFECYCLE_BOUNDARY_H_
