#include "engine/cache/warm_credentials.h"

#include <bit>
#include <cstring>
#include <limits>

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

// The words of a cell
//   0  version (32) | use epoch (32)
//   1  hash of the token, low        2  hash of the token, high
//   3  last eight bytes of the key's id; its first eight choose the cell
//   4  stamp (48) | slot of the membership (16)
//   5  expiry
//   6  identity (32) | account (32)
//   7  secret number (32) | slot of the identity (16) | slot of the account (16)
constexpr std::uint64_t kStampMax = (std::uint64_t{1} << 48) - 1;
constexpr std::uint64_t kNeverUsed = 0;

std::uint64_t FirstHalf(const KeyId& key) {
  std::uint64_t half = 0;
  std::memcpy(&half, key.bytes().data(), sizeof half);
  return half;
}

std::uint64_t SecondHalf(const KeyId& key) {
  std::uint64_t half = 0;
  std::memcpy(&half, key.bytes().data() + sizeof half, sizeof half);
  return half;
}

std::uint32_t VersionOf(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }
std::uint64_t StampOf(std::uint64_t word) { return word >> 16; }

bool Fits(const WarmCredential& credential) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  return credential.identity_serial <= kMax && credential.account_serial <= kMax &&
         credential.stamp <= kStampMax;
}

}  // namespace

// Pages begin as zeros, which is what cells that were never used are.
absl::StatusOr<WarmCredentials> WarmCredentials::Make(std::size_t capacity) {
  const std::size_t cells = std::bit_ceil(capacity + capacity / 2 + kWindow);
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make(cells * sizeof(Cell)));
  return WarmCredentials(std::move(pages), cells);
}

WarmCredentials::Cell& WarmCredentials::CellOf(const KeyId& key, std::size_t step) const {
  return static_cast<Cell*>(pages_.data())[(FirstHalf(key) + step) & mask_];
}

void WarmCredentials::Prefetch(const KeyId& key) const { __builtin_prefetch(&CellOf(key, 0)); }

// Loads that acquire, of stores that release: a word that is newer than the first look at the
// version brings a newer version with it.
bool WarmCredentials::Read(const Cell& cell, Words& words) {
  for (std::size_t i = 0; i < kWords; ++i) {
    words[i] = cell.words[i].load(std::memory_order_acquire);
  }
  return VersionOf(words[0]) % 2 == 0 && cell.words[0].load(std::memory_order_acquire) == words[0];
}

void WarmCredentials::Write(Cell& cell, const Words& words) {
  const std::uint64_t version = VersionOf(cell.words[0].load(std::memory_order_relaxed));
  cell.words[0].store((version + 1) << 32, std::memory_order_release);
  for (std::size_t i = 1; i < kWords; ++i) {
    cell.words[i].store(words[i], std::memory_order_release);
  }
  // Version 0 is kept for cells that were never written.
  const std::uint64_t next = (version + 2) % (std::uint64_t{1} << 32);
  cell.words[0].store((next == 0 ? 2 : next) << 32 | words[0], std::memory_order_release);
}

template <class Matches>
std::optional<WarmCredential> WarmCredentials::Find(const KeyId& key, Matches matches) const {
  for (std::size_t step = 0; step < kWindow; ++step) {
    const Cell& cell = CellOf(key, step);
    Words words;
    const bool whole = Read(cell, words);
    if (words[0] == kNeverUsed) return std::nullopt;
    if (!whole || words[3] != SecondHalf(key) || StampOf(words[4]) == 0 || !matches(words)) {
      continue;
    }
    WarmCredential found;
    found.token = {words[1], words[2]};
    found.key = key;
    found.secret_number = static_cast<std::uint32_t>(words[7] >> 32);
    found.use_epoch = static_cast<std::uint32_t>(words[0]);
    found.expires_us = static_cast<std::int64_t>(words[5]);
    found.identity_serial = words[6] >> 32;
    found.account_serial = static_cast<std::uint32_t>(words[6]);
    found.stamp = StampOf(words[4]);
    found.member = static_cast<Slot>(words[4]);
    found.identity = static_cast<Slot>(words[7] >> 16);
    found.account = static_cast<Slot>(words[7]);
    return found;
  }
  return std::nullopt;
}

std::optional<WarmCredential> WarmCredentials::FindByToken(const KeyId& key,
                                                           const crypto::Hash128& token) const {
  return Find(key,
              [&](const Words& words) { return words[1] == token.low && words[2] == token.high; });
}

std::optional<WarmCredential> WarmCredentials::FindBySecret(const KeyId& key,
                                                            std::uint32_t secret_number,
                                                            std::uint32_t use_epoch) const {
  return Find(key, [&](const Words& words) {
    return words[7] >> 32 == secret_number && static_cast<std::uint32_t>(words[0]) == use_epoch;
  });
}

WarmCredentials::Cell& WarmCredentials::PlaceFor(const Words& words, const KeyId& key,
                                                 const ChangeStamps& stamps) {
  Cell* place = nullptr;
  for (std::size_t step = 0; step < kWindow; ++step) {
    Cell& cell = CellOf(key, step);
    const auto word = [&](std::size_t i) { return cell.words[i].load(std::memory_order_relaxed); };
    const bool same_token = word(1) == words[1] && word(2) == words[2];
    if (word(0) != kNeverUsed && same_token) return cell;
    if (place == nullptr && !stamps.Holds(StampOf(word(4)))) place = &cell;
    if (word(0) == kNeverUsed) return place == nullptr ? cell : *place;
  }
  if (place != nullptr) return *place;
  return CellOf(key, evictions_++ % kWindow);
}

void WarmCredentials::Insert(const WarmCredential& credential, const ChangeStamps& stamps) {
  if (!Fits(credential)) return;
  const Words words{
      credential.use_epoch,
      credential.token.low,
      credential.token.high,
      SecondHalf(credential.key),
      credential.stamp << 16 | credential.member,
      static_cast<std::uint64_t>(credential.expires_us),
      credential.identity_serial << 32 | credential.account_serial,
      std::uint64_t{credential.secret_number} << 32 |
          static_cast<std::uint64_t>(credential.identity) << 16 | credential.account,
  };
  Write(PlaceFor(words, credential.key, stamps), words);
}

void WarmCredentials::Forget(const KeyId& key) {
  for (std::size_t step = 0; step < kWindow; ++step) {
    Cell& cell = CellOf(key, step);
    if (cell.words[0].load(std::memory_order_relaxed) == kNeverUsed) return;
    if (cell.words[3].load(std::memory_order_relaxed) != SecondHalf(key)) continue;
    Write(cell, Words{});
  }
}

}  // namespace latchkey::cache
