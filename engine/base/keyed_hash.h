// engine/base/keyed_hash.h: SipHash-2-4 of short texts, inlined where a call would cost as much as
// the hash. Two texts are taken for equal if 64 keyed bits are: the key is random for each process
// and never leaves it, so nobody can look for texts that collide.
#ifndef LATCHKEY_ENGINE_BASE_KEYED_HASH_H_
#define LATCHKEY_ENGINE_BASE_KEYED_HASH_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace latchkey::base {

struct HashKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

[[nodiscard]] inline HashKey HashKeyOf(const std::array<std::uint8_t, 16>& bytes) {
  HashKey key;
  std::memcpy(&key.k0, bytes.data(), sizeof key.k0);
  std::memcpy(&key.k1, bytes.data() + sizeof key.k0, sizeof key.k1);
  return key;
}

namespace internal {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void Round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32) + v3;
    v2 += v1;
    v3 = std::rotl(v3, 21) ^ v0;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void Take(std::uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }
};

// Up to seven bytes, little-endian; none is read beyond `text`.
inline std::uint64_t Tail(const char* text, std::size_t bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, bytes);
  return word;
}

}  // namespace internal

// As crypto::SipHash64 on a little-endian machine.
[[nodiscard]] inline std::uint64_t KeyedHash(const HashKey& key, std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  internal::SipState state{key.k0 ^ 0x736f6d6570736575U, key.k1 ^ 0x646f72616e646f6dU,
                           key.k0 ^ 0x6c7967656e657261U, key.k1 ^ 0x7465646279746573U};
  const std::size_t whole = text.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    state.Take(word);
  }
  state.Take(internal::Tail(text.data() + whole, text.size() - whole) |
             static_cast<std::uint64_t>(text.size()) << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

// Of two texts in this order. Each is hashed on its own, so they cannot run into each other.
[[nodiscard]] inline std::uint64_t KeyedHash(const HashKey& key, std::string_view first,
                                             std::string_view second) {
  return KeyedHash({key.k0 ^ KeyedHash(key, first), ~key.k1}, second);
}

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_KEYED_HASH_H_
