// engine/crypto/random_source.h: where FillRandom gets its bytes, and the seam by which tests make
// the kernel fail (hazard C10).
#ifndef LATCHKEY_ENGINE_CRYPTO_RANDOM_SOURCE_H_
#define LATCHKEY_ENGINE_CRYPTO_RANDOM_SOURCE_H_

#include <sys/types.h>

#include <cstddef>

namespace latchkey::crypto {

// Shape and errors of getrandom(2).
using RandomSource = ssize_t (*)(void* buffer, std::size_t size, unsigned flags);

// Replaces getrandom for FillRandom in the whole process; nullptr puts the kernel back. For tests
// only: every secret made afterwards is as predictable as `source`. Threads: any.
void SetRandomSourceForTests(RandomSource source);

}  // namespace latchkey::crypto

#endif  // LATCHKEY_ENGINE_CRYPTO_RANDOM_SOURCE_H_
