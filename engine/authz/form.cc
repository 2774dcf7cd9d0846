#include "engine/authz/form.h"

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

constexpr std::size_t kIdBytesMax = 128;
constexpr std::size_t kBytesPerCharacterMax = 4;

bool IsPrintableWithSpace(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

absl::Status MalformedAt(std::string_view path, std::string_view what) {
  return base::Error(Reason::kMalformed,
                     absl::StrCat(base::ToAbsl(path), ": ", base::ToAbsl(what)));
}

std::string At(std::string_view path, std::size_t index) {
  return absl::StrCat(base::ToAbsl(path), "[", index, "]");
}

std::string Member(std::string_view path, std::string_view member) {
  return absl::StrCat(base::ToAbsl(path), ".", base::ToAbsl(member));
}

absl::Status CheckId(std::string_view text, std::string_view path) {
  if (!text.empty() && text.size() <= kIdBytesMax && base::IsPrintableAscii(text)) {
    return absl::OkStatus();
  }
  return MalformedAt(path, "give 1 to 128 printable ASCII characters without space");
}

absl::Status CheckText(std::string_view text, std::size_t min, std::size_t max,
                       std::string_view path) {
  const std::string length = absl::StrCat("give ", min, " to ", max, " characters");
  if (text.size() > max * kBytesPerCharacterMax) return MalformedAt(path, length);
  const std::optional<std::size_t> characters = base::Utf8Length(text);
  if (!characters.has_value()) {
    return base::Error(Reason::kInvalidUtf8, absl::StrCat(base::ToAbsl(path), ": give UTF-8"));
  }
  if (*characters < min || *characters > max) return MalformedAt(path, length);
  return absl::OkStatus();
}

absl::Status CheckActions(const std::vector<std::string>& actions, std::string_view path) {
  absl::flat_hash_set<std::string> seen;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const std::string& action = actions[i];
    if (action.empty() || action.size() > kIdBytesMax || !IsPrintableWithSpace(action)) {
      return MalformedAt(At(path, i), "give 1 to 128 printable ASCII characters");
    }
    if (!seen.insert(action).second) return MalformedAt(At(path, i), "name each action once");
  }
  return absl::OkStatus();
}

}  // namespace latchkey::authz
