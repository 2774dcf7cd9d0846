#include "engine/codec/record_form.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "latchkey/status.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::codec {
namespace {

constexpr std::size_t kIdMaxCharacters = 128;  // identity.h
// Protobuf counts in int, and logs when a message is larger.
constexpr std::size_t kRecordMaxBytes = std::numeric_limits<int>::max();
// Our deepest message has 4 levels; unknown groups may not recurse further than this either.
constexpr int kNestingMax = 8;

}  // namespace

const std::string& FieldCheck::Text(const std::string& text, const char* field) {
  Require(base::Utf8Length(text).has_value(), field);
  return text;
}

bool FieldCheck::IsIdForm(std::string_view text) {
  return text.size() <= kIdMaxCharacters && base::IsPrintableAscii(text);
}

std::string Serialize(const google::protobuf::MessageLite& message) {
  const std::size_t size = message.ByteSizeLong();
  LATCHKEY_INVARIANT(size <= kRecordMaxBytes, "a record is smaller than 2 GiB");
  std::string bytes(size, '\0');
  google::protobuf::io::ArrayOutputStream array(bytes.data(), static_cast<int>(size));
  google::protobuf::io::CodedOutputStream coded(&array);
  coded.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&coded);
  LATCHKEY_INVARIANT(!coded.HadError(), "a record has the size that it was measured to have");
  return bytes;
}

bool ParseBytes(std::string_view bytes, google::protobuf::MessageLite& message) {
  if (bytes.size() > kRecordMaxBytes) return false;
  google::protobuf::io::CodedInputStream coded(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  coded.SetRecursionLimit(kNestingMax);
  return message.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
}

absl::Status CorruptRecord(const char* field) {
  return base::Error(
      Reason::kCorrupt,
      absl::StrCat("a stored record does not decode, restore from a backup: ", field));
}

}  // namespace latchkey::codec
