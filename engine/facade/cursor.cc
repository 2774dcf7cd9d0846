#include "engine/facade/cursor.h"

#include "absl/strings/escaping.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/facade/core.h"

namespace latchkey::inline v0::facade {
namespace {

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string TagOf(Core& core, const KeyQuery& query, std::string_view position) {
  const std::string owner = query.iam_id ? query.iam_id->text() : "";
  const char kinds[] = {query.owner_kind ? static_cast<char>(*query.owner_kind) : '\0',
                        query.kind ? static_cast<char>(*query.kind) : '\0'};
  const crypto::Bytes16 tag = crypto::Blake2b128(
      {"latchkey.cursor", query.account_id.text(), owner, std::string_view(kinds, 2),
       query.name_contains.value_or(""), query.description_contains.value_or(""), position},
      core.store().header().tag_key);
  return std::string(TextOf(tag));
}

}  // namespace

std::string SealCursor(Core& core, const KeyQuery& query, std::string_view position) {
  std::string text;
  absl::WebSafeBase64Escape(TagOf(core, query, position) + std::string(position), &text);
  return text;
}

absl::StatusOr<std::string> OpenCursor(Core& core, const KeyQuery& query, std::string_view cursor) {
  if (cursor.empty()) return std::string();
  constexpr std::size_t kTagSize = 16;
  std::string bytes;
  if (absl::WebSafeBase64Unescape(base::ToAbsl(cursor), &bytes) && bytes.size() > kTagSize) {
    const std::string position = bytes.substr(kTagSize);
    if (TagOf(core, query, position) == bytes.substr(0, kTagSize)) return position;
  }
  return base::Error(Reason::kMalformed, "the cursor is not one of this query: begin without one");
}

}  // namespace latchkey::inline v0::facade
