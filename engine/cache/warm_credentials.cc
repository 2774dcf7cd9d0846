#include "engine/cache/warm_credentials.h"

#include <algorithm>
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
// A word 4 of these values is no entry: no stamp is 0.
constexpr std::uint64_t kEnd = 0;        // nothing of any chain lies behind it
constexpr std::uint64_t kForgotten = 1;  // something may
constexpr std::uint64_t kStampMax = (std::uint64_t{1} << 48) - 1;

__extension__ using Wide = unsigned __int128;

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

// Pages begin as zeros: each cell is an end.
absl::StatusOr<WarmCredentials> WarmCredentials::Make(std::size_t capacity) {
  const std::size_t homes = capacity + capacity * 2 / 5 + 1;
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make((homes + kWindow) * sizeof(Cell)));
  return WarmCredentials(std::move(pages), homes);
}

// Ids of keys are random.
WarmCredentials::Cell* WarmCredentials::ChainOf(const KeyId& key) const {
  const auto home = static_cast<std::size_t>(Wide{FirstHalf(key)} * homes_ >> 64);
  return static_cast<Cell*>(pages_.data()) + home;
}

// Every other entry lies in the place behind its home, or further.
void WarmCredentials::Prefetch(const KeyId& key) const {
  const Cell* const home = ChainOf(key);
  __builtin_prefetch(home);
  __builtin_prefetch(home + 1);
}

// Loads that acquire, of stores that release: a word that is newer than the first look at the
// version brings a newer version with it.
bool WarmCredentials::Read(const Cell& cell, Words& words) {
  for (std::size_t i = 0; i < kWords; ++i) {
    words[i] = cell.words[i].load(std::memory_order_acquire);
  }
  return VersionOf(words[0]) % 2 == 0 && cell.words[0].load(std::memory_order_acquire) == words[0];
}

void WarmCredentials::Write(Cell& cell, const Words& words) {
  const std::uint32_t version = VersionOf(cell.words[0].load(std::memory_order_relaxed));
  cell.words[0].store(std::uint64_t{version + 1} << 32, std::memory_order_release);
  for (std::size_t i = 1; i < kWords; ++i) {
    cell.words[i].store(words[i], std::memory_order_release);
  }
  const std::uint32_t next = version + 2;
  cell.words[0].store(std::uint64_t{next} << 32 | words[0], std::memory_order_release);
}

template <class Matches>
bool WarmCredentials::Find(const KeyId& key, Matches matches, WarmCredential& found) const {
  const Cell* const chain = ChainOf(key);
  const std::uint64_t second_half = SecondHalf(key);
  for (const Cell* cell = chain; cell != chain + kWindow; ++cell) {
    Words words;
    const bool whole = Read(*cell, words);
    if (words[4] == kEnd) return false;
    if (!whole || words[3] != second_half || words[4] == kForgotten || !matches(words)) continue;
    found.secret_number = static_cast<std::uint32_t>(words[7] >> 32);
    found.use_epoch = static_cast<std::uint32_t>(words[0]);
    found.expires_us = static_cast<std::int64_t>(words[5]);
    found.identity_serial = words[6] >> 32;
    found.account_serial = static_cast<std::uint32_t>(words[6]);
    found.stamp = StampOf(words[4]);
    found.member = static_cast<Slot>(words[4]);
    found.identity = static_cast<Slot>(words[7] >> 16);
    found.account = static_cast<Slot>(words[7]);
    return true;
  }
  return false;
}

bool WarmCredentials::FindByToken(const KeyId& key, const crypto::Hash128& token,
                                  WarmCredential& found) const {
  return Find(
      key, [&](const Words& words) { return words[1] == token.low && words[2] == token.high; },
      found);
}

bool WarmCredentials::FindBySecret(const KeyId& key, std::uint32_t secret_number,
                                   std::uint32_t use_epoch, WarmCredential& found) const {
  return Find(
      key,
      [&](const Words& words) {
        return words[7] >> 32 == secret_number && static_cast<std::uint32_t>(words[0]) == use_epoch;
      },
      found);
}

WarmCredentials::Cell& WarmCredentials::PlaceFor(const Words& words, const KeyId& key,
                                                 const ChangeStamps& stamps) {
  Cell* const chain = ChainOf(key);
  Cell* free = nullptr;
  for (Cell* cell = chain; cell != chain + kWindow; ++cell) {
    const auto word = [&](std::size_t i) { return cell->words[i].load(std::memory_order_relaxed); };
    if (word(1) == words[1] && word(2) == words[2]) return *cell;
    const bool vacant = word(4) <= kForgotten || !stamps.Holds(StampOf(word(4)));
    if (free == nullptr && vacant) free = cell;
    if (word(4) == kEnd) break;
  }
  return free != nullptr ? *free : VictimIn(chain);
}

WarmCredentials::Cell& WarmCredentials::VictimIn(Cell* chain) {
  std::array<std::uint32_t, kWindow> accounts;
  for (std::size_t i = 0; i < kWindow; ++i) {
    accounts[i] = static_cast<std::uint32_t>(chain[i].words[6].load(std::memory_order_relaxed));
  }
  std::size_t victim = 0;
  std::ptrdiff_t most = 0;
  for (std::size_t step = 0; step < kWindow; ++step) {
    const std::size_t i = (evictions_ + step) % kWindow;
    const std::ptrdiff_t of_account = std::ranges::count(accounts, accounts[i]);
    if (of_account > most) {
      victim = i;
      most = of_account;
    }
  }
  evictions_ = victim + 1;
  return chain[victim];
}

void WarmCredentials::Insert(const KeyId& key, const crypto::Hash128& token,
                             const WarmCredential& credential, const ChangeStamps& stamps) {
  if (!Fits(credential)) return;
  const Words words{
      credential.use_epoch,
      token.low,
      token.high,
      SecondHalf(key),
      credential.stamp << 16 | credential.member,
      static_cast<std::uint64_t>(credential.expires_us),
      credential.identity_serial << 32 | credential.account_serial,
      std::uint64_t{credential.secret_number} << 32 |
          static_cast<std::uint64_t>(credential.identity) << 16 | credential.account,
  };
  Write(PlaceFor(words, key, stamps), words);
}

void WarmCredentials::Forget(const KeyId& key) {
  Cell* const chain = ChainOf(key);
  for (Cell* cell = chain; cell != chain + kWindow; ++cell) {
    const std::uint64_t state = cell->words[4].load(std::memory_order_relaxed);
    if (state == kEnd) return;
    if (state == kForgotten) continue;
    if (cell->words[3].load(std::memory_order_relaxed) != SecondHalf(key)) continue;
    Words words{};
    words[4] = kForgotten;
    Write(*cell, words);
    CloseAt(*cell);
  }
}

std::size_t WarmCredentials::ChainLength(const KeyId& key) const {
  const Cell* const chain = ChainOf(key);
  const Cell* const end = std::find_if(chain, chain + kWindow, [](const Cell& cell) {
    return cell.words[4].load(std::memory_order_relaxed) == kEnd;
  });
  return static_cast<std::size_t>(end - chain);
}

void WarmCredentials::CloseAt(Cell& cell) {
  Cell* const first = static_cast<Cell*>(pages_.data());
  const auto state = [](const Cell& at) { return at.words[4].load(std::memory_order_relaxed); };
  const bool is_last = &cell == first + homes_ + kWindow - 1;
  if (!is_last && state(*(&cell + 1)) != kEnd) return;
  for (Cell* at = &cell; state(*at) == kForgotten; --at) {
    Write(*at, Words{});
    if (at == first) return;
  }
}

}  // namespace latchkey::cache
