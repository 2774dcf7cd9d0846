// BLAKE2b and SipHash against published and independently made values; comparison.
#include "gtest/gtest.h"

#include "engine/base/siphash.h"
#include "engine/crypto/crypto.h"
#include "tests/crypto/hex.h"
#include "tests/crypto/siphash_vectors.h"

namespace latchkey::crypto {
namespace {

std::string Counting(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i);
  return text;
}

// Expected values made with Python's hashlib (the BLAKE2 authors' own code):
//   framed = b''.join(struct.pack('<Q', len(p)) + p for p in parts)
//   hashlib.blake2b(framed, digest_size=SIZE, key=bytes(range(KEY_SIZE))).hexdigest()
TEST(Blake2b, WithoutAKeyAgreesWithTheReference) {
  EXPECT_EQ(HexOf(Blake2b128({})), "cae66941d9efbd404e4d88758ea67670");
  EXPECT_EQ(HexOf(Blake2b256({})),
            "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(HexOf(Blake2b128({"abc"})), "10366aba46518e2b9d040dde242bbc5a");
  EXPECT_EQ(HexOf(Blake2b256({"abc"})),
            "3bdc62cfd65e3b78e3d90e32e0a91ebfbc229c30abe54e6abd16c5d4def0db7b");
  EXPECT_EQ(HexOf(Blake2b256({std::string(200, 'a'), "", std::string(129, 'b')})),
            "f47d0a0e9dbb6613560f28d7735509f0d3bd1fe0018aaf8f898ce90977b9331a");
}

TEST(Blake2b, WithAKeyAgreesWithTheReference) {
  const std::string key = Counting(64);
  EXPECT_EQ(HexOf(Blake2b128({"abc"}, BytesOf(key).first(16))), "3a0517b3ea4ff29bb49ea43f0594c368");
  EXPECT_EQ(HexOf(Blake2b256({"abc"}, BytesOf(key).first(32))),
            "5b73af91afe1f77d7b5bef28845d1e84042bb4f8ff72b77a01ae8cf3523ce65f");
  EXPECT_EQ(HexOf(Blake2b256({"abc", "def"}, BytesOf(key))),
            "26fc0bc6d5f776378e64522daf61a2e84d51084ea5f9704917c6e6acd757168d");
}

// hazard C34
TEST(Blake2b, PartsCannotRunIntoEachOther) {
  EXPECT_NE(Blake2b256({"ab", "c"}), Blake2b256({"a", "bc"}));
  EXPECT_NE(Blake2b256({"ab", "c"}), Blake2b256({"abc"}));
  EXPECT_NE(Blake2b256({"abc", ""}), Blake2b256({"abc"}));
  EXPECT_NE(Blake2b256({"", "abc"}), Blake2b256({"abc", ""}));
}

TEST(Blake2b, EveryBitOfTheKeyCounts) {
  std::string key = Counting(16);
  const Bytes32 hash = Blake2b256({"abc"}, BytesOf(key));
  for (char& byte : key) {
    for (int bit = 0; bit < 8; ++bit) {
      byte = static_cast<char>(byte ^ (1 << bit));
      EXPECT_NE(Blake2b256({"abc"}, BytesOf(key)), hash);
      byte = static_cast<char>(byte ^ (1 << bit));
    }
  }
}

TEST(Blake2bDeathTest, AKeyOfAWrongSizeIsOurOwnMistake) {
  EXPECT_DEATH((void)Blake2b128({"abc"}, BytesOf("fifteen bytes!!")), "16..64 bytes");
  EXPECT_DEATH((void)Blake2b128({"abc"}, BytesOf(std::string(65, 'k'))), "16..64 bytes");
}

Bytes16 CountingKey() {
  Bytes16 key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}

std::array<std::uint8_t, 8> LittleEndian(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes;
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return bytes;
}

// domain K-8: the tag of a token.
TEST(SipHash, GivesTheOfficialVectors) {
  std::size_t size = 0;
  for (const std::string_view hash : kSipHashVectors) {
    const std::string text = Counting(size);
    EXPECT_EQ(HexOf(LittleEndian(SipHash64(CountingKey(), text))), hash) << size;
    EXPECT_EQ(base::SipHash24(base::SipKeyOf(CountingKey()), text), SipHash64(CountingKey(), text));
    ++size;
  }
  EXPECT_EQ(size, 64U);
}

// hazard K8
TEST(EqualBytes, ComparesEveryByteAndTheLength) {
  const std::string text = Counting(43);
  EXPECT_TRUE(EqualBytes(BytesOf(text), BytesOf(std::string(text))));
  EXPECT_TRUE(EqualBytes({}, {}));
  EXPECT_FALSE(EqualBytes(BytesOf(text), BytesOf(text).first(42)));
  EXPECT_FALSE(EqualBytes(BytesOf(text).first(42), BytesOf(text)));
  EXPECT_FALSE(EqualBytes(BytesOf(text), {}));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 0x40);
    EXPECT_FALSE(EqualBytes(BytesOf(text), BytesOf(other))) << i;
  }
}

}  // namespace
}  // namespace latchkey::crypto
