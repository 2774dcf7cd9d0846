// engine/crypto/crypto.h: the one door to libsodium.
//
// Pure functions over bytes; no record, no token text, no policy. Duties: hazards F1, K1, K2, K8,
// K11, K12.
#ifndef LATCHKEY_ENGINE_CRYPTO_CRYPTO_H_
#define LATCHKEY_ENGINE_CRYPTO_CRYPTO_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace latchkey::crypto {

using Bytes16 = std::array<std::uint8_t, 16>;
using Bytes32 = std::array<std::uint8_t, 32>;

// Once per process before anything else here; later calls cost nothing. Errors: kNoEntropy.
[[nodiscard]] absl::Status Initialize();

// Fills `out` from the kernel without waiting. An all-zero or repeated answer of 16 bytes or more
// is refused too (hazard K11, C10). Errors: kNoEntropy; `out` is then zeroed.
[[nodiscard]] absl::Status FillRandom(std::span<std::uint8_t> out);

inline constexpr std::uint32_t kArgon2MemoryMinKib = 8;
inline constexpr std::uint32_t kArgon2MemoryMaxKib = 256 * 1024;
inline constexpr std::uint32_t kArgon2PassesMax = 10;

// Argon2id 1.3, one lane, 32 bytes out, by raw crypto_pwhash: never crypto_pwhash_str_verify, which
// reports a lack of memory as a wrong password (hazard F1).
// Errors  kCorrupt      the cost is out of the range above; nothing is allocated (hazard K2, C17)
//         kOutOfMemory  says nothing about the input
// Cost    about 17 ms at 19 MiB and 2 passes; `memory_kib` of memory while it runs.
[[nodiscard]] absl::Status Argon2id(std::span<const std::uint8_t> input, const Bytes16& salt,
                                    std::uint32_t memory_kib, std::uint32_t passes, Bytes32& out);

// BLAKE2b over the parts, each preceded by its length as 8 little-endian bytes, so that parts
// cannot run into each other (hazard C34). `key` is empty or 16..64 bytes: then it is a MAC.
[[nodiscard]] Bytes16 Blake2b128(std::initializer_list<std::string_view> parts,
                                 std::span<const std::uint8_t> key = {});
[[nodiscard]] Bytes32 Blake2b256(std::initializer_list<std::string_view> parts,
                                 std::span<const std::uint8_t> key = {});

// SipHash-2-4.
[[nodiscard]] std::uint64_t SipHash64(const Bytes16& key, std::string_view text);

// Constant time in the contents. Different lengths are unequal.
[[nodiscard]] bool EqualBytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b);

void Wipe(std::span<std::uint8_t> bytes);
// Wipes the 16 KiB of stack below the caller: more than the calls above use (hazard K12).
void WipeStack();

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
};

// A random key in locked memory, wiped on destruction and in a forked child (hazard O5).
// There it reads as zeros, so whoever holds one asks base::ForkGeneration() before using it.
class ProcessKey {
 public:
  // Errors: kNoEntropy; kOutOfMemory: no guarded memory.
  [[nodiscard]] static absl::StatusOr<ProcessKey> Make();
  ProcessKey(ProcessKey&& other) noexcept;
  ProcessKey& operator=(ProcessKey&&) = delete;
  ~ProcessKey();
  [[nodiscard]] const Bytes16& bytes() const;
  // For telling texts apart (engine/base/pair_hash.h): no hash may be shown to anybody. Two texts
  // of up to 128 bytes have one hash with a probability of at most 2^-124, and no branch and no
  // address depends on what is in them.
  [[nodiscard]] Hash128 HashOf(std::string_view text) const;
  [[nodiscard]] bool locked() const { return locked_; }  // false: RLIMIT_MEMLOCK (hazard C24)

  struct Numbers;  // process_key.cc

 private:
  ProcessKey(Numbers* numbers, bool locked) : numbers_(numbers), locked_(locked) {}
  Numbers* numbers_;
  bool locked_;
};

}  // namespace latchkey::crypto

#endif  // LATCHKEY_ENGINE_CRYPTO_CRYPTO_H_
