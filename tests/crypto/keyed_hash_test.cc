// The hash by which texts are told apart, against another way to write it.
#include "engine/base/keyed_hash.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace latchkey::base {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr SipKey kSeed = {0x0706050403020100U, 0x0F0E0D0C0B0A0908U};

// The numbers of a key, as they are documented: drawn by SipHash of (use, count).
class Numbers {
 public:
  Numbers(const SipKey& seed, std::uint64_t use) : seed_(seed), use_(use) {}
  Wide Next() {
    const Wide high = Draw();
    return high << 64 | Draw();
  }

 private:
  std::uint64_t Draw() {
    std::string text;
    for (const std::uint64_t word : {use_, count_++}) {
      for (unsigned i = 0; i < 64; i += 8) text.push_back(static_cast<char>(word >> i));
    }
    return SipHash24(seed_, text);
  }
  SipKey seed_;
  std::uint64_t use_;
  std::uint64_t count_ = 0;
};

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
  Numbers numbers(kSeed, use);
  Wide sum = numbers.Next() * text.size();
  for (const std::vector<std::size_t>& places : WordsOf(text.size())) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(text[places[i]])} << (8 * i);
    }
    sum += numbers.Next() * word;
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

TEST(KeyedHash, IsMultilinear) {
  const HashKey key(kSeed);
  for (std::size_t size = 0; size <= TextKey<1>::kBytesMax; ++size) {
    const Exact text(Sample(size));
    const std::string other = Sample(TextKey<1>::kBytesMax - size);
    EXPECT_EQ(KeyedHash(key, text.view()),
              static_cast<std::uint64_t>(SumOf(1, Sample(size)) >> 64));
    EXPECT_EQ(KeyedHash(key, text.view(), other),
              static_cast<std::uint64_t>((SumOf(1, Sample(size)) + SumOf(2, other)) >> 64));
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
  for (std::size_t size = 0; size <= 160; ++size) {
    note(std::string(size, '\0'));
    for (std::size_t bit = 0; bit < 8 * size; ++bit) {
      std::string text(size, '\0');
      text[bit / 8] = static_cast<char>(1U << bit % 8);
      note(text);
    }
  }
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

// hazard K5: two lanes are two hashes, of numbers drawn in turns.
TEST(TextSum, LanesAreIndependent) {
  const TextKey<2> key(kSeed, 1);
  std::set<std::uint64_t> seen;
  for (std::size_t size = 1; size <= 150; ++size) {
    const Exact text(Sample(size));
    TextSum<2> sum;
    sum.Add(key, text.view());
    TextSum<2> again;
    again.Add(key, Sample(size));
    EXPECT_EQ(sum.hash(0), again.hash(0));
    EXPECT_EQ(sum.hash(1), again.hash(1));
    seen.insert(sum.hash(0));
    seen.insert(sum.hash(1));
  }
  EXPECT_EQ(seen.size(), 300U);
}

TEST(TextSum, KnowsWhetherAllWasAscii) {
  const TextKey<1> key(kSeed, 1);
  for (std::size_t size = 0; size <= TextKey<1>::kBytesMax; ++size) {
    TextSum<1> plain;
    plain.Add(key, std::string(size, 'a'));
    EXPECT_TRUE(plain.ascii()) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = static_cast<char>(0x80);
      TextSum<1> sum;
      sum.Add(key, text);
      sum.Add(key, "more");
      EXPECT_FALSE(sum.ascii()) << size << " " << at;
    }
  }
}

}  // namespace
}  // namespace latchkey::base
