// engine/lifecycle/secrets.h: which secrets of a key live, and how they go.
#ifndef LATCHKEY_ENGINE_LIFECYCLE_SECRETS_H_
#define LATCHKEY_ENGINE_LIFECYCLE_SECRETS_H_

#include <cstdint>

#include "absl/time/time.h"

#include "latchkey/api_key.h"

#include "engine/base/records.h"
#include "engine/lifecycle/key_rules.h"

namespace latchkey::lifecycle {

// An end that equals `now` has passed; an absent end never comes (hazard C15).
[[nodiscard]] inline bool IsLive(const SecretInfo& secret, absl::Time now) {
  return !secret.ends_at || now < *secret.ends_at;
}

// Gives the key its next secret, the newest: nothing ends it yet, and it names its maker.
void AddSecret(base::KeyRecord& record, const base::Verifier& verifier, const Facts& facts);

// Removes the secrets that have ended, and their verifiers with them.
void DropEnded(base::KeyRecord& record, absl::Time now);

// Removes every secret but the newest.
void DropOlder(base::KeyRecord& record);

}  // namespace latchkey::lifecycle

#endif  // LATCHKEY_ENGINE_LIFECYCLE_SECRETS_H_
