#include "engine/cache/access_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <new>
#include <optional>

#include "engine/authz/standing.h"
#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::uint64_t kSerialMax = std::numeric_limits<std::uint32_t>::max();

absl::Status TooLarge() {
  return base::Error(Reason::kMalformed, "the serial is too large to be kept");
}

bool IsUser(const Identity& identity) { return identity.kind == IdentityKind::kUser; }

absl::StatusOr<Reason> BarOf(store::View& view, const Identity& identity,
                             const std::optional<Account>& account) {
  if (!account || account->state != AccountState::kOpen) return Reason::kAccountNotOpen;
  if (!IsUser(identity)) return Reason::kNone;
  LATCHKEY_ASSIGN_OR_RETURN(const bool member,
                            authz::IsActiveMember(view, account->id, identity.id));
  return member ? Reason::kNone : Reason::kMembershipNotActive;
}

// Serials of the accounts that exist; false if one does not: its serial is not known yet.
absl::StatusOr<bool> SerialsOf(store::View& view, const std::vector<AccountId>& accounts,
                               std::vector<std::uint32_t>& serials) {
  for (const AccountId& id : accounts) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> account, view.FindAccount(id));
    if (!account || account->serial > kSerialMax) return false;
    serials.push_back(static_cast<std::uint32_t>(account->serial));
  }
  std::ranges::sort(serials);
  return true;
}

absl::Status ReadAccount(store::View& view, const Identity& identity, const Account& account,
                         AccessDraft& draft) {
  const ExternalRule& rule =
      IsUser(identity) ? account.settings.external_users : account.settings.external_service_ids;
  if (account.serial > kSerialMax) return TooLarge();
  draft.account = static_cast<std::uint32_t>(account.serial);
  draft.owns = IsUser(identity) && identity.id == account.owner;
  draft.external = rule.mode;
  if (rule.mode != ExternalMode::kEnabled) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool all_known,
                              SerialsOf(view, rule.allowed_accounts, draft.external_accounts));
    draft.asks_interpreter = !all_known;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto rules, view.ContextRulesOf(account.id));
  draft.asks_interpreter = draft.asks_interpreter || !rules.empty();
  return absl::OkStatus();
}

absl::Status AddDependencies(store::View& view, const Dependencies& dependencies,
                             const Identity& identity, const AccountId& account,
                             AccessDraft& draft) {
  const auto add = [&](const absl::StatusOr<Slot>& slot) {
    if (slot.ok()) draft.own.push_back(*slot);
    return slot.status();
  };
  LATCHKEY_ASSIGN_OR_RETURN(draft.access, dependencies.OfAccess(account));
  draft.catalogue = dependencies.OfCatalogue();
  LATCHKEY_RETURN_IF_ERROR(add(dependencies.OfAccount(account)));
  LATCHKEY_RETURN_IF_ERROR(add(dependencies.OfMember(account, identity.id)));
  LATCHKEY_RETURN_IF_ERROR(add(dependencies.OfCustomRoles(account)));
  LATCHKEY_RETURN_IF_ERROR(add(dependencies.OfPolicies(account, identity.id)));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<GroupId> groups, view.GroupsOf(account, identity.id));
  for (const GroupId& group : groups) {
    LATCHKEY_RETURN_IF_ERROR(add(dependencies.OfPolicies(account, group)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AccessDraft> DraftAccess(store::Snapshot& snapshot, const Dependencies& dependencies,
                                        const authz::CatalogueIndex& catalogue,
                                        const Identity& identity, const AccountId& account_id) {
  store::View& view = snapshot.view();
  if (identity.serial > kSerialMax) return TooLarge();
  AccessDraft draft;
  draft.key = {static_cast<std::uint32_t>(identity.serial),
               KeyedHash(catalogue.key(), account_id.text())};
  draft.stamp = snapshot.txn_id();
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> account, view.FindAccount(account_id));
  LATCHKEY_ASSIGN_OR_RETURN(draft.barred, BarOf(view, identity, account));
  LATCHKEY_RETURN_IF_ERROR(AddDependencies(view, dependencies, identity, account_id, draft));
  if (account) LATCHKEY_RETURN_IF_ERROR(ReadAccount(view, identity, *account, draft));
  if (draft.barred == Reason::kNone) {
    LATCHKEY_ASSIGN_OR_RETURN(draft.grants,
                              authz::CompileGrants(view, account_id, identity.id, catalogue));
  } else {
    draft.grants.cells.resize(1);
  }
  return draft;
}

std::size_t AccessDraft::lines() const {
  const std::size_t bytes = sizeof(AccessBlock) + std::span(grants.cells).size_bytes() +
                            std::span(external_accounts).size_bytes() + std::span(own).size_bytes();
  return (bytes + kLineBytes - 1) / kLineBytes;
}

const AccessBlock* AccessBlock::Write(const AccessDraft& draft, void* memory) {
  auto* const block = new (memory) AccessBlock(draft);
  block->stamp_.store(draft.stamp, std::memory_order_relaxed);
  block->kept_ = draft.grants.kept.get();
  block->lines_ = static_cast<std::uint32_t>(draft.lines());
  block->listed_ = static_cast<std::uint32_t>(draft.external_accounts.size());
  block->own_ = static_cast<std::uint16_t>(draft.own.size());
  block->log2_cells_ = static_cast<std::uint8_t>(std::countr_zero(draft.grants.cells.size()));
  std::byte* to = static_cast<std::byte*>(memory) + sizeof(AccessBlock);
  const auto append = [&to](const auto& from) {
    const auto bytes = std::as_bytes(std::span(from));
    to = std::ranges::copy(bytes, to).out;
  };
  append(draft.grants.cells);
  append(draft.external_accounts);
  append(draft.own);
  return block;
}

const AccessBlock* AccessBlock::CopyTo(void* memory) const {
  auto* const block = new (memory) AccessBlock(facts_);
  block->stamp_.store(stamp_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  block->kept_ = kept_;
  block->lines_ = lines_;
  block->listed_ = listed_;
  block->own_ = own_;
  block->log2_cells_ = log2_cells_;
  std::memcpy(static_cast<std::byte*>(memory) + sizeof *this, after(),
              lines_ * kLineBytes - sizeof *this);
  return block;
}

bool AccessBlock::Lists(std::uint32_t account) const {
  return std::ranges::binary_search(listed(), account);
}

bool AccessBlock::IsUnconcerned(const ChangeStamps& stamps, std::uint64_t stamp,
                                std::uint64_t now) const {
  const bool unconcerned =
      std::ranges::all_of(own(), [&](Slot slot) { return stamps.Unchanged(slot, stamp); });
  if (unconcerned) stamp_.store(now, std::memory_order_release);
  return unconcerned;
}

}  // namespace latchkey::cache
