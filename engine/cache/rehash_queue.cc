#include "engine/cache/rehash_queue.h"

namespace latchkey::cache {

RehashQueue::~RehashQueue() {
  for (Rehash& rehash : waiting_) crypto::Wipe(rehash.input);
}

bool RehashQueue::HasRoomFor(const KeyId& key, std::uint32_t secret_number) const {
  if (count_ == kMax) return false;
  for (std::size_t i = 0; i < count_; ++i) {
    const Rehash& waits = waiting_[(first_ + i) % kMax];
    if (waits.key == key && waits.secret_number == secret_number) return false;
  }
  return true;
}

bool RehashQueue::Wants(const KeyId& key, std::uint32_t secret_number) const {
  const std::lock_guard lock(mutex_);
  return HasRoomFor(key, secret_number);
}

void RehashQueue::Put(const Rehash& rehash) {
  const std::lock_guard lock(mutex_);
  if (!HasRoomFor(rehash.key, rehash.secret_number)) return;
  waiting_[(first_ + count_) % kMax] = rehash;
  ++count_;
}

std::optional<Rehash> RehashQueue::Take() {
  const std::lock_guard lock(mutex_);
  if (count_ == 0) return std::nullopt;
  Rehash& first = waiting_[first_];
  std::optional<Rehash> taken = first;
  crypto::Wipe(first.input);
  first_ = (first_ + 1) % kMax;
  --count_;
  return taken;
}

}  // namespace latchkey::cache
