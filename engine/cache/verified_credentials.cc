#include "engine/cache/verified_credentials.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "engine/base/error.h"

namespace latchkey::cache {

// A third more places keep nearly all of `capacity` entries.
absl::StatusOr<std::unique_ptr<VerifiedCredentials>> VerifiedCredentials::Make(
    std::size_t capacity, const crypto::ProcessKey& key) {
  const std::size_t sets_of_shard = (capacity + capacity / 3) / kWays / kShards + 1;
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make(sets_of_shard * kShards * sizeof(Set)));
  return std::unique_ptr<VerifiedCredentials>(new VerifiedCredentials(std::move(pages), key));
}

crypto::Hash128 VerifiedCredentials::ProofOf(const crypto::Hash128& token,
                                             const base::Verifier& verifier) const {
  std::array<char,
             sizeof token.low + sizeof token.high + sizeof verifier.salt + sizeof verifier.hash>
      text;
  char* to = text.data();
  const auto append = [&to](const void* bytes, std::size_t size) {
    std::memcpy(to, bytes, size);
    to += size;
  };
  append(&token.low, sizeof token.low);
  append(&token.high, sizeof token.high);
  append(verifier.salt.data(), verifier.salt.size());
  append(verifier.hash.data(), verifier.hash.size());
  return key_.HashOf({text.data(), text.size()});
}

bool VerifiedCredentials::Contains(const crypto::Hash128& token, const base::Verifier& verifier) {
  const crypto::Hash128 proof = ProofOf(token, verifier);
  Shard& shard = ShardOf(proof);
  const std::lock_guard lock(shard.mutex);
  for (Entry* const entry : PlacesOf(proof)) {
    if (entry->used == 0 || entry->proof != proof) continue;
    entry->used = shard.Use();
    return true;
  }
  return false;
}

VerifiedCredentials::Places VerifiedCredentials::PlacesOf(const crypto::Hash128& proof) {
  Set* const of_shard = static_cast<Set*>(pages_.data()) + proof.low % kShards * sets_of_shard_;
  Places places;
  auto place = places.begin();
  for (const std::uint64_t hash : {proof.low / kShards, proof.high}) {
    for (Entry& entry : of_shard[hash % sets_of_shard_].entries) *place++ = &entry;
  }
  return places;
}

VerifiedCredentials::Entry& VerifiedCredentials::PlaceAmong(const Places& places,
                                                            const crypto::Hash128& proof) {
  for (Entry* const entry : places) {
    if (entry->used != 0 && entry->proof == proof) return *entry;
  }
  const auto is_free = [](const Entry* entry) { return entry->used == 0; };
  const std::span first = std::span(places).first(kWays);
  const std::span second = std::span(places).last(kWays);
  const auto emptier =
      std::ranges::count_if(second, is_free) > std::ranges::count_if(first, is_free) ? second
                                                                                     : first;
  if (const auto free = std::ranges::find_if(emptier, is_free); free != emptier.end()) {
    return **free;
  }
  const auto of_account = [&](const Entry* entry) {
    return std::ranges::count(places, entry->account, &Entry::account);
  };
  Entry* victim = places.front();
  for (Entry* const entry : places) {
    const auto more = of_account(entry) - of_account(victim);
    if (more > 0 || (more == 0 && entry->used < victim->used)) victim = entry;
  }
  return *victim;
}

void VerifiedCredentials::Insert(const crypto::Hash128& token, const base::Verifier& verifier,
                                 std::string_view account) {
  const crypto::Hash128 proof = ProofOf(token, verifier);
  const auto owner = static_cast<std::uint32_t>(key_.HashOf(account).low);
  Shard& shard = ShardOf(proof);
  const std::lock_guard lock(shard.mutex);
  Entry& place = PlaceAmong(PlacesOf(proof), proof);
  place = {.proof = proof, .account = owner, .used = shard.Use()};
}

}  // namespace latchkey::cache
