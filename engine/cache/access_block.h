// engine/cache/access_block.h: what one identity may do in one account, compiled in one snapshot,
// and whether that still holds.
//
// A block holds facts, never a verdict: clock, source address, the account that is acted from and
// the request come with every question. What needs more than it holds is asked of the interpreter.
// Its first line says whose it is and whether it holds; the cells of its grants follow, and a
// question looks at one line of these in most cases.
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_BLOCK_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_BLOCK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
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

// Whose access to which account. Serials above 32 bits are not kept.
struct AccessKey {
  std::uint32_t identity = 0;      // serial
  std::uint64_t account_hash = 0;  // keyed, of the account's id
  bool operator==(const AccessKey&) const = default;
  template <class H>
  friend H AbslHashValue(H state, const AccessKey& key) {
    return H::combine(std::move(state), key.identity, key.account_hash);
  }
};

// What a block says, beside its grants.
struct AccessFacts {
  AccessKey key;
  std::uint32_t account = 0;  // serial
  Slot catalogue = 0;
  Slot access = 0;  // unchanged: so is everything else that the block was built from
  // Why nobody of this identity gets further than step 1 of domain section 7; kNone: it does.
  Reason barred = Reason::kNone;
  bool owns = false;
  // R-3, and lists that name accounts that are not stored (yet): the interpreter decides.
  bool asks_interpreter = false;
  ExternalMode external = ExternalMode::kLimited;  // R-1, for this kind of identity
};

// What a block is made of.
struct AccessDraft : AccessFacts {
  std::uint64_t stamp = 0;
  std::vector<Slot> own;                         // what it was built from, one by one
  std::vector<std::uint32_t> external_accounts;  // serials on the list of R-1, sorted
  authz::CompiledGrants grants;

  // In lines of 64 bytes, without what is kept beside.
  [[nodiscard]] std::size_t lines() const;
};

// `catalogue` is of the same snapshot. Errors: those of the store; kMalformed for an id too long to
// be stored, or numbers too large to be kept.
[[nodiscard]] absl::StatusOr<AccessDraft> DraftAccess(store::Snapshot& snapshot,
                                                      const Dependencies& dependencies,
                                                      const authz::CatalogueIndex& catalogue,
                                                      const Identity& identity,
                                                      const AccountId& account);

class alignas(64) AccessBlock {
 public:
  // Writes `draft` to `memory`, of draft.lines() lines. What is kept outlives the block.
  static const AccessBlock* Write(const AccessDraft& draft, void* memory);
  // The same block at another place.
  const AccessBlock* CopyTo(void* memory) const;

  [[nodiscard]] const AccessFacts& facts() const { return facts_; }
  [[nodiscard]] bool Lists(std::uint32_t account) const;
  [[nodiscard]] std::uint64_t LowestGrant(const authz::HashedRequest& request,
                                          std::int64_t now_us) const {
    return authz::LowestGrant(cells(), kept_, request, now_us);
  }

  // Whether it says what is so at the validated state `now`. A change of its account that did not
  // concern it is noted in it. Threads: any.
  [[nodiscard]] bool Holds(const ChangeStamps& stamps, std::uint64_t now) const {
    const std::uint64_t stamp = stamp_.load(std::memory_order_acquire);
    if (stamp > now || !stamps.Holds(stamp) || !stamps.Unchanged(facts_.catalogue, stamp)) {
      return false;
    }
    return stamps.Unchanged(facts_.access, stamp) || IsUnconcerned(stamps, stamp, now);
  }
  // Whether a question found it since it was written, or was asked this. The writer's.
  [[nodiscard]] bool TakeUsed() const { return used_.exchange(0, std::memory_order_relaxed) != 0; }
  void NoteUsed() const {
    if (used_.load(std::memory_order_relaxed) == 0) used_.store(1, std::memory_order_relaxed);
  }

  // Brings the lines nearer in which the first two policies of a service lie, given the cells of a
  // block.
  static void PrefetchCells(const void* block, unsigned log2_cells, std::uint64_t service_hash) {
    const std::size_t cell = service_hash & ((std::size_t{1} << log2_cells) - 1);
    const char* const first = static_cast<const char*>(block) + sizeof(AccessBlock);
    __builtin_prefetch(first + cell * sizeof(authz::GrantCell));
    __builtin_prefetch(first + (cell + 1) * sizeof(authz::GrantCell));
  }
  [[nodiscard]] unsigned log2_cells() const { return log2_cells_; }

 private:
  explicit AccessBlock(const AccessFacts& facts) : facts_(facts) {}

  // Whether none of what it was built from changed after `stamp`, though its account did.
  [[nodiscard]] bool IsUnconcerned(const ChangeStamps& stamps, std::uint64_t stamp,
                                   std::uint64_t now) const;
  [[nodiscard]] const std::byte* after() const {
    return reinterpret_cast<const std::byte*>(this) + sizeof *this;
  }
  [[nodiscard]] std::span<const authz::GrantCell> cells() const {
    return {reinterpret_cast<const authz::GrantCell*>(after()), std::size_t{1} << log2_cells_};
  }
  [[nodiscard]] std::span<const std::uint32_t> listed() const {
    return {reinterpret_cast<const std::uint32_t*>(after() + cells().size_bytes()), listed_};
  }
  [[nodiscard]] std::span<const Slot> own() const {
    return {reinterpret_cast<const Slot*>(after() + cells().size_bytes() + listed().size_bytes()),
            own_};
  }

  AccessFacts facts_;
  mutable std::atomic<std::uint64_t> stamp_{0};  // of a snapshot in which it was found to hold
  const authz::KeptPolicies* kept_ = nullptr;
  std::uint32_t lines_ = 0;
  std::uint32_t listed_ = 0;
  std::uint16_t own_ = 0;
  std::uint8_t log2_cells_ = 0;
  mutable std::atomic<std::uint8_t> used_{0};
};
static_assert(sizeof(AccessBlock) == 64);

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_BLOCK_H_
