#include "engine/cache/warm_catalogue.h"

#include <string>
#include <utility>
#include <vector>

#include "engine/base/error.h"

namespace latchkey::cache {

absl::StatusOr<std::unique_ptr<const WarmCatalogue::Kept>> WarmCatalogue::Read(
    const base::HashKey& key, store::Snapshot& snapshot) {
  auto kept = std::make_unique<Kept>(Kept{authz::CatalogueIndex(key), snapshot.txn_id()});
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<std::string> names, snapshot.view().ServiceNames());
  for (const std::string& name : names) {
    LATCHKEY_ASSIGN_OR_RETURN(const auto service, snapshot.view().FindServiceWithRoles(name));
    if (service && !kept->index.Add(*service)) {
      return base::Error(Reason::kLimitExceeded, "two services have one hash in this process");
    }
  }
  return kept;
}

void WarmCatalogue::Replace(std::unique_ptr<const Kept> kept) {
  former_.Collect([](std::unique_ptr<const Kept>) {});
  kept_.store(kept.get());
  if (owned_ != nullptr) former_.Add(std::move(owned_));
  owned_ = std::move(kept);
}

}  // namespace latchkey::cache
