// Adding up uses of keys and secrets.
#include "engine/base/records.h"

namespace latchkey::base {

namespace {

void AddSecret(std::vector<SecretUses>& secrets, const SecretUses& more) {
  const auto at = std::find_if(secrets.begin(), secrets.end(), [&](const SecretUses& secret) {
    return secret.number <= more.number;
  });
  if (at != secrets.end() && at->number == more.number) {
    at->uses.Add(more.uses);
    return;
  }
  secrets.insert(at, more);
  if (secrets.size() > kActivitySecretsMax) secrets.pop_back();
}

}  // namespace

void Activity::Add(const SecretUses& more) {
  uses.Add(more.uses);
  AddSecret(secrets, more);
}

void Activity::Add(const Activity& more) {
  uses.Add(more.uses);
  for (const SecretUses& secret : more.secrets) AddSecret(secrets, secret);
}

}  // namespace latchkey::base
