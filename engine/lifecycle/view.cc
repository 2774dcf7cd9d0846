// What others see of a key, and what stays of it.
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
  return {record.key.id, record.key.account_id, record.key.iam_id, record.made_with, now};
}

}  // namespace latchkey::lifecycle
