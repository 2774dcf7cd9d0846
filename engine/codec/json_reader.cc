#include "engine/codec/json_reader.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/codec/json_form.h"

namespace latchkey::codec {
namespace {

using google::protobuf::Value;

google::protobuf::StringPiece ToProtobuf(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

absl::StatusOr<std::string> JsonNode::Text() const {
  if (!value_->has_string_value()) return Refuse(Reason::kMalformed, "give a string");
  return value_->string_value();
}

absl::StatusOr<bool> JsonNode::Boolean() const {
  if (!value_->has_bool_value()) return Refuse(Reason::kMalformed, "give true or false");
  return value_->bool_value();
}

absl::StatusOr<std::vector<JsonNode>> JsonNode::Items() const {
  if (!value_->has_list_value()) return Refuse(Reason::kMalformed, "give an array");
  std::vector<JsonNode> items;
  for (const Value& item : value_->list_value().values()) {
    items.emplace_back(item, absl::StrCat(path_, "[", items.size(), "]"));
  }
  return items;
}

absl::Status JsonNode::HasOnly(std::initializer_list<std::string_view> known) const {
  if (!value_->has_struct_value()) return Refuse(Reason::kMalformed, "give an object");
  std::size_t members = 0;
  for (const std::string_view name : known) members += Find(name).has_value();
  if (members == static_cast<std::size_t>(value_->struct_value().fields_size())) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kUnknownField, "remove the members that are not of the form");
}

std::optional<JsonNode> JsonNode::Find(std::string_view name) const {
  const auto& fields = value_->struct_value().fields();
  const auto found = fields.find(std::string(name));
  if (found == fields.end()) return std::nullopt;
  return JsonNode(found->second, absl::StrCat(path_, path_.empty() ? "" : ".", base::ToAbsl(name)));
}

absl::StatusOr<JsonNode> JsonNode::Member(std::string_view name) const {
  std::optional<JsonNode> member = Find(name);
  if (member) return *std::move(member);
  return Refuse(Reason::kMalformed, absl::StrCat("add the member ", base::ToAbsl(name)));
}

absl::Status JsonNode::Refuse(Reason reason, std::string_view what_to_do) const {
  return base::Error(reason,
                     absl::StrCat(path_.empty() ? "JSON" : path_, ": ", base::ToAbsl(what_to_do)));
}

// The parser's own message holds input: it is not passed on.
absl::StatusOr<JsonDocument> JsonDocument::Read(std::string_view text, std::size_t max_bytes) {
  LATCHKEY_RETURN_IF_ERROR(CheckJsonForm(text, max_bytes));
  auto value = std::make_unique<Value>();
  if (!google::protobuf::util::JsonStringToMessage(ToProtobuf(text), value.get()).ok()) {
    return base::Error(Reason::kMalformed,
                       "name each member once, pair surrogates and keep numbers within double");
  }
  return JsonDocument(std::move(value));
}

JsonDocument::JsonDocument(std::unique_ptr<Value> value) : value_(std::move(value)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

}  // namespace latchkey::codec
