// engine/base/keyed_hash.h: keyed hashes of short texts for telling them apart: two texts are taken
// for equal if 64 keyed bits are. The key is random for each process and never leaves
// it, and no hash does, so nobody can look for texts that collide.
//
// The hash is Multilinear (Lemire and Kaser, "Strongly universal string hashing is fast", 2014):
// the words of a text and its length times random numbers of 128 bits, summed modulo 2^128, the
// upper 64 bits of it. The last word may overlap the one before: which words there are follows from
// the length alone, so that texts of about one length take the same branches.
// Any two texts of up to 128 bytes have one hash with a probability of at most 2^-63, which is
// proved, not conjectured, for a sixth of the work of SipHash. It is no pseudo-random function:
// hashes that somebody could see would give the key away. Longer texts go through SipHash first.
#ifndef LATCHKEY_ENGINE_BASE_KEYED_HASH_H_
#define LATCHKEY_ENGINE_BASE_KEYED_HASH_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/siphash.h"

namespace latchkey::base {

// The random numbers for the words of one text.
class TextKey {
 public:
  static constexpr std::size_t kBytesMax = 128;

  TextKey() = default;
  // `use` tells the keys of one seed apart.
  TextKey(const SipKey& seed, std::uint64_t use) {
    std::uint64_t count = 0;
    const auto draw = [&] {
      const std::array<std::uint64_t, 2> place = {use, count++};
      std::array<char, sizeof place> bytes{};
      std::memcpy(bytes.data(), place.data(), sizeof place);
      return SipHash24(seed, {bytes.data(), bytes.size()});
    };
    const auto draw_wide = [&] {
      const Wide high = Wide{draw()} << 64;
      return high | draw();
    };
    length_ = draw_wide();
    for (Wide& word : words_) word = draw_wide();
    long_texts_.k0 = draw();
    long_texts_.k1 = draw();
  }

 private:
  friend class TextSum;
  __extension__ using Wide = unsigned __int128;

  Wide length_ = 0;
  std::array<Wide, kBytesMax / sizeof(std::uint64_t)> words_{};
  SipKey long_texts_;
};

// The sum over one or several texts, each with a key of its own.
class TextSum {
 public:
  // Inlined, so that the sum stays in registers.
  [[gnu::always_inline]] void Add(const TextKey& key, std::string_view text) {
    static_assert(std::endian::native == std::endian::little);
    sum_ += key.length_ * text.size();
    if (text.size() > TextKey::kBytesMax) [[unlikely]] {
      bits_ |= kHighBits;
      sum_ += key.words_.front() * SipHash24(key.long_texts_, text);
      return;
    }
    if (text.size() <= kWord) {
      AddWord(key.words_[0], Short(text));
      return;
    }
    const char* const first = text.data();
    const char* const last = first + text.size() - kWord;
    if (text.size() <= 2 * kWord) {
      AddWord(key.words_[0], Load<std::uint64_t>(first));
      AddWord(key.words_[1], Load<std::uint64_t>(last));
    } else if (text.size() <= 4 * kWord) {
      AddWord(key.words_[0], Load<std::uint64_t>(first));
      AddWord(key.words_[1], Load<std::uint64_t>(first + kWord));
      AddWord(key.words_[2], Load<std::uint64_t>(last - kWord));
      AddWord(key.words_[3], Load<std::uint64_t>(last));
    } else {
      const Wide* word = key.words_.data();
      for (const char* at = first; at < last; at += kWord) {
        AddWord(*word++, Load<std::uint64_t>(at));
      }
      AddWord(*word, Load<std::uint64_t>(last));
    }
  }

  [[nodiscard]] std::uint64_t hash() const { return static_cast<std::uint64_t>(sum_ >> 64); }
  // True: the texts are ASCII. False says nothing of texts longer than TextKey::kBytesMax.
  [[nodiscard]] bool ascii() const { return (bits_ & kHighBits) == 0; }

 private:
  using Wide = TextKey::Wide;
  static constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080U;
  static constexpr std::size_t kWord = sizeof(std::uint64_t);

  template <class Word>
  static std::uint64_t Load(const char* from) {
    Word word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  // All of up to eight bytes.
  static std::uint64_t Short(std::string_view text) {
    const char* const first = text.data();
    const std::size_t size = text.size();
    if (size >= 4) {
      return Load<std::uint32_t>(first) | Load<std::uint32_t>(first + size - 4) << 32;
    }
    if (size == 0) return 0;
    return Load<std::uint8_t>(first) | Load<std::uint8_t>(first + size / 2) << 8 |
           Load<std::uint8_t>(first + size - 1) << 16;
  }
  void AddWord(Wide number, std::uint64_t word) {
    bits_ |= word;
    sum_ += number * word;
  }

  Wide sum_ = 0;
  std::uint64_t bits_ = 0;
};

// For texts, and for two texts in an order.
struct HashKey {
  HashKey() = default;
  explicit HashKey(const SipKey& seed) : first(seed, 1), second(seed, 2) {}
  TextKey first;
  TextKey second;
};

[[nodiscard]] inline std::uint64_t KeyedHash(const HashKey& key, std::string_view text) {
  TextSum sum;
  sum.Add(key.first, text);
  return sum.hash();
}

// Each has a key and a length of its own, so they cannot run into each other.
[[nodiscard]] inline std::uint64_t KeyedHash(const HashKey& key, std::string_view first,
                                             std::string_view second) {
  TextSum sum;
  sum.Add(key.first, first);
  sum.Add(key.second, second);
  return sum.hash();
}

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_KEYED_HASH_H_
