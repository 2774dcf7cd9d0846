#include "engine/lifecycle/secrets.h"

#include <algorithm>
#include <vector>

namespace latchkey::lifecycle {
namespace {

void RememberMaker(base::KeyRecord& record, const KeyId& maker) {
  const auto place = std::lower_bound(record.made_with.begin(), record.made_with.end(), maker);
  if (place == record.made_with.end() || *place != maker) record.made_with.insert(place, maker);
}

}  // namespace

void AddSecret(base::KeyRecord& record, const base::Verifier& verifier, const Facts& facts) {
  base::SecretRecord secret;
  secret.info.number = ++record.last_secret_number;
  secret.info.created_at = facts.now;
  secret.info.made_by = facts.by;
  secret.info.made_with = facts.with_key;
  secret.verifier = verifier;
  record.secrets.insert(record.secrets.begin(), secret);
  if (facts.with_key) RememberMaker(record, *facts.with_key);
}

void DropEnded(base::KeyRecord& record, absl::Time now) {
  std::erase_if(record.secrets,
                [now](const base::SecretRecord& secret) { return !IsLive(secret.info, now); });
}

void DropOlder(base::KeyRecord& record) {
  if (record.secrets.size() > 1) record.secrets.resize(1);
}

}  // namespace latchkey::lifecycle
