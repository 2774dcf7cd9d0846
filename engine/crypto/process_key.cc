#include <pthread.h>

#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/pair_hash.h"
#include "engine/crypto/crypto.h"
#include "engine/crypto/locked_memory.h"

namespace latchkey::crypto {

struct ProcessKey::Numbers {
  Bytes16 bytes{};
  base::PairHash texts;

  void Wipe() { crypto::Wipe(std::span(reinterpret_cast<std::uint8_t*>(this), sizeof *this)); }
};

namespace {

// Every live key of this process. fork() takes the lock first, so that the child never meets it
// held by a thread that it does not have, nor a list in the middle of a change.
struct LiveKeys {
  std::mutex mutex;
  std::vector<ProcessKey::Numbers*> keys;
  bool watches_fork = false;
};

// Never destroyed: a process may fork while its static objects are being destroyed.
LiveKeys& Live() {
  static LiveKeys* const live = new LiveKeys;
  return *live;
}

void BeforeFork() { Live().mutex.lock(); }
void InParent() { Live().mutex.unlock(); }
void InChild() {
  for (ProcessKey::Numbers* key : Live().keys) key->Wipe();
  Live().mutex.unlock();
}

// False: out of memory. The handlers are installed once and stay.
bool WatchFork() {
  const std::lock_guard lock(Live().mutex);
  if (!Live().watches_fork) {
    Live().watches_fork = pthread_atfork(&BeforeFork, &InParent, &InChild) == 0;
  }
  return Live().watches_fork;
}

// In a frame of its own, which the caller wipes: it holds a copy of the numbers.
[[gnu::noinline]] void DrawNumbers(ProcessKey::Numbers& numbers) {
  numbers.texts = base::PairHash(base::SipKeyOf(numbers.bytes));
}

void Register(ProcessKey::Numbers* key) {
  const std::lock_guard lock(Live().mutex);
  Live().keys.push_back(key);
}

void Unregister(ProcessKey::Numbers* key) {
  const std::lock_guard lock(Live().mutex);
  std::erase(Live().keys, key);
}

}  // namespace

absl::StatusOr<ProcessKey> ProcessKey::Make() {
  LATCHKEY_RETURN_IF_ERROR(Initialize());
  if (!WatchFork()) return base::Error(Reason::kOutOfMemory, "no memory to watch for fork");
  const LockedMemory memory = AllocateLocked(sizeof(Numbers));
  if (memory.bytes == nullptr) {
    return base::Error(Reason::kOutOfMemory, "no guarded memory for the key of this process");
  }
  // Registered before it is filled: no moment is left in which a fork could copy it.
  ProcessKey key(new (memory.bytes) Numbers, memory.locked);
  Numbers& numbers = *key.numbers_;
  Register(&numbers);
  LATCHKEY_RETURN_IF_ERROR(FillRandom(numbers.bytes));
  DrawNumbers(numbers);
  WipeStack();
  return key;
}

ProcessKey::ProcessKey(ProcessKey&& other) noexcept
    : numbers_(std::exchange(other.numbers_, nullptr)), locked_(other.locked_) {}

ProcessKey::~ProcessKey() {
  if (numbers_ == nullptr) return;
  numbers_->Wipe();
  Unregister(numbers_);
  FreeLocked(numbers_);
}

const Bytes16& ProcessKey::bytes() const { return numbers_->bytes; }

Hash128 ProcessKey::HashOf(std::string_view text) const {
  const auto [low, high] = numbers_->texts.Of(text);
  return {.low = low, .high = high};
}

}  // namespace latchkey::crypto
