// engine/base/siphash.h: SipHash-2-4, 64 bits, inlined. As crypto::SipHash64 on a little-endian
// machine.
#ifndef LATCHKEY_ENGINE_BASE_SIPHASH_H_
#define LATCHKEY_ENGINE_BASE_SIPHASH_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace latchkey::base {

struct SipKey {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

[[nodiscard]] inline SipKey SipKeyOf(const std::array<std::uint8_t, 16>& bytes) {
  SipKey key;
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

}  // namespace internal

[[nodiscard]] inline std::uint64_t SipHash24(const SipKey& key, std::string_view text) {
  static_assert(std::endian::native == std::endian::little);
  internal::SipState state{key.k0 ^ 0x736f6d6570736575U, key.k1 ^ 0x646f72616e646f6dU,
                           key.k0 ^ 0x6c7967656e657261U, key.k1 ^ 0x7465646279746573U};
  const std::size_t whole = text.size() / 8 * 8;
  std::uint64_t word = 0;
  for (std::size_t at = 0; at < whole; at += 8) {
    std::memcpy(&word, text.data() + at, sizeof word);
    state.Take(word);
  }
  word = 0;
  std::memcpy(&word, text.data() + whole, text.size() - whole);
  state.Take(word | static_cast<std::uint64_t>(text.size()) << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.Round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

__extension__ using Wide = unsigned __int128;

// Numbers that follow from a key and look random: SipHash of how many there were before.
class SipStream {
 public:
  explicit SipStream(const SipKey& key) : key_(key) {}

  [[nodiscard]] std::uint64_t Draw() {
    std::array<char, sizeof drawn_> place{};
    std::memcpy(place.data(), &drawn_, sizeof drawn_);
    ++drawn_;
    return SipHash24(key_, {place.data(), place.size()});
  }
  [[nodiscard]] Wide DrawWide() {
    const Wide high = Wide{Draw()} << 64;
    return high | Draw();
  }

 private:
  SipKey key_;
  std::uint64_t drawn_ = 0;
};

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_SIPHASH_H_
