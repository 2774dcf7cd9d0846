// engine/cache/warm_catalogue.h: the catalogue as decisions look at it, one for all, read anew when
// it changes.
#ifndef LATCHKEY_ENGINE_CACHE_WARM_CATALOGUE_H_
#define LATCHKEY_ENGINE_CACHE_WARM_CATALOGUE_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"

#include "engine/authz/catalogue_index.h"
#include "engine/cache/change_stamps.h"
#include "engine/cache/read_side.h"
#include "engine/cache/retired.h"
#include "engine/store/store.h"

namespace latchkey::cache {

class WarmCatalogue {
 public:
  struct Kept {
    authz::CatalogueIndex index;
    std::uint64_t stamp = 0;
  };

  // `readers` outlives this and is empty when this is destroyed.
  explicit WarmCatalogue(ReadSide& readers) : former_(readers) {}

  // Null if it is not known, or not known to hold at the validated state `now`. The caller is
  // inside the ReadSide. Threads: any.
  [[nodiscard]] const authz::CatalogueIndex* At(std::uint64_t now, Slot slot,
                                                const ChangeStamps& stamps) const {
    const Kept* const kept = kept_.load();
    const bool holds = kept != nullptr && kept->stamp <= now && stamps.Holds(kept->stamp) &&
                       stamps.Unchanged(slot, kept->stamp);
    return holds ? &kept->index : nullptr;
  }

  // All of it. Errors: those of the store; kLimitExceeded if two names cannot be told apart by
  // their hashes. Cost: a read for each service.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<const Kept>> Read(const base::HashKey& key,
                                                                        store::Snapshot& snapshot);
  // The writer's, one at a time.
  void Replace(std::unique_ptr<const Kept> kept);

 private:
  std::atomic<const Kept*> kept_{nullptr};
  std::unique_ptr<const Kept> owned_;
  Retired<std::unique_ptr<const Kept>> former_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_WARM_CATALOGUE_H_
