// engine/cache/access_block.h: what one identity may do in one account, compiled in one snapshot,
// and whether that still holds.
//
// A block holds facts, never a verdict: clock, source address, the account that is acted from and
// the request come with every question. What needs more than it holds is asked of the interpreter.
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_BLOCK_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_BLOCK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "latchkey/account.h"
#include "latchkey/identity.h"
#include "latchkey/status.h"

#include "engine/authz/compiled_grants.h"
#include "engine/cache/change_stamps.h"
#include "engine/cache/dependencies.h"
#include "engine/store/store.h"

namespace latchkey::cache {

struct AccessBlock {
  std::uint64_t identity_serial = 0;
  std::uint64_t account_hash = 0;    // keyed, of the account's id
  std::uint64_t account_serial = 0;  // 0 unless the account is stored

  // Of a snapshot in which it was found to hold.
  mutable std::atomic<std::uint64_t> stamp{0};
  Slot catalogue = 0;
  Slot access = 0;        // unchanged: so is everything in `own`
  std::vector<Slot> own;  // what else it was built from, one by one

  // Why nobody of this identity gets further than step 1 of domain section 7; kNone: it does.
  Reason barred = Reason::kNone;
  bool owns = false;
  ExternalMode external = ExternalMode::kLimited;  // R-1, for this kind of identity
  std::vector<std::uint64_t> external_accounts;    // serials on the list, sorted
  // R-3, and lists that name accounts that are not stored (yet): the interpreter decides.
  bool asks_interpreter = false;
  authz::CompiledGrants grants;

  [[nodiscard]] std::size_t bytes() const;
};

// `catalogue` is of the same snapshot. Errors: those of the store; kMalformed for an id too long to
// be stored.
[[nodiscard]] absl::StatusOr<std::unique_ptr<AccessBlock>> BuildAccessBlock(
    store::Snapshot& snapshot, const Dependencies& dependencies,
    std::shared_ptr<const authz::CatalogueIndex> catalogue, const Identity& identity,
    const AccountId& account);

// Whether `block` says what is so at the validated state `now`. A change of its account that did
// not concern it is noted in it.
[[nodiscard]] bool StillHolds(const AccessBlock& block, const ChangeStamps& stamps,
                              std::uint64_t now);

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_BLOCK_H_
