// engine/cache/access_table.h: compiled blocks by identity and account, in bounded memory, and the
// way from a key to them.
//
// Readers take no lock and touch two lines in a row: the route, and the block that it leads to. A
// key that has no route yet goes by its identity's, and is given one.
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_TABLE_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

#include "latchkey/identity.h"

#include "engine/cache/access_block.h"
#include "engine/cache/access_log.h"
#include "engine/cache/access_routes.h"
#include "engine/cache/change_stamps.h"

namespace latchkey::cache {

class AccessTable {
 public:
  using Ask = AccessRoutes::Ask;

  // As AccessLog::Make and AccessRoutes::Make.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<AccessTable>> Make(std::size_t bytes,
                                                                         std::size_t routes,
                                                                         ReadSide& readers);

  // The caller of these three is inside `readers` before and for as long as it looks at a block.
  // Threads: any.
  void PrefetchRoute(const Ask& ask) const { routes_.Prefetch(ask); }
  // Once the route may have come. What it answers is for Find: where the block probably is.
  AccessLog::Place PrefetchBlock(const Ask& ask, std::uint64_t service_hash) const {
    AccessLog::Place likely = 0;
    routes_.Find(ask, [&](const AccessRoutes::Route& route) {
      const void* const block = log_->MemoryAt(route.place);
      __builtin_prefetch(block);
      AccessBlock::PrefetchCells(block, route.log2_cells, service_hash);
      likely = route.place;
      return true;
    });
    return likely;
  }
  // Null if there is none, or no route to it.
  [[nodiscard]] const AccessBlock* Find(const Ask& ask, const AccessKey& key,
                                        AccessLog::Place likely = 0) const {
    const AccessBlock* found = At(likely, key);
    if (found == nullptr) {
      routes_.Find(ask, [&](const AccessRoutes::Route& route) {
        found = At(route.place, key);
        return found != nullptr;
      });
    }
    if (found != nullptr) found->NoteUsed();
    return found;
  }

  // The rest is the writer's, one at a time.

  // A route to the block of `key`, if there is one.
  void Link(const Ask& ask, const AccessKey& key);
  // In the place of what was there. Not kept: a block too large for the memory, and one for which
  // there is no room until readers leave. Blocks that are used and still hold at `now` make room
  // last.
  void Insert(const Ask& ask, AccessDraft draft, const ChangeStamps& stamps, std::uint64_t now);

  [[nodiscard]] std::size_t bytes() const { return log_->bytes(); }

 private:
  AccessTable(std::unique_ptr<AccessLog> log, AccessRoutes routes)
      : log_(std::move(log)), routes_(std::move(routes)) {}

  // Null: it is not there.
  [[nodiscard]] const AccessBlock* At(AccessLog::Place place, const AccessKey& key) const {
    const AccessBlock* const block = log_->At(place);
    return block != nullptr && block->facts().key == key ? block : nullptr;
  }
  void Lead(const Ask& ask, AccessLog::Place place);
  // False: there is nothing left to take back.
  bool MakeRoom(const ChangeStamps& stamps, std::uint64_t now, int& chances);
  [[nodiscard]] bool MayStay(const AccessLog::Oldest& oldest, const ChangeStamps& stamps,
                             std::uint64_t now) const;

  std::unique_ptr<AccessLog> log_;
  AccessRoutes routes_;
  absl::flat_hash_map<AccessKey, AccessLog::Place> places_;
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_TABLE_H_
