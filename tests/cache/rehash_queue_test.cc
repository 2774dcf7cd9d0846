// What waits for a new verifier: bounded, each secret once, wiped.
#include "engine/cache/rehash_queue.h"

#include <gtest/gtest.h>

namespace latchkey::cache {
namespace {

Rehash Due(std::uint16_t n) {
  Rehash rehash;
  KeyId::Bytes bytes{};
  bytes[0] = static_cast<std::uint8_t>(n);
  bytes[1] = static_cast<std::uint8_t>(n >> 8);
  rehash.key = KeyId(bytes);
  rehash.secret_number = 1;
  rehash.input[0] = 7;
  return rehash;
}

// hazard K3
TEST(RehashQueue, GivesWhatWaitedLongestAndEachOnce) {
  RehashQueue queue;
  EXPECT_FALSE(queue.Take().has_value());
  queue.Put(Due(1));
  queue.Put(Due(2));
  EXPECT_FALSE(queue.Wants(Due(1).key, 1));
  EXPECT_TRUE(queue.Wants(Due(1).key, 2)) << "another secret of the key";
  queue.Put(Due(1));
  EXPECT_EQ(queue.Take()->key, Due(1).key);
  EXPECT_TRUE(queue.Wants(Due(1).key, 1));
  const auto second = queue.Take();
  EXPECT_EQ(second->key, Due(2).key);
  EXPECT_EQ(second->input[0], 7);
  EXPECT_FALSE(queue.Take().has_value());
}

// hazard K3: bounded, and full is not stuck.
TEST(RehashQueue, HoldsSoManyAndNoMore) {
  RehashQueue queue;
  for (std::uint16_t i = 0; i < 100; ++i) queue.Put(Due(i));
  for (std::uint16_t i = 0; i < 100; ++i) ASSERT_TRUE(queue.Take().has_value());
  for (std::uint16_t i = 0; i < RehashQueue::kMax + 10; ++i) queue.Put(Due(i));
  EXPECT_FALSE(queue.Wants(Due(1000).key, 1));
  for (std::uint16_t i = 0; i < RehashQueue::kMax; ++i) {
    const auto taken = queue.Take();
    ASSERT_TRUE(taken.has_value());
    ASSERT_EQ(taken->key, Due(i).key);
  }
  EXPECT_FALSE(queue.Take().has_value());
  EXPECT_TRUE(queue.Wants(Due(1000).key, 1));
}

}  // namespace
}  // namespace latchkey::cache
