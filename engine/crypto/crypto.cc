#include "engine/crypto/crypto.h"

#include <sodium.h>

#include <atomic>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/crypto/locked_memory.h"

namespace latchkey::crypto {
namespace {

static_assert(crypto_pwhash_SALTBYTES == sizeof(Bytes16));
static_assert(kArgon2MemoryMinKib * 1024UL >= crypto_pwhash_MEMLIMIT_MIN);
static_assert(crypto_pwhash_OPSLIMIT_MIN == 1);
static_assert(crypto_shorthash_KEYBYTES == sizeof(Bytes16));
static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof(Bytes16));

// More than any call of this file uses below its caller's frame; tests/crypto measures it.
constexpr std::size_t kStackWipeBytes = 16 * 1024;

std::uint64_t LoadLittleEndian64(const std::uint8_t* bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

std::array<std::uint8_t, 8> StoreLittleEndian64(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes;
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

// Never null: libsodium declares its inputs so, even of no bytes.
const std::uint8_t* BytesOf(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.empty() ? "" : text.data());
}

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename Hash>
Hash Blake2b(std::initializer_list<std::string_view> parts, std::span<const std::uint8_t> key) {
  LATCHKEY_INVARIANT(key.empty() || (key.size() >= crypto_generichash_KEYBYTES_MIN &&
                                     key.size() <= crypto_generichash_KEYBYTES_MAX),
                     "a key of BLAKE2b has 16..64 bytes");
  crypto_generichash_state state;
  Hash hash{};
  crypto_generichash_init(&state, key.data(), key.size(), hash.size());
  for (const std::string_view part : parts) {
    const auto length = StoreLittleEndian64(part.size());
    crypto_generichash_update(&state, length.data(), length.size());
    crypto_generichash_update(&state, BytesOf(part), part.size());
  }
  crypto_generichash_final(&state, hash.data(), hash.size());  // wipes the state
  return hash;
}

}  // namespace

// libsodium calls sodium_misuse(), which aborts the host, if it finds no randomness while it
// starts. So it is started only after the kernel was seen to give some (hazard K11).
absl::Status Initialize() {
  static std::atomic<bool> done{false};
  if (done.load(std::memory_order_acquire)) return absl::OkStatus();
  Bytes16 probe;
  LATCHKEY_RETURN_IF_ERROR(FillRandom(probe));
  Wipe(probe);
  if (sodium_init() < 0) return base::Error(Reason::kNoEntropy, "libsodium did not start: retry");
  done.store(true, std::memory_order_release);
  return absl::OkStatus();
}

absl::Status Argon2id(std::span<const std::uint8_t> input, const Bytes16& salt,
                      std::uint32_t memory_kib, std::uint32_t passes, Bytes32& out) {
  out.fill(0);
  if (memory_kib < kArgon2MemoryMinKib || memory_kib > kArgon2MemoryMaxKib || passes < 1 ||
      passes > kArgon2PassesMax) {
    return base::Error(Reason::kCorrupt, "the stored cost of Argon2id is out of range");
  }
  LATCHKEY_INVARIANT(input.size() <= crypto_pwhash_PASSWD_MAX, "Argon2id takes less than 4 GiB");
  // With everything in range, only a lack of memory is left to fail.
  const int fault = crypto_pwhash(out.data(), out.size(), input.empty() ? "" : TextOf(input).data(),
                                  input.size(), salt.data(), passes, std::size_t{memory_kib} * 1024,
                                  crypto_pwhash_ALG_ARGON2ID13);
  if (fault == 0) return absl::OkStatus();
  out.fill(0);
  return base::Error(Reason::kOutOfMemory, "Argon2id could not get its memory: retry later");
}

Bytes16 Blake2b128(std::initializer_list<std::string_view> parts,
                   std::span<const std::uint8_t> key) {
  return Blake2b<Bytes16>(parts, key);
}

Bytes32 Blake2b256(std::initializer_list<std::string_view> parts,
                   std::span<const std::uint8_t> key) {
  return Blake2b<Bytes32>(parts, key);
}

std::uint64_t SipHash64(const Bytes16& key, std::string_view text) {
  std::array<std::uint8_t, crypto_shorthash_siphash24_BYTES> hash;
  crypto_shorthash_siphash24(hash.data(), BytesOf(text), text.size(), key.data());
  return LoadLittleEndian64(hash.data());
}

bool EqualBytes(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  return a.size() == b.size() &&
         sodium_memcmp(BytesOf(TextOf(a)), BytesOf(TextOf(b)), a.size()) == 0;
}

void Wipe(std::span<std::uint8_t> bytes) {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

void WipeStack() { sodium_stackzero(kStackWipeBytes); }

LockedMemory AllocateLocked(std::size_t size) {
  void* const bytes = sodium_malloc(size);
  if (bytes == nullptr) return {};
  // sodium_malloc locks too, but does not say whether it could.
  return {.bytes = bytes, .locked = sodium_mlock(bytes, size) == 0};
}

void FreeLocked(void* bytes) { sodium_free(bytes); }

}  // namespace latchkey::crypto
