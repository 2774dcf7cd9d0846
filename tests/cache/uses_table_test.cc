// A table of uses against a map, through its growth.
#include "engine/cache/uses_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

namespace latchkey::cache {
namespace {

using Secret = std::pair<KeyId::Bytes, std::uint32_t>;
using Uses = std::pair<std::uint64_t, std::uint32_t>;  // count, latest second

Secret SecretOf(const UsesTable::Cell& cell) { return {cell.key, cell.secret_number}; }

// Few homes, so that keys stand in each other's way.
KeyId::Bytes KeyAt(std::uint32_t number, std::uint32_t homes) {
  KeyId::Bytes key{};
  key[0] = static_cast<std::uint8_t>(number);
  key[1] = static_cast<std::uint8_t>(number >> 8);
  key[8] = static_cast<std::uint8_t>(number % homes);
  return key;
}

class UsesTables : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Homes, UsesTables, testing::Values(1U, 7U, 256U));

// domain K-13: per key and per secret.
TEST_P(UsesTables, AddUpLikeAMap) {
  UsesTable table;
  std::map<Secret, Uses> expected;
  std::mt19937 engine(1);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  for (int i = 0; i < 20'000; ++i) {
    const UsesTable::Cell uses{KeyAt(random() % 900, GetParam()), random() % 3 + 1, random() % 1000,
                               random() % 5 + 1};
    table.Add(uses);
    Uses& sum = expected[SecretOf(uses)];
    sum = {sum.first + uses.count, std::max(sum.second, uses.second)};
  }
  for (std::uint32_t number = 0; number < 900; ++number) {
    std::size_t secrets = 0;
    table.ForEachOf(KeyAt(number, GetParam()), [&](const UsesTable::Cell& cell) {
      ++secrets;
      EXPECT_EQ(expected.at(SecretOf(cell)), Uses(cell.count, cell.second));
    });
    EXPECT_EQ(secrets, 3U);
  }
  std::vector<std::pair<Secret, Uses>> taken;
  for (const UsesTable::Cell& cell : std::move(table).TakeSorted()) {
    taken.emplace_back(SecretOf(cell), Uses(cell.count, cell.second));
  }
  EXPECT_EQ(taken, (std::vector<std::pair<Secret, Uses>>(expected.begin(), expected.end())));
}

TEST(UsesTable, HasNothingBeforeAndAfter) {
  UsesTable table;
  const KeyId::Bytes key = KeyAt(1, 256);
  const auto none = [](const UsesTable::Cell&) { ADD_FAILURE() << "there is nothing"; };
  table.Prefetch(key);
  table.ForEachOf(key, none);
  table.Add({key, 1, 5, 1});
  EXPECT_EQ(std::move(table).TakeSorted().size(), 1U);
  table.ForEachOf(key, none);
  table.Add({key, 1, 6, 2});
  table.ForEachOf(key, [](const UsesTable::Cell& cell) { EXPECT_EQ(cell.count, 2U); });
}

}  // namespace
}  // namespace latchkey::cache
