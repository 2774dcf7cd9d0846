#include "engine/store/composite_key.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::store {
namespace {

constexpr std::size_t kLengthBytes = 2;
constexpr std::size_t kNumberBytes = 8;

void AppendBigEndian(std::uint64_t number, std::size_t bytes, std::string& out) {
  for (std::size_t i = bytes; i-- > 0;) out.push_back(static_cast<char>(number >> (8 * i) & 0xff));
}

std::uint64_t ReadBigEndian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<std::uint8_t>(byte);
  return number;
}

// Takes the first `size` bytes off `rest`; nothing if it is shorter.
std::optional<std::string_view> Take(std::string_view& rest, std::size_t size) {
  if (rest.size() < size) return std::nullopt;
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

std::optional<KeyPart> TakePart(char kind, std::string_view& rest) {
  if (kind == 't') {
    const auto length = Take(rest, kLengthBytes);
    if (!length) return std::nullopt;
    const auto text = Take(rest, static_cast<std::size_t>(ReadBigEndian(*length)));
    if (!text) return std::nullopt;
    return std::string(*text);
  }
  const auto bytes = Take(rest, kind == 'n' ? kNumberBytes : std::tuple_size_v<KeyBytes>);
  if (!bytes) return std::nullopt;
  if (kind == 'n') return ReadBigEndian(*bytes);
  KeyBytes array{};
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return array;
}

std::string Hex(std::string_view bytes) { return absl::BytesToHexString(base::ToAbsl(bytes)); }

bool HoldsHash(TableId table, std::size_t part) {
  return part == 1 && (table == TableId::kKeysByName || table == TableId::kGroupsByName);
}

std::string DescribePart(TableId table, std::size_t index, const KeyPart& part) {
  if (const auto* text = std::get_if<std::string>(&part)) return *text;
  if (const auto* number = std::get_if<std::uint64_t>(&part)) return absl::StrCat(*number);
  const KeyBytes& bytes = std::get<KeyBytes>(part);
  const bool is_request =
      table == TableId::kRequests || (table == TableId::kRequestsByRevision && index == 1);
  if (!is_request && !HoldsHash(table, index)) return KeyId(bytes).ToString();
  return Hex(std::string(bytes.begin(), bytes.end()));
}

}  // namespace

CompositeKey& CompositeKey::Add(std::string_view text) {
  // What cannot fit is left out at once, so that no length is ever cut to 2 bytes.
  if (text.size() > kKeyMaxBytes) {
    too_long_ = true;
    return *this;
  }
  AppendBigEndian(text.size(), kLengthBytes, bytes_);
  bytes_.append(text);
  return *this;
}

CompositeKey& CompositeKey::Add(std::uint64_t number) {
  AppendBigEndian(number, kNumberBytes, bytes_);
  return *this;
}

CompositeKey& CompositeKey::Add(const KeyBytes& bytes) {
  bytes_.append(bytes.begin(), bytes.end());
  return *this;
}

absl::StatusOr<std::string> CompositeKey::Finish() const {
  if (bytes_.empty() || too_long_ || bytes_.size() > kKeyMaxBytes) {
    return base::Error(Reason::kMalformed, "the ids are too long together, use shorter ones");
  }
  return bytes_;
}

std::optional<std::vector<KeyPart>> ParseKey(TableId table, std::string_view key) {
  std::vector<KeyPart> parts;
  for (const char kind : RowOf(table).parts) {
    std::optional<KeyPart> part = TakePart(kind, key);
    if (!part) return std::nullopt;
    parts.push_back(*std::move(part));
  }
  if (!key.empty()) return std::nullopt;
  return parts;
}

std::string DescribeKey(TableId table, std::string_view key) {
  const std::optional<std::vector<KeyPart>> parts = ParseKey(table, key);
  if (!parts) return Hex(key);
  std::string text;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    if (i > 0) text.push_back(' ');
    text += DescribePart(table, i, (*parts)[i]);
  }
  return text;
}

}  // namespace latchkey::store
