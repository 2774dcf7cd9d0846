// The text forms of ids, entity tags and lifecycle names.
#include <algorithm>
#include <charconv>

#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"
#include "latchkey/lifecycle.h"

namespace latchkey::inline v0 {
namespace {

using Bytes16 = std::array<std::uint8_t, 16>;

constexpr std::string_view kKeyIdPrefix = "ApiKey-";
constexpr std::size_t kUuidLength = 36;
constexpr std::size_t kHexLength = 32;
constexpr char kDigits[] = "0123456789abcdef";

constexpr bool IsHyphenPlace(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

void AppendHex(std::uint8_t byte, std::string& text) {
  text += kDigits[byte >> 4];
  text += kDigits[byte & 0xf];
}

// 0..15, or nothing: capitals are not accepted, so that each value has one spelling.
std::optional<std::uint8_t> HexValue(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

std::optional<Bytes16> ParseHex(std::string_view text) {
  if (text.size() != kHexLength) return std::nullopt;
  Bytes16 bytes{};
  for (std::size_t i = 0; i < kHexLength; ++i) {
    const std::optional<std::uint8_t> value = HexValue(text[i]);
    if (!value) return std::nullopt;
    bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] << 4 | *value);
  }
  return bytes;
}

}  // namespace

std::optional<KeyId> KeyId::Parse(std::string_view text) {
  if (!text.starts_with(kKeyIdPrefix)) return std::nullopt;
  text.remove_prefix(kKeyIdPrefix.size());
  if (text.size() != kUuidLength) return std::nullopt;
  std::string hex;
  for (std::size_t i = 0; i < kUuidLength; ++i) {
    if (!IsHyphenPlace(i)) {
      hex += text[i];
    } else if (text[i] != '-') {
      return std::nullopt;
    }
  }
  const std::optional<Bytes16> bytes = ParseHex(hex);
  if (!bytes) return std::nullopt;
  return KeyId(*bytes);
}

std::string KeyId::ToString() const {
  std::string text(kKeyIdPrefix);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (IsHyphenPlace(text.size() - kKeyIdPrefix.size())) text += '-';
    AppendHex(bytes_[i], text);
  }
  return text;
}

std::optional<EntityTag> EntityTag::Parse(std::string_view text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  EntityTag tag;
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, tag.n);
  if (fault != std::errc() || rest == end || *rest != '-') return std::nullopt;
  const std::optional<Bytes16> nonce =
      ParseHex({rest + 1, static_cast<std::size_t>(end - rest - 1)});
  if (!nonce) return std::nullopt;
  tag.nonce = *nonce;
  return tag;
}

std::string EntityTag::ToString() const {
  std::string text = std::to_string(n) + '-';
  for (const std::uint8_t byte : nonce) AppendHex(byte, text);
  return text;
}

std::string_view NameOf(KeyState state) {
  switch (state) {
    case KeyState::kActive:
      return "active";
    case KeyState::kLocked:
      return "locked";
    case KeyState::kDisabled:
      return "disabled";
    case KeyState::kDisabledLocked:
      return "disabled_locked";
    case KeyState::kDeleted:
      return "deleted";
  }
  return "unknown";
}

std::string_view NameOf(KeyCommand command) {
  switch (command) {
    case KeyCommand::kUpdate:
      return "update";
    case KeyCommand::kRotate:
      return "rotate";
    case KeyCommand::kRetireOldSecret:
      return "retire_old_secret";
    case KeyCommand::kLock:
      return "lock";
    case KeyCommand::kUnlock:
      return "unlock";
    case KeyCommand::kDisable:
      return "disable";
    case KeyCommand::kEnable:
      return "enable";
    case KeyCommand::kDelete:
      return "delete";
    case KeyCommand::kLeakNone:
      return "leak_none";
    case KeyCommand::kLeakDisable:
      return "leak_disable";
    case KeyCommand::kLeakDelete:
      return "leak_delete";
    case KeyCommand::kLeakOldSecret:
      return "leak_old_secret";
    case KeyCommand::kRemoveIdentity:
      return "remove_identity";
    case KeyCommand::kCreate:
      return "create";
  }
  return "unknown";
}

}  // namespace latchkey::inline v0
