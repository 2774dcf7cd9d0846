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

// The numbers of a key: drawn by SipHash of what `place` says and of how many there were.
class Numbers {
 public:
  explicit Numbers(std::vector<std::uint64_t> place) : place_(std::move(place)) {
    place_.push_back(0);
  }
  std::uint64_t Next() {
    std::string text;
    for (const std::uint64_t word : place_) {
      for (unsigned i = 0; i < 64; i += 8) text.push_back(static_cast<char>(word >> i));
    }
    ++place_.back();
    return SipHash24(kSeed, text);
  }
  Wide NextWide() {
    const Wide high = Next();
    return high << 64 | Next();
  }

 private:
  std::vector<std::uint64_t> place_;
};

std::uint64_t UpperHalf(Wide number) { return static_cast<std::uint64_t>(number >> 64); }

std::uint64_t WordOf(const std::string& bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

// Which bytes make the words of a text of this size.
std::vector<std::vector<std::size_t>> WordsOf(std::size_t size) {
  const auto run = [](std::size_t first, std::size_t count) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count; ++i) places.push_back(first + i);
    return places;
  };
  if (size == 0) return {};
  if (size < 4) return {{0, size / 2, size - 1}};
  if (size <= 8) {
    std::vector<std::size_t> places = run(0, 4);
    for (const std::size_t place : run(size - 4, 4)) places.push_back(place);
    return {places};
  }
  if (size <= 16) return {run(0, 8), run(size - 8, 8)};
  if (size <= 32) return {run(0, 8), run(8, 8), run(size - 16, 8), run(size - 8, 8)};
  std::vector<std::vector<std::size_t>> words;
  for (std::size_t at = 0; at + 8 < size; at += 8) words.push_back(run(at, 8));
  words.push_back(run(size - 8, 8));
  return words;
}

// Byte by byte, from the definition.
Wide SumOf(std::uint64_t use, const std::string& text) {
  Numbers numbers({use});
  Wide sum = numbers.NextWide() * text.size();
  for (const std::vector<std::size_t>& places : WordsOf(text.size())) {
    std::string bytes;
    for (const std::size_t place : places) bytes.push_back(text[place]);
    sum += numbers.NextWide() * WordOf(bytes);
  }
  return sum;
}

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

TEST(KeyedHash, IsMultilinear) {
  const HashKey key(kSeed);
  for (std::size_t size = 0; size <= TextKey::kBytesMax; ++size) {
    const Exact text(Sample(size));
    const std::string other = Sample(TextKey::kBytesMax - size);
    EXPECT_EQ(KeyedHash(key, text.view()), UpperHalf(SumOf(1, Sample(size))));
    EXPECT_EQ(KeyedHash(key, text.view(), other),
              UpperHalf(SumOf(1, Sample(size)) + SumOf(2, other)));
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
  const TextKey key(kSeed, 1);
  for (std::size_t size = 0; size <= TextKey::kBytesMax; ++size) {
    TextSum plain;
    plain.Add(key, std::string(size, 'a'));
    EXPECT_TRUE(plain.ascii()) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = static_cast<char>(0x80);
      TextSum sum;
      sum.Add(key, text);
      sum.Add(key, "more");
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
  Numbers numbers(std::vector<std::uint64_t>{});
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
