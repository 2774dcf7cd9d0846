#include "engine/cache/verified_credentials.h"

#include <algorithm>
#include <span>

namespace latchkey::cache {

VerifiedCredentials::VerifiedCredentials(std::size_t capacity)
    : sets_(std::max<std::size_t>(1, (capacity + kWays - 1) / kWays)) {}

VerifiedCredentials::~VerifiedCredentials() {
  crypto::Wipe(
      std::span(reinterpret_cast<std::uint8_t*>(sets_.data()), sets_.size() * sizeof(Set)));
}

bool VerifiedCredentials::Is(const Entry& entry, const crypto::Hash128& token,
                             const base::Verifier& verifier) {
  return entry.used != 0 && entry.token == token && entry.salt == verifier.salt &&
         std::equal(entry.hash.begin(), entry.hash.end(), verifier.hash.begin());
}

bool VerifiedCredentials::Contains(const crypto::Hash128& token, const base::Verifier& verifier) {
  const std::lock_guard lock(ShardOf(token));
  Set& set = SetOf(token);
  for (Entry& entry : set.entries) {
    if (!Is(entry, token, verifier)) continue;
    entry.used = ++set.clock;
    return true;
  }
  return false;
}

void VerifiedCredentials::Insert(const crypto::Hash128& token, const base::Verifier& verifier) {
  const std::lock_guard lock(ShardOf(token));
  Set& set = SetOf(token);
  Entry* place = &set.entries.front();
  for (Entry& entry : set.entries) {
    if (entry.token == token && entry.used != 0) {
      place = &entry;
      break;
    }
    if (entry.used < place->used) place = &entry;
  }
  place->token = token;
  place->salt = verifier.salt;
  std::copy_n(verifier.hash.begin(), place->hash.size(), place->hash.begin());
  place->used = ++set.clock;
}

}  // namespace latchkey::cache
