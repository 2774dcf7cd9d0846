#include "engine/facade/forms.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"

#include "engine/authz/boundary.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::inline v0::facade {
namespace {

constexpr std::size_t kIdMax = 128;

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
  });
}

absl::Status CheckLeakAction(LeakAction action) {
  if (action >= LeakAction::kNone && action <= LeakAction::kDelete) return absl::OkStatus();
  return base::Error(Reason::kMalformed, "action_when_leaked must be none, disable or delete");
}

absl::Status CheckKind(const NewApiKey& request) {
  if (request.kind == KeyKind::kPlatform) return absl::OkStatus();
  if (request.kind != KeyKind::kClassic) {
    return base::Error(Reason::kMalformed, "kind must be platform or classic");
  }
  if (!request.locked && !request.disabled) return absl::OkStatus();
  return base::Error(
      Reason::kMalformed,
      "a classic key must be neither locked nor disabled: its user can undo neither");
}

}  // namespace

absl::Status CheckText(std::string_view field, std::string_view text, std::size_t least,
                       std::size_t most) {
  const std::optional<std::size_t> characters = base::Utf8Length(text);
  if (!characters) {
    return base::Error(Reason::kInvalidUtf8,
                       absl::StrCat(base::ToAbsl(field), " must be strict UTF-8"));
  }
  if (*characters < least || *characters > most) {
    return base::Error(Reason::kMalformed, absl::StrCat(base::ToAbsl(field), " must have ", least,
                                                        "..", most, " characters"));
  }
  if (HasControl(text)) {
    return base::Error(Reason::kMalformed,
                       absl::StrCat(base::ToAbsl(field), " must not hold control characters"));
  }
  return absl::OkStatus();
}

absl::Status CheckId(std::string_view field, std::string_view text) {
  if (!text.empty() && text.size() <= kIdMax && base::IsPrintableAscii(text)) {
    return absl::OkStatus();
  }
  return base::Error(Reason::kMalformed, absl::StrCat(base::ToAbsl(field), " must be 1..", kIdMax,
                                                      " printable ASCII characters without space"));
}

absl::Status CheckTime(std::string_view field, absl::Time time) {
  if (time >= absl::UnixEpoch() && time <= absl::FromUnixSeconds(253'402'300'799)) {
    return absl::OkStatus();
  }
  return base::Error(Reason::kMalformed,
                     absl::StrCat(base::ToAbsl(field), " must lie within the years 1970..9999"));
}

absl::Status CheckNewKey(const NewApiKey& request) {
  if (request.store_value) {
    return base::Error(Reason::kSecretNotAccepted,
                       "store_value must be false: only hashes of secrets are kept");
  }
  LATCHKEY_RETURN_IF_ERROR(CheckKind(request));
  LATCHKEY_RETURN_IF_ERROR(CheckText("name", request.name, 1, kNameMaxCharacters));
  if (request.description) {
    LATCHKEY_RETURN_IF_ERROR(
        CheckText("description", *request.description, 0, kDescriptionMaxCharacters));
  }
  if (request.expires_at) LATCHKEY_RETURN_IF_ERROR(CheckTime("expires_at", *request.expires_at));
  if (!request.iam_id.empty()) LATCHKEY_RETURN_IF_ERROR(CheckId("iam_id", request.iam_id.text()));
  if (!request.account_id.empty()) {
    LATCHKEY_RETURN_IF_ERROR(CheckId("account_id", request.account_id.text()));
  }
  if (request.boundary.size() > kBoundaryTermsMax) {
    return base::Error(Reason::kMalformed, "boundary must have at most 8 terms");
  }
  for (const BoundaryTerm& term : request.boundary) {
    LATCHKEY_RETURN_IF_ERROR(authz::CheckBoundaryTerm(term, "boundary"));
  }
  return CheckLeakAction(request.action_when_leaked);
}

absl::Status CheckKeyUpdate(const KeyUpdate& update) {
  if (update.name) LATCHKEY_RETURN_IF_ERROR(CheckText("name", *update.name, 1, kNameMaxCharacters));
  if (update.description) {
    LATCHKEY_RETURN_IF_ERROR(
        CheckText("description", *update.description, 0, kDescriptionMaxCharacters));
  }
  if (update.expires_at && *update.expires_at != absl::InfiniteFuture()) {
    LATCHKEY_RETURN_IF_ERROR(CheckTime("expires_at", *update.expires_at));
  }
  if (update.action_when_leaked) return CheckLeakAction(*update.action_when_leaked);
  return absl::OkStatus();
}

absl::Time WholeMicros(absl::Time time) {
  if (time == absl::InfiniteFuture()) return time;
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

BoundaryTerm WholeTimes(BoundaryTerm term) {
  if (term.not_before) term.not_before = WholeMicros(*term.not_before);
  if (term.not_after) term.not_after = WholeMicros(*term.not_after);
  return term;
}

}  // namespace latchkey::inline v0::facade
