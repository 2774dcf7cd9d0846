#include "engine/facade/descent.h"

#include <set>

#include "engine/base/error.h"

namespace latchkey::inline v0::facade {

absl::StatusOr<std::vector<KeyId>> DescendantsOf(store::View& view, const KeyId& key) {
  std::set<KeyId> seen = {key};
  std::vector<KeyId> found;
  std::vector<KeyId> open = {key};
  while (!open.empty()) {
    const KeyId maker = open.back();
    open.pop_back();
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<KeyId> made, view.MadeWith(maker));
    for (const KeyId& child : made) {
      if (!seen.insert(child).second) continue;
      found.push_back(child);
      open.push_back(child);
    }
  }
  return found;
}

}  // namespace latchkey::inline v0::facade
