#include "codec/json_equals.h"

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"

namespace latchkey::codec {

bool SayTheSame(const std::string& left, const std::string& right) {
  google::protobuf::Value left_value;
  google::protobuf::Value right_value;
  return google::protobuf::util::JsonStringToMessage(left, &left_value).ok() &&
         google::protobuf::util::JsonStringToMessage(right, &right_value).ok() &&
         google::protobuf::util::MessageDifferencer::Equals(left_value, right_value);
}

}  // namespace latchkey::codec
