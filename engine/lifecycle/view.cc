// What others see of a key, and what stays of it.
#include <algorithm>

#include "engine/lifecycle/key_rules.h"
#include "engine/lifecycle/secrets.h"

namespace latchkey::lifecycle {

ApiKey ViewOf(const base::KeyRecord& record, absl::Time now) {
  ApiKey key = record.key;
  key.secrets.clear();
  for (const base::SecretRecord& secret : record.secrets) {
    if (IsLive(secret.info, now)) key.secrets.push_back(secret.info);
  }
  return key;
}

base::KeyTombstone TombstoneOf(const base::KeyRecord& record, absl::Time now) {
  base::KeyTombstone tombstone{record.key.id, record.key.account_id, record.key.iam_id, {}, now};
  std::vector<KeyId>& made_with = tombstone.made_with;
  if (record.key.created_with) made_with.push_back(*record.key.created_with);
  for (const base::SecretRecord& secret : record.secrets) {
    if (secret.info.made_with) made_with.push_back(*secret.info.made_with);
  }
  std::sort(made_with.begin(), made_with.end());
  made_with.erase(std::unique(made_with.begin(), made_with.end()), made_with.end());
  return tombstone;
}

}  // namespace latchkey::lifecycle
