#include "engine/cache/access_table.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace latchkey::cache {
namespace {

// Sets are as many as blocks of the usual size find room: 12 policies take some 400 bytes.
constexpr std::size_t kUsualBlockBytes = 512;
// One part in so many is left for blocks that wait to be freed; no block is larger.
constexpr std::size_t kSpare = 8;
constexpr unsigned kPointerBits = 48;
constexpr std::uint64_t kPointerMask = (std::uint64_t{1} << kPointerBits) - 1;

// The hash is keyed and uniform; serials are not.
std::uint64_t Mix(std::uint64_t identity_serial, std::uint64_t account_hash) {
  std::uint64_t mixed = account_hash ^ identity_serial * 0x9E37'79B9'7F4A'7C15U;
  mixed ^= mixed >> 32;
  return mixed * 0xD6E8'FEB8'6659'FD93U;
}

std::uint64_t TagOf(std::uint64_t mixed) { return mixed & ~kPointerMask; }
std::size_t SetOf(std::uint64_t mixed, std::size_t sets) { return mixed >> 8 & (sets - 1); }

const AccessBlock* PointerOf(std::uint64_t way) {
  return reinterpret_cast<const AccessBlock*>(way & kPointerMask);
}

bool IsFor(const AccessBlock& block, std::uint64_t identity_serial, std::uint64_t account_hash) {
  return block.identity_serial == identity_serial && block.account_hash == account_hash;
}

}  // namespace

AccessTable::AccessTable(std::size_t bytes, ReadSide& readers)
    : capacity_(bytes),
      readers_(readers),
      sets_(std::bit_ceil(std::max<std::size_t>(1, bytes / kUsualBlockBytes / kWays))) {}

AccessTable::~AccessTable() {
  for (Set& set : sets_) {
    for (std::atomic<std::uint64_t>& way : set.ways) delete PointerOf(way.load());
  }
}

void AccessTable::Prefetch(std::uint64_t identity_serial, std::uint64_t account_hash) const {
  __builtin_prefetch(&sets_[SetOf(Mix(identity_serial, account_hash), sets_.size())]);
}

const AccessBlock* AccessTable::Find(std::uint64_t identity_serial,
                                     std::uint64_t account_hash) const {
  const std::uint64_t mixed = Mix(identity_serial, account_hash);
  for (const std::atomic<std::uint64_t>& place : sets_[SetOf(mixed, sets_.size())].ways) {
    const std::uint64_t way = place.load();
    if (way == 0 || TagOf(way) != TagOf(mixed)) continue;
    const AccessBlock* const block = PointerOf(way);
    if (IsFor(*block, identity_serial, account_hash)) return block;
  }
  return nullptr;
}

void AccessTable::Unlink(std::atomic<std::uint64_t>& way) {
  const AccessBlock* const block = PointerOf(way.exchange(0));
  if (block == nullptr) return;
  linked_ -= block->bytes();
  retired_.push_back({readers_.turns(), std::unique_ptr<const AccessBlock>(block)});
}

void AccessTable::Collect() {
  if (retired_.empty()) return;
  while (retired_.front().turns + ReadSide::kGraceTurns > readers_.turns()) {
    if (!readers_.TryTurn()) return;
  }
  while (!retired_.empty() && retired_.front().turns + ReadSide::kGraceTurns <= readers_.turns()) {
    bytes_ -= retired_.front().block->bytes();
    retired_.pop_front();
  }
}

void AccessTable::MakeRoom(std::size_t bytes) {
  const std::size_t ways = sets_.size() * kWays;
  for (std::size_t i = 0; i < ways && linked_ + bytes > capacity_ - capacity_ / kSpare; ++i) {
    Unlink(sets_[hand_ / kWays].ways[hand_ % kWays]);
    hand_ = (hand_ + 1) % ways;
  }
}

void AccessTable::Insert(std::unique_ptr<AccessBlock> block) {
  const std::size_t bytes = block->bytes();
  const auto pointer = reinterpret_cast<std::uint64_t>(block.get());
  if (bytes > capacity_ / kSpare || (pointer & ~kPointerMask) != 0) return;
  Collect();
  MakeRoom(bytes);
  if (bytes_ + bytes > capacity_) Collect();
  if (bytes_ + bytes > capacity_) return;

  const std::uint64_t mixed = Mix(block->identity_serial, block->account_hash);
  auto& ways = sets_[SetOf(mixed, sets_.size())].ways;
  std::atomic<std::uint64_t>* place = nullptr;
  for (std::atomic<std::uint64_t>& way : ways) {
    const AccessBlock* const other = PointerOf(way.load());
    const bool same =
        other != nullptr && IsFor(*other, block->identity_serial, block->account_hash);
    if (same || (other == nullptr && place == nullptr)) place = &way;
    if (same) break;
  }
  if (place == nullptr) {
    place = &ways[hand_ % kWays];
    hand_ = (hand_ + 1) % (sets_.size() * kWays);
  }
  Unlink(*place);
  bytes_ += bytes;
  linked_ += bytes;
  place->store(TagOf(mixed) | reinterpret_cast<std::uint64_t>(block.release()));
}

}  // namespace latchkey::cache
