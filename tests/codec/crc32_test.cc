// CRC-32 against published values.
#include "engine/codec/crc32.h"

#include "gtest/gtest.h"

namespace latchkey::codec {
namespace {

// domain K-8. "123456789" is the check value of the algorithm's definition (CRC-32/ISO-HDLC); the
// others were made with Python's zlib.crc32.
TEST(Crc32, IsTheOneOfZlib) {
  EXPECT_EQ(Crc32(""), 0U);
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(Crc32("a"), 0xE8B7BE43U);
  EXPECT_EQ(Crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
}

TEST(Crc32, CanBeTakenPieceByPiece) {
  const std::string_view text = "The quick brown fox jumps over the lazy dog";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(Crc32(text.substr(cut), Crc32(text.substr(0, cut))), Crc32(text)) << cut;
  }
}

}  // namespace
}  // namespace latchkey::codec
