#include <pthread.h>

#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/crypto/crypto.h"
#include "engine/crypto/locked_memory.h"

namespace latchkey::crypto {
namespace {

// Every live key of this process. fork() takes the lock first, so that the child never meets it
// held by a thread that it does not have, nor a list in the middle of a change.
struct LiveKeys {
  std::mutex mutex;
  std::vector<Bytes16*> keys;
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
  for (Bytes16* key : Live().keys) Wipe(*key);
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

void Register(Bytes16* key) {
  const std::lock_guard lock(Live().mutex);
  Live().keys.push_back(key);
}

void Unregister(Bytes16* key) {
  const std::lock_guard lock(Live().mutex);
  std::erase(Live().keys, key);
}

}  // namespace

absl::StatusOr<ProcessKey> ProcessKey::Make() {
  LATCHKEY_RETURN_IF_ERROR(Initialize());
  if (!WatchFork()) return base::Error(Reason::kOutOfMemory, "no memory to watch for fork");
  const LockedMemory memory = AllocateLocked(sizeof(Bytes16));
  if (memory.bytes == nullptr) {
    return base::Error(Reason::kOutOfMemory, "no guarded memory for the key of this process");
  }
  // Registered before it is filled: no moment is left in which a fork could copy it.
  ProcessKey key(new (memory.bytes) Bytes16{}, memory.locked);
  Register(key.bytes_);
  LATCHKEY_RETURN_IF_ERROR(FillRandom(*key.bytes_));
  return key;
}

ProcessKey::ProcessKey(ProcessKey&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)), locked_(other.locked_) {}

ProcessKey::~ProcessKey() {
  if (bytes_ == nullptr) return;
  Wipe(*bytes_);
  Unregister(bytes_);
  FreeLocked(bytes_);
}

}  // namespace latchkey::crypto
