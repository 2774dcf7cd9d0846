// tests/codec/json_equals.h: JSON texts that say the same, whatever their blanks and order.
#ifndef LATCHKEY_TESTS_CODEC_JSON_EQUALS_H_
#define LATCHKEY_TESTS_CODEC_JSON_EQUALS_H_

#include <string>

#include "gmock/gmock.h"

namespace latchkey::codec {

// False also where one of them is no JSON.
bool SayTheSame(const std::string& left, const std::string& right);

MATCHER_P(JsonEquals, expected, "") { return SayTheSame(arg, std::string(expected)); }

}  // namespace latchkey::codec

#endif  // LATCHKEY_TESTS_CODEC_JSON_EQUALS_H_
