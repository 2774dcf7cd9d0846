// A table of hashes against a map, through its growth.
#include "engine/base/hashed_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>

namespace latchkey::base {
namespace {

// Hashes that begin in few places, with the one that stands for a free place, and the next.
TEST(HashedTable, HoldsWhatAMapHolds) {
  HashedTable<std::uint64_t> table;
  std::map<std::uint64_t, std::uint64_t> expected;
  std::mt19937_64 random(1);
  const auto add = [&](std::uint64_t hash) {
    ++table[hash];
    ++expected[hash];
  };
  add(0);
  for (int i = 0; i < 5000; ++i) add(random() % 700 << 40 | random() % 3 << 1);
  EXPECT_EQ(table.size(), expected.size());
  for (const auto& [hash, count] : expected) {
    ASSERT_NE(table.Find(hash), nullptr) << hash;
    EXPECT_EQ(*table.Find(hash), count) << hash;
    EXPECT_EQ(table.Find(hash | std::uint64_t{1} << 62), nullptr) << hash;
  }
}

TEST(HashedTable, IsEmptyInTheBeginning) {
  const HashedTable<int> table;
  EXPECT_EQ(table.Find(0), nullptr);
  EXPECT_EQ(table.Find(2), nullptr);
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace latchkey::base
