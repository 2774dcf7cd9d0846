#include "engine/base/error.h"

#include <charconv>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

#include "engine/base/invariant.h"
#include "engine/base/text.h"

namespace latchkey {
namespace {
constexpr char kPayloadUrl[] = "latchkey.dev/reason";
}  // namespace

inline namespace v0 {

Reason ReasonOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return Reason::kNone;
  const std::string text(*payload);
  std::uint16_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size()) return Reason::kNone;
  return RowOf(static_cast<Reason>(number)).reason;
}

std::string_view LibraryVersion() { return LATCHKEY_VERSION_STRING; }

}  // namespace v0

namespace base {

absl::Status Error(Reason reason, std::string_view message) {
  const ReasonRow& row = RowOf(reason);
  LATCHKEY_INVARIANT(row.code != absl::StatusCode::kOk, "an error needs a reason that is one");
  absl::Status status(row.code, ToAbsl(message));
  status.SetPayload(kPayloadUrl, absl::Cord(absl::StrCat(static_cast<std::uint16_t>(reason))));
  return status;
}

absl::Status Annotate(const absl::Status& status, std::string_view prefix) {
  if (status.ok()) return status;
  return Error(ReasonOf(status), absl::StrCat(ToAbsl(prefix), ": ", status.message()));
}

}  // namespace base
}  // namespace latchkey
