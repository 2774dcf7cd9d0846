#include <sys/random.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "engine/base/error.h"
#include "engine/crypto/crypto.h"
#include "engine/crypto/random_source.h"

namespace latchkey::crypto {
namespace {

// Shorter answers may be zero or repeat by chance; at 16 bytes the chance is 2^-128.
constexpr std::size_t kBlock = 16;

std::atomic<RandomSource> random_source{&getrandom};

// Reads until `out` is full: getrandom may answer short for long requests and under signals.
// GRND_NONBLOCK: a host that starts before the kernel is seeded gets an error, not a stall.
bool ReadAll(std::span<std::uint8_t> out) {
  const RandomSource source = random_source.load(std::memory_order_acquire);
  while (!out.empty()) {
    const ssize_t answer = source(out.data(), out.size(), GRND_NONBLOCK);
    if (answer < 0 && errno == EINTR) continue;
    if (answer <= 0) return false;
    const auto got = static_cast<std::size_t>(answer);
    if (got > out.size()) return false;
    out = out.subspan(got);
  }
  return true;
}

// True if one block of 16 is all zero or equals the block before it.
bool HasStuckBlock(std::span<const std::uint8_t> bytes) {
  static constexpr std::uint8_t kZeros[kBlock] = {};
  const std::uint8_t* before = nullptr;
  bool stuck = false;
  for (std::size_t at = 0; at + kBlock <= bytes.size(); at += kBlock) {
    const std::uint8_t* const block = bytes.data() + at;
    stuck |= std::memcmp(block, kZeros, kBlock) == 0;
    stuck |= before != nullptr && std::memcmp(block, before, kBlock) == 0;
    before = block;
  }
  return stuck;
}

// True if the answer starts like the last one. What is kept of an answer is 64 bits of a one-way
// hash of 16 of its bytes: it helps nobody to find a secret that was made of them.
bool RepeatsLastAnswer(std::span<const std::uint8_t> bytes) {
  static std::atomic<std::uint64_t> last_fingerprint{0};
  const Bytes16 hash =
      Blake2b128({std::string_view(reinterpret_cast<const char*>(bytes.data()), kBlock)});
  std::uint64_t fingerprint = 0;
  std::memcpy(&fingerprint, hash.data(), sizeof fingerprint);
  return last_fingerprint.exchange(fingerprint, std::memory_order_relaxed) == fingerprint;
}

}  // namespace

void SetRandomSourceForTests(RandomSource source) {
  random_source.store(source == nullptr ? &getrandom : source, std::memory_order_release);
}

absl::Status FillRandom(std::span<std::uint8_t> out) {
  const bool filled = ReadAll(out);
  if (filled && out.size() < kBlock) return absl::OkStatus();
  if (filled && !HasStuckBlock(out) && !RepeatsLastAnswer(out)) return absl::OkStatus();
  Wipe(out);
  return base::Error(Reason::kNoEntropy, filled ? "the kernel's random source repeats itself"
                                                : "the kernel gave no random bytes: retry later");
}

}  // namespace latchkey::crypto
