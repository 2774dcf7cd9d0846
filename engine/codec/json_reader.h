// engine/codec/json_reader.h: a walk over a JSON text that always knows where it is.
//
// A path is made of names that the code asked for and of indices, never of what the text holds, so
// that it can stand in an error (hazard K14).
#ifndef LATCHKEY_ENGINE_CODEC_JSON_READER_H_
#define LATCHKEY_ENGINE_CODEC_JSON_READER_H_

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "latchkey/status.h"

namespace google::protobuf {
class Value;
}  // namespace google::protobuf

namespace latchkey::codec {

// One value of a document, which must outlive it.
class JsonNode {
 public:
  JsonNode(const google::protobuf::Value& value, std::string path)
      : value_(&value), path_(std::move(path)) {}

  // Errors of these four: kMalformed if the value is of another type.
  [[nodiscard]] absl::StatusOr<std::string> Text() const;
  [[nodiscard]] absl::StatusOr<bool> Boolean() const;
  [[nodiscard]] absl::StatusOr<std::vector<JsonNode>> Items() const;  // of an array
  // An object that has no members but these. Also kUnknownField.
  [[nodiscard]] absl::Status HasOnly(std::initializer_list<std::string_view> known) const;

  // A member of an object. Nothing if there is none, or if this is no object.
  [[nodiscard]] std::optional<JsonNode> Find(std::string_view name) const;
  // Errors: kMalformed if there is none.
  [[nodiscard]] absl::StatusOr<JsonNode> Member(std::string_view name) const;

  // Where this stands, such as `resource.attributes[1]`; empty at the root.
  [[nodiscard]] const std::string& path() const { return path_; }

  // "<path>: <what to do>".
  [[nodiscard]] absl::Status Refuse(Reason reason, std::string_view what_to_do) const;

 private:
  const google::protobuf::Value* value_;
  std::string path_;
};

class JsonDocument {
 public:
  // Errors: kMalformed, kInvalidUtf8; see CheckJsonForm. A member that an object has twice is
  // kMalformed.
  [[nodiscard]] static absl::StatusOr<JsonDocument> Read(std::string_view text,
                                                         std::size_t max_bytes);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  [[nodiscard]] JsonNode root() const { return JsonNode(*value_, ""); }

 private:
  explicit JsonDocument(std::unique_ptr<google::protobuf::Value> value);

  std::unique_ptr<google::protobuf::Value> value_;
};

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_JSON_READER_H_
