#include "engine/cache/warm_credentials.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

// The words of a cell
//   0  version (32) | use epoch (32)
//   1  hash of the token, low        2  hash of the token, high
//   3  second half of the key's id but for its lowest six bits (58) | how far it lies from home (6)
//   4  stamp (48) | slot of the membership (16); 0: there is no entry
//   5  expiry
//   6  identity (32) | account (32)
//   7  reach, of this cell as a home (8) | secret number (24) |
//      slot of the identity (16) | slot of the account (16)
// The first half of the key's id chooses its home. The reach belongs to the place and not to the
// entry: 1 more than the furthest of those that have their home here lies from it, 0 if there is
// none.
constexpr unsigned kReachShift = 56;
constexpr std::uint64_t kReachMask = std::uint64_t{0xFF} << kReachShift;
constexpr std::uint64_t kSecretNumberMax = (1 << 24) - 1;  // a token carries less
constexpr std::uint64_t kPlaceMask = 63;
constexpr std::uint64_t kStampMax = (std::uint64_t{1} << 48) - 1;

__extension__ using Wide = unsigned __int128;

std::uint64_t FirstHalf(const KeyId& key) {
  std::uint64_t half = 0;
  std::memcpy(&half, key.bytes().data(), sizeof half);
  return half;
}

// Word 3 of an entry of the key at home.
std::uint64_t IdWord(const KeyId& key) {
  std::uint64_t half = 0;
  std::memcpy(&half, key.bytes().data() + sizeof half, sizeof half);
  return half & ~kPlaceMask;
}

std::uint32_t VersionOf(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }
std::uint64_t StampOf(std::uint64_t word) { return word >> 16; }
std::size_t ReachOf(std::uint64_t word) { return word >> kReachShift; }
std::uint32_t SecretNumberOf(std::uint64_t word) {
  return static_cast<std::uint32_t>((word & ~kReachMask) >> 32);
}

bool Fits(const WarmCredential& credential) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  return credential.identity_serial <= kMax && credential.account_serial <= kMax &&
         credential.stamp <= kStampMax && credential.secret_number <= kSecretNumberMax;
}

}  // namespace

// Pages begin as zeros: no entry, and no home of any.
absl::StatusOr<WarmCredentials> WarmCredentials::Make(std::size_t capacity) {
  static_assert(kWindow == kPlaceMask + 1);
  const std::size_t homes = capacity + capacity * 2 / 5 + 1;
  LATCHKEY_ASSIGN_OR_RETURN(Pages pages, Pages::Make((homes + kWindow) * sizeof(Cell)));
  return WarmCredentials(std::move(pages), homes);
}

// Ids of keys are random.
WarmCredentials::Cell* WarmCredentials::HomeOf(const KeyId& key) const {
  const auto home = static_cast<std::size_t>(Wide{FirstHalf(key)} * homes_ >> 64);
  return static_cast<Cell*>(pages_.data()) + home;
}

// In a full table every third entry lies behind its home.
void WarmCredentials::Prefetch(const KeyId& key) const {
  const Cell* const home = HomeOf(key);
  __builtin_prefetch(home);
  __builtin_prefetch(home + 1);
}

// Loads that acquire, of stores that release: a word that is newer than the first look at the
// version brings a newer version with it.
bool WarmCredentials::Read(const Cell& cell, Words& words) {
  const auto load = [&](std::size_t i) { return cell.words[i].load(std::memory_order_acquire); };
  words = {load(0), load(1), load(2), load(3), load(4), load(5), load(6), load(7)};
  return VersionOf(words[0]) % 2 == 0 && load(0) == words[0];
}

void WarmCredentials::Write(Cell& cell, const Words& words) {
  const auto old = [&](std::size_t i) { return cell.words[i].load(std::memory_order_relaxed); };
  const std::uint32_t version = VersionOf(old(0));
  cell.words[0].store(std::uint64_t{version + 1} << 32, std::memory_order_release);
  for (std::size_t i = 1; i < kWords - 1; ++i) {
    cell.words[i].store(words[i], std::memory_order_release);
  }
  cell.words[7].store((old(7) & kReachMask) | words[7], std::memory_order_release);
  const std::uint32_t next = version + 2;
  cell.words[0].store(std::uint64_t{next} << 32 | words[0], std::memory_order_release);
}

void WarmCredentials::SetReach(Cell& home, std::size_t reach) {
  const std::uint64_t word = home.words[7].load(std::memory_order_relaxed);
  home.words[7].store((word & ~kReachMask) | std::uint64_t{reach} << kReachShift,
                      std::memory_order_release);
}

void WarmCredentials::Refit(Cell& home) {
  const std::size_t before = ReachOf(home.words[7].load(std::memory_order_relaxed));
  const auto is_of_home = [&](std::size_t place) {
    const Cell& cell = *(&home + place);
    return cell.words[4].load(std::memory_order_relaxed) != 0 &&
           (cell.words[3].load(std::memory_order_relaxed) & kPlaceMask) == place;
  };
  std::size_t reach = before;
  while (reach > 0 && !is_of_home(reach - 1)) --reach;
  if (reach != before) SetReach(home, reach);
}

template <class Matches>
bool WarmCredentials::Find(const KeyId& key, Matches matches, WarmCredential& found) const {
  const Cell* const home = HomeOf(key);
  const std::uint64_t id = IdWord(key);
  Words words;
  bool whole = Read(*home, words);
  const std::size_t reach = ReachOf(words[7]);
  for (std::size_t place = 0; place < reach; ++place) {
    if (place > 0) whole = Read(home[place], words);
    if (!whole || words[3] != (id | place) || words[4] == 0 || !matches(words)) continue;
    found.secret_number = SecretNumberOf(words[7]);
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
        return SecretNumberOf(words[7]) == secret_number &&
               static_cast<std::uint32_t>(words[0]) == use_epoch;
      },
      found);
}

std::size_t WarmCredentials::PlaceFor(const crypto::Hash128& token, const Cell* home,
                                      const ChangeStamps& stamps) {
  const std::size_t reach = ReachOf(home->words[7].load(std::memory_order_relaxed));
  std::optional<std::size_t> vacant;
  for (std::size_t place = 0; place < kWindow && !(vacant && place >= reach); ++place) {
    const Cell& cell = home[place];
    const auto word = [&](std::size_t i) { return cell.words[i].load(std::memory_order_relaxed); };
    const bool is_entry = word(4) != 0;
    if (is_entry && word(1) == token.low && word(2) == token.high) return place;
    if (!vacant && !(is_entry && stamps.Holds(StampOf(word(4))))) vacant = place;
  }
  return vacant ? *vacant : VictimIn(home);
}

std::size_t WarmCredentials::VictimIn(const Cell* home) {
  std::array<std::uint32_t, kWindow> accounts;
  for (std::size_t i = 0; i < kWindow; ++i) {
    accounts[i] = static_cast<std::uint32_t>(home[i].words[6].load(std::memory_order_relaxed));
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
  return victim;
}

void WarmCredentials::Insert(const KeyId& key, const crypto::Hash128& token,
                             const WarmCredential& credential, const ChangeStamps& stamps) {
  if (!Fits(credential)) return;
  Cell* const home = HomeOf(key);
  const std::size_t place = PlaceFor(token, home, stamps);
  Cell* const cell = home + place;
  const bool replaces = cell->words[4].load(std::memory_order_relaxed) != 0;
  Cell* const home_before = cell - (cell->words[3].load(std::memory_order_relaxed) & kPlaceMask);
  Write(*cell, {
                   credential.use_epoch,
                   token.low,
                   token.high,
                   IdWord(key) | place,
                   credential.stamp << 16 | credential.member,
                   static_cast<std::uint64_t>(credential.expires_us),
                   credential.identity_serial << 32 | credential.account_serial,
                   std::uint64_t{credential.secret_number} << 32 |
                       static_cast<std::uint64_t>(credential.identity) << 16 | credential.account,
               });
  if (ReachOf(home->words[7].load(std::memory_order_relaxed)) <= place) SetReach(*home, place + 1);
  if (replaces && home_before != home) Refit(*home_before);
}

void WarmCredentials::Forget(const KeyId& key) {
  Cell* const home = HomeOf(key);
  const std::size_t reach = ReachOf(home->words[7].load(std::memory_order_relaxed));
  for (std::size_t place = 0; place < reach; ++place) {
    Cell& cell = home[place];
    const bool is_of_key = cell.words[4].load(std::memory_order_relaxed) != 0 &&
                           cell.words[3].load(std::memory_order_relaxed) == (IdWord(key) | place);
    if (is_of_key) Write(cell, Words{});
  }
  Refit(*home);
}

std::size_t WarmCredentials::ChainLength(const KeyId& key) const {
  return ReachOf(HomeOf(key)->words[7].load(std::memory_order_acquire));
}

}  // namespace latchkey::cache
