#include "engine/cache/activity_log.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/time/time.h"

namespace latchkey::cache {
namespace {

std::uint64_t NextId() {
  static std::atomic<std::uint64_t> ids{0};
  return ids.fetch_add(1) + 1;
}

constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;

base::SecretUses SecretUsesOf(const UsesTable::Cell& cell) {
  return {cell.secret_number, {cell.count, absl::FromUnixSeconds(cell.second)}};
}

}  // namespace

// One thread writes; who holds the mutex takes out.
struct ActivityLog::Ring {
  void Write(std::uint64_t place, const Entry& entry) {
    entries[place % kRingEntries] = entry;
    written.store(place + 1, std::memory_order_release);
  }

  alignas(64) std::atomic<std::uint64_t> written{0};
  alignas(64) std::atomic<std::uint64_t> taken{0};
  std::atomic<bool> left{false};  // by its thread: it may be given to another
  std::mutex mutex;
  alignas(64) std::array<Entry, kRingEntries> entries{};
};

thread_local constinit std::array<ActivityLog::Seat, 4> ActivityLog::seats_{};
thread_local constinit bool ActivityLog::thread_ends_ = false;

// Keeps the calling thread's rings alive, whatever becomes of their logs, and leaves them when the
// thread ends or a seat is needed for another log.
struct ActivityLog::Seats {
  ~Seats() {
    thread_ends_ = true;
    seats_ = {};
    for (std::shared_ptr<Ring>& ring : rings) Replace(ring, nullptr);
  }

  static void Replace(std::shared_ptr<Ring>& ring, std::shared_ptr<Ring> by) {
    if (ring != nullptr) ring->left.store(true, std::memory_order_release);
    ring = std::move(by);
  }

  static Seats& Own() {
    thread_local Seats own;
    return own;
  }

  std::array<std::shared_ptr<Ring>, 4> rings;
};

ActivityLog::ActivityLog() : id_(NextId()) {}
ActivityLog::~ActivityLog() = default;

void ActivityLog::Count(const KeyId& key, std::uint32_t secret_number, std::int64_t at_us) {
  const Entry entry{key.bytes(), secret_number,
                    static_cast<std::uint32_t>(at_us / kMicrosecondsPerSecond)};
  Seat* seat = &seats_[id_ % seats_.size()];
  if (seat->log != id_) [[unlikely]]
    seat = TakeSeat();
  if (seat == nullptr || seat->ring == nullptr) [[unlikely]]
    return Add(std::span(&entry, 1));
  Ring& ring = *seat->ring;
  const std::uint64_t place = ring.written.load(std::memory_order_relaxed);
  if (place - ring.taken.load(std::memory_order_acquire) == kRingEntries) [[unlikely]]
    Empty(ring);
  ring.Write(place, entry);
}

ActivityLog::Seat* ActivityLog::TakeSeat() {
  if (thread_ends_) return nullptr;
  const std::size_t at = id_ % seats_.size();
  std::shared_ptr<Ring>& mine = Seats::Own().rings[at];
  Seats::Replace(mine, RingForThread());
  seats_[at] = {id_, mine.get()};
  return &seats_[at];
}

std::shared_ptr<ActivityLog::Ring> ActivityLog::RingForThread() {
  const std::lock_guard lock(rings_mutex_);
  for (const std::shared_ptr<Ring>& ring : rings_) {
    if (!ring->left.load(std::memory_order_acquire)) continue;
    ring->left.store(false, std::memory_order_relaxed);
    return ring;
  }
  if (rings_.size() >= kRings) return nullptr;
  return rings_.emplace_back(std::make_shared<Ring>());
}

void ActivityLog::Empty(Ring& ring) {
  const std::lock_guard lock(ring.mutex);
  const std::uint64_t from = ring.taken.load(std::memory_order_relaxed);
  const std::uint64_t to = ring.written.load(std::memory_order_acquire);
  const std::size_t first = from % kRingEntries;
  const std::size_t count = to - from;
  const std::size_t before_end = std::min(count, kRingEntries - first);
  Add(std::span(ring.entries).subspan(first, before_end));
  Add(std::span(ring.entries).first(count - before_end));
  ring.taken.store(to, std::memory_order_release);
}

// What is added together waits for memory together.
void ActivityLog::Add(std::span<const Entry> entries) {
  if (entries.empty()) return;
  // Of each shard the first, and behind each the next one.
  constexpr std::uint16_t kNone = kRingEntries;
  std::array<std::uint16_t, kShards> firsts;
  firsts.fill(kNone);
  std::array<std::uint16_t, kRingEntries> nexts;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    nexts[i] = std::exchange(firsts[ShardOf(entries[i].key)], static_cast<std::uint16_t>(i));
  }
  // Begins with the shard of the first entry, so that threads spread over the shards.
  const std::size_t start = ShardOf(entries.front().key);
  for (std::size_t i = 0; i < kShards; ++i) {
    const std::size_t at = (start + i) % kShards;
    if (firsts[at] == kNone) continue;
    Shard& shard = shards_[at];
    const std::lock_guard lock(shard.mutex);
    for (std::uint16_t j = firsts[at]; j != kNone; j = nexts[j]) {
      shard.uses.Prefetch(entries[j].key);
    }
    for (std::uint16_t j = firsts[at]; j != kNone; j = nexts[j]) {
      shard.uses.Add({entries[j].key, entries[j].secret_number, entries[j].second, 1});
    }
  }
}

void ActivityLog::Gather() {
  std::vector<std::shared_ptr<Ring>> rings;
  {
    const std::lock_guard lock(rings_mutex_);
    rings = rings_;
  }
  for (const std::shared_ptr<Ring>& ring : rings) Empty(*ring);
}

ActivityLog::SecretsUses ActivityLog::Of(const KeyId& key) const {
  const Shard& shard = shards_[ShardOf(key.bytes())];
  const std::lock_guard lock(shard.mutex);
  SecretsUses found;
  shard.uses.ForEachOf(key.bytes(), [&](const auto& cell) { found.push_back(SecretUsesOf(cell)); });
  return found;
}

std::vector<ActivityLog::KeyUses> ActivityLog::Take(std::size_t shard) {
  UsesTable taken;
  {
    Shard& from = shards_[shard];
    const std::lock_guard lock(from.mutex);
    std::swap(taken, from.uses);
  }
  std::vector<KeyUses> keys;
  for (const UsesTable::Cell& cell : std::move(taken).TakeSorted()) {
    const KeyId key(cell.key);
    if (keys.empty() || keys.back().key != key) keys.push_back({key, {}});
    keys.back().secrets.push_back(SecretUsesOf(cell));
  }
  return keys;
}

void ActivityLog::PutBack(std::span<const KeyUses> keys) {
  for (const KeyUses& key : keys) {
    Shard& shard = shards_[ShardOf(key.key.bytes())];
    const std::lock_guard lock(shard.mutex);
    for (const base::SecretUses& secret : key.secrets) {
      const auto second = static_cast<std::uint32_t>(absl::ToUnixSeconds(secret.uses.last));
      shard.uses.Add({key.key.bytes(), secret.number, second, secret.uses.count});
    }
  }
}

std::size_t ActivityLog::rings() const {
  const std::lock_guard lock(rings_mutex_);
  return rings_.size();
}

}  // namespace latchkey::cache
