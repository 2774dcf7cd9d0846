// engine/base/pair_hash.h: twice 64 keyed bits of one text, for telling tokens apart. As with
// keyed_hash.h the key is random for each process, and neither it nor any hash leaves it.
//
// Each half is NH (Black, Halevi, Krawczyk, Krovetz and Rogaway, "UMAC: Fast and Secure Message
// Authentication", 1999), one multiplication for 16 bytes, and Multilinear over what comes out of
// it and the length. The last 16 bytes may overlap those before: which there are follows from the
// length alone, and so do all branches. Any two texts of up to kBytesMax have one half in common
// with a probability of at most 2^-64 + 2^-63, and the halves have independent keys.
#ifndef LATCHKEY_ENGINE_BASE_PAIR_HASH_H_
#define LATCHKEY_ENGINE_BASE_PAIR_HASH_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/siphash.h"

namespace latchkey::base {

class PairHash {
 public:
  static constexpr std::size_t kBytesMax = 128;

  PairHash() = default;
  explicit PairHash(const SipKey& seed) {
    SipStream random(seed);
    for (Numbers& half : halves_) {
      for (std::uint64_t& word : half.words) word = random.Draw();
      for (Wide& number : half.sums) number = random.DrawWide();
      half.long_texts.k0 = random.Draw();
      half.long_texts.k1 = random.Draw();
    }
  }

  [[nodiscard]] std::array<std::uint64_t, 2> Of(std::string_view text) const {
    if (text.size() > kBytesMax) [[unlikely]]
      return OfLong(text);
    std::array<char, kPair> padded{};
    if (text.size() < kPair) {
      std::copy(text.begin(), text.end(), padded.begin());
      return OfPairs({padded.data(), padded.size()}, text.size());
    }
    return OfPairs(text, text.size());
  }

 private:
  static constexpr std::size_t kPair = 2 * sizeof(std::uint64_t);
  struct Numbers {
    std::array<std::uint64_t, kBytesMax / sizeof(std::uint64_t)> words{};
    std::array<Wide, 3> sums{};  // for both words of the sum, and the length
    SipKey long_texts;
  };

  static std::uint64_t Load(const char* eight) {
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    return word;
  }
  // Of `bytes` from kPair to kBytesMax of them.
  [[nodiscard]] std::array<std::uint64_t, 2> OfPairs(std::string_view bytes,
                                                     std::size_t length) const {
    std::array<Wide, 2> sums{};
    const char* const last = bytes.data() + bytes.size() - kPair;
    std::size_t word = 0;
    const auto add = [&](const char* pair) {
      const std::uint64_t first = Load(pair);
      const std::uint64_t second = Load(pair + sizeof first);
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto& words = halves_[i].words;
        sums[i] += Wide{first + words[word]} * (second + words[word + 1]);
      }
      word += 2;
    };
    for (const char* pair = bytes.data(); pair < last; pair += kPair) add(pair);
    add(last);
    return {Finish(halves_[0], sums[0], length), Finish(halves_[1], sums[1], length)};
  }
  static std::uint64_t Finish(const Numbers& half, Wide sum, std::uint64_t length) {
    const Wide mixed = half.sums[0] * static_cast<std::uint64_t>(sum) +
                       half.sums[1] * static_cast<std::uint64_t>(sum >> 64) + half.sums[2] * length;
    return static_cast<std::uint64_t>(mixed >> 64);
  }
  [[nodiscard]] std::array<std::uint64_t, 2> OfLong(std::string_view text) const {
    return {SipHash24(halves_[0].long_texts, text), SipHash24(halves_[1].long_texts, text)};
  }

  std::array<Numbers, 2> halves_;
};

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_PAIR_HASH_H_
