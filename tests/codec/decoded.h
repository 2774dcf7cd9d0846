// tests/codec/decoded.h: what Decode makes of bytes.
#ifndef LATCHKEY_TESTS_CODEC_DECODED_H_
#define LATCHKEY_TESTS_CODEC_DECODED_H_

#include <string_view>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/codec/records.h"

namespace latchkey::codec {

template <class Record>
bool IsRefused(std::string_view bytes) {
  Record record;
  return ReasonOf(Decode(bytes, record)) == Reason::kCorrupt;
}

template <class Record>
Record Decoded(std::string_view bytes) {
  Record record;
  const absl::Status status = Decode(bytes, record);
  EXPECT_TRUE(status.ok()) << status;
  return record;
}

}  // namespace latchkey::codec

#endif  // LATCHKEY_TESTS_CODEC_DECODED_H_
