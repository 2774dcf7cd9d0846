// engine/facade/cursor.h: positions in a listing, as text that only this store makes and accepts.
#ifndef LATCHKEY_ENGINE_FACADE_CURSOR_H_
#define LATCHKEY_ENGINE_FACADE_CURSOR_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "latchkey/api_key.h"

namespace latchkey::inline v0::facade {

class Core;

// `position` as text, bound to the query by a keyed tag: it cannot be used for another query, nor
// made up to probe for records.
[[nodiscard]] std::string SealCursor(Core& core, const KeyQuery& query, std::string_view position);

// The position, or "" for the empty cursor. Errors: kMalformed.
[[nodiscard]] absl::StatusOr<std::string> OpenCursor(Core& core, const KeyQuery& query,
                                                     std::string_view cursor);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_CURSOR_H_
