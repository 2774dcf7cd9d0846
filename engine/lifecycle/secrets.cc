#include "engine/lifecycle/secrets.h"

#include <vector>

namespace latchkey::lifecycle {

base::SecretRecord MadeSecret(std::uint32_t number, const base::Verifier& verifier,
                              const Facts& facts) {
  base::SecretRecord secret;
  secret.info.number = number;
  secret.info.created_at = facts.now;
  secret.info.made_by = facts.by;
  secret.info.made_with = facts.with_key;
  secret.verifier = verifier;
  return secret;
}

void DropEnded(base::KeyRecord& record, absl::Time now) {
  std::erase_if(record.secrets,
                [now](const base::SecretRecord& secret) { return !IsLive(secret.info, now); });
}

void DropOlder(base::KeyRecord& record) {
  if (record.secrets.size() > 1) record.secrets.resize(1);
}

void ForgetVerifiers(base::KeyRecord& record) {
  for (base::SecretRecord& secret : record.secrets) secret.verifier = base::Verifier();
}

}  // namespace latchkey::lifecycle
