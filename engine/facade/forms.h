// engine/facade/forms.h: the form of what callers write: lengths in characters, strict UTF-8, ids.
#ifndef LATCHKEY_ENGINE_FACADE_FORMS_H_
#define LATCHKEY_ENGINE_FACADE_FORMS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "latchkey/api_key.h"

namespace latchkey::inline v0::facade {

// OK if `text` is strict UTF-8 of `least`..`most` characters without control characters. Errors:
// kInvalidUtf8, kMalformed; both name `field` and never the text.
[[nodiscard]] absl::Status CheckText(std::string_view field, std::string_view text,
                                     std::size_t least, std::size_t most);

// OK if `text` has the form of an id: 1..128 printable ASCII characters (latchkey/identity.h).
[[nodiscard]] absl::Status CheckId(std::string_view field, std::string_view text);

// Times that can be stored: 1970 to 9999.
[[nodiscard]] absl::Status CheckTime(std::string_view field, absl::Time time);

[[nodiscard]] absl::Status CheckNewKey(const NewApiKey& request);
[[nodiscard]] absl::Status CheckKeyUpdate(const KeyUpdate& update);

// Times are kept in whole microseconds.
[[nodiscard]] absl::Time WholeMicros(absl::Time time);
[[nodiscard]] BoundaryTerm WholeTimes(BoundaryTerm term);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_FORMS_H_
