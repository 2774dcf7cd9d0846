// engine/crypto/locked_memory.h: libsodium's guarded memory, for the keys of this process.
#ifndef LATCHKEY_ENGINE_CRYPTO_LOCKED_MEMORY_H_
#define LATCHKEY_ENGINE_CRYPTO_LOCKED_MEMORY_H_

#include <cstddef>

namespace latchkey::crypto {

struct LockedMemory {
  void* bytes = nullptr;  // between guard pages, not in core dumps; nullptr: out of memory
  bool locked = false;    // false: it may be swapped out (RLIMIT_MEMLOCK, hazard C24)
};

// After Initialize. `size` is a multiple of 16; the memory is aligned to 16.
[[nodiscard]] LockedMemory AllocateLocked(std::size_t size);
// Wipes and unmaps.
void FreeLocked(void* bytes);

}  // namespace latchkey::crypto

#endif  // LATCHKEY_ENGINE_CRYPTO_LOCKED_MEMORY_H_
