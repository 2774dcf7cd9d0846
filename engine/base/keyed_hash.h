// engine/base/keyed_hash.h: keyed hashes of short texts for telling them apart: two texts are taken
// for equal if 64 keyed bits are. The key is random for each process and never leaves
// it, and no hash does, so nobody can look for texts that collide.
//
// The hash is NH (Black, Halevi, Krawczyk, Krovetz and Rogaway, "UMAC: Fast and Secure Message
// Authentication", 1999), one multiplication for 16 bytes, over the words of a text and its length;
// and over what comes out of it Multilinear (Lemire and Kaser, "Strongly universal string hashing
// is fast", 2014). The last words may overlap those before: which there are follows from the length
// alone, so that texts of about one length take the same branches.
// Any two texts of up to 128 bytes have one hash with a probability of at most 2^-64 + 2^-63, which
// is proved, not conjectured, for a fraction of the work of SipHash. It is no pseudo-random
// function: hashes that somebody could see would give the key away. Longer texts go through SipHash
// first.
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

// The random numbers for one text.
class TextKey {
 public:
  static constexpr std::size_t kBytesMax = 128;

  TextKey() = default;
  explicit TextKey(SipStream& random) {
    for (std::uint64_t& number : length_) number = random.Draw();
    for (std::uint64_t& number : words_) number = random.Draw();
    long_texts_.k0 = random.Draw();
    long_texts_.k1 = random.Draw();
  }

 private:
  friend class TextSum;

  std::array<std::uint64_t, 2> length_{};
  std::array<std::uint64_t, kBytesMax / sizeof(std::uint64_t)> words_{};
  SipKey long_texts_;
};

// The random numbers for what comes out of NH.
class SumKey {
 public:
  SumKey() = default;
  explicit SumKey(SipStream& random) {
    for (Wide& number : numbers_) number = random.DrawWide();
  }

  [[nodiscard]] std::uint64_t Hash(Wide sum) const {
    const Wide mixed = numbers_[0] * static_cast<std::uint64_t>(sum) +
                       numbers_[1] * static_cast<std::uint64_t>(sum >> 64);
    return static_cast<std::uint64_t>(mixed >> 64);
  }

 private:
  std::array<Wide, 2> numbers_{};
};

// The sum over one or several texts, each with a key of its own.
class TextSum {
 public:
  // Inlined, so that the sum stays in registers.
  [[gnu::always_inline]] void Add(const TextKey& key, std::string_view text) {
    static_assert(std::endian::native == std::endian::little);
    sum_ += Wide{key.length_[0] + text.size()} * key.length_[1];
    if (text.size() > TextKey::kBytesMax) [[unlikely]] {
      bits_ |= kHighBits;
      sum_ += Product(key.words_.data(), SipHash24(key.long_texts_, text), 0);
      return;
    }
    if (text.size() <= kWord) {
      AddPair(key.words_.data(), Short(text), 0);
      return;
    }
    const char* const first = text.data();
    const char* const end = first + text.size();
    if (text.size() <= kPair) {
      AddPair(key.words_.data(), Load<std::uint64_t>(first), Load<std::uint64_t>(end - kWord));
      return;
    }
    const std::uint64_t* numbers = key.words_.data();
    for (const char* at = first; at < end - kPair; at += kPair) {
      AddPair(numbers, Load<std::uint64_t>(at), Load<std::uint64_t>(at + kWord));
      numbers += 2;
    }
    AddPair(numbers, Load<std::uint64_t>(end - kPair), Load<std::uint64_t>(end - kWord));
  }

  [[nodiscard]] std::uint64_t hash(const SumKey& key) const { return key.Hash(sum_); }
  // True: the texts are ASCII. False says nothing of texts longer than TextKey::kBytesMax.
  [[nodiscard]] bool ascii() const { return (bits_ & kHighBits) == 0; }

 private:
  static constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080U;
  static constexpr std::size_t kWord = sizeof(std::uint64_t);
  static constexpr std::size_t kPair = 2 * kWord;

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
  static Wide Product(const std::uint64_t* numbers, std::uint64_t first, std::uint64_t second) {
    return Wide{numbers[0] + first} * (numbers[1] + second);
  }
  void AddPair(const std::uint64_t* numbers, std::uint64_t first, std::uint64_t second) {
    bits_ |= first | second;
    sum_ += Product(numbers, first, second);
  }

  Wide sum_ = 0;
  std::uint64_t bits_ = 0;
};

// For texts, and for two texts in an order.
struct HashKey {
  HashKey() = default;
  explicit HashKey(const SipKey& seed) : HashKey(SipStream(seed)) {}
  TextKey first;
  TextKey second;
  SumKey sums;

 private:
  explicit HashKey(SipStream random) : first(random), second(random), sums(random) {}
};

[[nodiscard]] inline std::uint64_t KeyedHash(const HashKey& key, std::string_view text) {
  TextSum sum;
  sum.Add(key.first, text);
  return sum.hash(key.sums);
}

// Each has a key and a length of its own, so they cannot run into each other.
[[nodiscard]] inline std::uint64_t KeyedHash(const HashKey& key, std::string_view first,
                                             std::string_view second) {
  TextSum sum;
  sum.Add(key.first, first);
  sum.Add(key.second, second);
  return sum.hash(key.sums);
}

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_KEYED_HASH_H_
