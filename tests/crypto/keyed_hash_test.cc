// The hashes by which texts are told apart, against another way to write them.
#include "engine/base/keyed_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/base/pair_hash.h"

namespace latchkey::base {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr SipKey kSeed = {0x0706050403020100U, 0x0F0E0D0C0B0A0908U};

// The numbers of a key: drawn by SipHash of how many there were.
class Numbers {
 public:
  std::uint64_t Next() {
    std::string text;
    for (unsigned i = 0; i < 64; i += 8) text.push_back(static_cast<char>(drawn_ >> i));
    ++drawn_;
    return SipHash24(kSeed, text);
  }
  std::vector<std::uint64_t> Next(std::size_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(Next());
    return numbers;
  }
  Wide NextWide() {
    const Wide high = Next();
    return high << 64 | Next();
  }

 private:
  std::uint64_t drawn_ = 0;
};

std::uint64_t UpperHalf(Wide number) { return static_cast<std::uint64_t>(number >> 64); }

std::uint64_t WordOf(const std::string& bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

// The words of a text: as they stand in it, the last ones from its end.
std::vector<std::uint64_t> WordsOf(const std::string& text) {
  const std::size_t size = text.size();
  if (size == 0) return {0, 0};
  if (size < 4) {
    return {WordOf({text[0], text[size / 2], text[size - 1]}), 0};
  }
  if (size <= 8) return {WordOf(text.substr(0, 4) + text.substr(size - 4)), 0};
  if (size <= 16) return {WordOf(text.substr(0, 8)), WordOf(text.substr(size - 8))};
  std::vector<std::uint64_t> words;
  for (std::size_t at = 0; at < size; at += 16) {
    const std::string pair = text.substr(std::min(at, size - 16), 16);
    words.push_back(WordOf(pair.substr(0, 8)));
    words.push_back(WordOf(pair.substr(8)));
  }
  return words;
}

// Of the two numbers for its length and the 16 for its words.
Wide SumOf(const std::vector<std::uint64_t>& numbers, const std::string& text) {
  Wide sum = Wide{numbers[0] + text.size()} * numbers[1];
  const std::vector<std::uint64_t> words = WordsOf(text);
  for (std::size_t i = 0; i < words.size(); i += 2) {
    sum += Wide{numbers[2 + i] + words[i]} * (numbers[3 + i] + words[i + 1]);
  }
  return sum;
}

// From the definition: the numbers of both texts, each with two for long ones, and those of a sum.
class Reference {
 public:
  [[nodiscard]] std::uint64_t Of(const std::string& text) const {
    return Mixed(SumOf(first_, text));
  }
  [[nodiscard]] std::uint64_t Of(const std::string& text, const std::string& other) const {
    return Mixed(SumOf(first_, text) + SumOf(second_, other));
  }

 private:
  [[nodiscard]] std::uint64_t Mixed(Wide sum) const {
    return UpperHalf(low_ * static_cast<std::uint64_t>(sum) + high_ * UpperHalf(sum));
  }

  Numbers numbers_;
  std::vector<std::uint64_t> first_ = numbers_.Next(20);
  std::vector<std::uint64_t> second_ = numbers_.Next(20);
  Wide low_ = numbers_.NextWide();
  Wide high_ = numbers_.NextWide();
};

std::string Sample(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(i * 37 + size));
  return text;
}

// Nothing is read beyond a text: AddressSanitizer sees the end of each.
class Exact {
 public:
  explicit Exact(const std::string& text) : size_(text.size()), bytes_(new char[text.size()]) {
    text.copy(bytes_.get(), size_);
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

// Texts of up to 160 bytes in which one bit is set, or none.
template <class Visit>
void ForEachSparseText(Visit visit) {
  for (std::size_t size = 0; size <= 160; ++size) {
    visit(std::string(size, '\0'));
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string text(size, '\0');
      text[bit / 8] = static_cast<char>(1U << bit % 8);
      visit(text);
    }
  }
}

TEST(KeyedHash, IsNhUnderMultilinear) {
  const HashKey key(kSeed);
  const Reference reference;
  for (std::size_t size = 0; size <= TextKey::kBytesMax; ++size) {
    const Exact text(Sample(size));
    const std::string other = Sample(TextKey::kBytesMax - size);
    EXPECT_EQ(KeyedHash(key, text.view()), reference.Of(Sample(size))) << size;
    EXPECT_EQ(KeyedHash(key, text.view(), other), reference.Of(Sample(size), other)) << size;
  }
}

// hazard C85: every bit counts, and so does the length, on both sides of 128 bytes.
TEST(KeyedHash, TellsTextsApart) {
  const HashKey key(kSeed);
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  const auto note = [&](const std::string& text) {
    seen.insert(KeyedHash(key, text));
    seen.insert(KeyedHash(key, "key", text));
    texts += 2;
  };
  ForEachSparseText(note);
  EXPECT_EQ(seen.size(), texts);
  EXPECT_NE(KeyedHash(key, "text"), KeyedHash(HashKey({1, 2}), "text"));
}

// hazard C85: key and value cannot run into each other.
TEST(KeyedHash, TwoTextsAreNotTheirSum) {
  const HashKey key(kSeed);
  EXPECT_NE(KeyedHash(key, "ab", "c"), KeyedHash(key, "a", "bc"));
  EXPECT_NE(KeyedHash(key, "abc", ""), KeyedHash(key, "", "abc"));
  EXPECT_NE(KeyedHash(key, "a", "b"), KeyedHash(key, "b", "a"));
}

TEST(TextSum, KnowsWhetherAllWasAscii) {
  const HashKey key(kSeed);
  for (std::size_t size = 0; size <= TextKey::kBytesMax; ++size) {
    TextSum plain;
    plain.Add(key.first, std::string(size, 'a'));
    EXPECT_TRUE(plain.ascii()) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = static_cast<char>(0x80);
      TextSum sum;
      sum.Add(key.first, text);
      sum.Add(key.second, "more");
      EXPECT_FALSE(sum.ascii()) << size << " " << at;
    }
  }
}

using Halves = std::array<std::uint64_t, 2>;

// From the definition: 16 words of a half, its three wide numbers, its key for long texts.
Halves PairHashOf(std::string text) {
  const std::size_t length = text.size();
  if (length < 16) text.resize(16, '\0');
  Halves hashes;
  Numbers numbers;
  for (std::uint64_t& hash : hashes) {
    std::array<std::uint64_t, 16> words;
    for (std::uint64_t& word : words) word = numbers.Next();
    Wide sum = 0;
    for (std::size_t i = 0; 16 * i < text.size(); ++i) {
      const std::string pair = text.substr(std::min(16 * i, text.size() - 16), 16);
      sum += Wide{WordOf(pair.substr(0, 8)) + words[2 * i]} *
             (WordOf(pair.substr(8)) + words[2 * i + 1]);
    }
    Wide mixed = numbers.NextWide() * static_cast<std::uint64_t>(sum);
    mixed += numbers.NextWide() * UpperHalf(sum);
    mixed += numbers.NextWide() * length;
    hash = UpperHalf(mixed);
    numbers.Next();
    numbers.Next();
  }
  return hashes;
}

TEST(PairHash, IsNhUnderMultilinear) {
  const PairHash hash(kSeed);
  for (std::size_t size = 0; size <= PairHash::kBytesMax; ++size) {
    const Exact text(Sample(size));
    EXPECT_EQ(hash.Of(text.view()), PairHashOf(Sample(size))) << size;
  }
}

// hazard K5: every bit and the length change both halves, on both sides of 128 bytes.
TEST(PairHash, TellsTextsApart) {
  const PairHash hash(kSeed);
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  const auto note = [&](const std::string& text) {
    for (const std::uint64_t half : hash.Of(text)) seen.insert(half);
    ++texts;
  };
  ForEachSparseText(note);
  EXPECT_EQ(seen.size(), 2 * texts);
}

}  // namespace
}  // namespace latchkey::base
