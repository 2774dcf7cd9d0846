// engine/facade/descent.h: which keys come from which, by the key that their makers acted through
// (domain K-12).
#ifndef LATCHKEY_ENGINE_FACADE_DESCENT_H_
#define LATCHKEY_ENGINE_FACADE_DESCENT_H_

#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/store/store.h"

namespace latchkey::inline v0::facade {

// Every key, live or deleted, that was made with `key` or with one of its descendants; without
// `key`. Work: linear in the descendants; no recursion.
[[nodiscard]] absl::StatusOr<std::vector<KeyId>> DescendantsOf(store::View& view, const KeyId& key);

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_DESCENT_H_
