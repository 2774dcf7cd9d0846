// The inlined hash against libsodium's.
#include "engine/base/keyed_hash.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/crypto/crypto.h"

namespace latchkey::crypto {
namespace {

Bytes16 SampleKey() {
  Bytes16 key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}

// The published vector: key 00..0f over 00..0e.
TEST(KeyedHash, IsSipHash24) {
  std::string text;
  for (char c = 0; c < 15; ++c) text.push_back(c);
  EXPECT_EQ(base::KeyedHash(base::HashKeyOf(SampleKey()), text), 0xa129ca6149be45e5U);
}

TEST(KeyedHash, AgreesWithLibsodiumForEveryLength) {
  std::string text;
  for (int length = 0; length < 200; ++length) {
    EXPECT_EQ(base::KeyedHash(base::HashKeyOf(SampleKey()), text), SipHash64(SampleKey(), text));
    text.push_back(static_cast<char>(length * 37));
  }
}

// hazard C85: key and value cannot run into each other.
TEST(KeyedHash, TwoTextsAreNotTheirSum) {
  const base::HashKey key = base::HashKeyOf(SampleKey());
  EXPECT_NE(base::KeyedHash(key, "ab", "c"), base::KeyedHash(key, "a", "bc"));
  EXPECT_NE(base::KeyedHash(key, "abc", ""), base::KeyedHash(key, "", "abc"));
  EXPECT_NE(base::KeyedHash(key, "a", "b"), base::KeyedHash(key, "b", "a"));
}

}  // namespace
}  // namespace latchkey::crypto
