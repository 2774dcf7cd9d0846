#include "engine/cache/access_block.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/authz/standing.h"
#include "engine/base/error.h"

namespace latchkey::cache {
namespace {

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
                               std::vector<std::uint64_t>& serials) {
  for (const AccountId& id : accounts) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> account, view.FindAccount(id));
    if (!account) return false;
    serials.push_back(account->serial);
  }
  std::ranges::sort(serials);
  return true;
}

absl::Status ReadAccount(store::View& view, const Identity& identity, const Account& account,
                         AccessBlock& block) {
  const ExternalRule& rule =
      IsUser(identity) ? account.settings.external_users : account.settings.external_service_ids;
  block.account_serial = account.serial;
  block.owns = IsUser(identity) && identity.id == account.owner;
  block.external = rule.mode;
  if (rule.mode != ExternalMode::kEnabled) {
    LATCHKEY_ASSIGN_OR_RETURN(const bool all_known,
                              SerialsOf(view, rule.allowed_accounts, block.external_accounts));
    block.asks_interpreter = !all_known;
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto rules, view.ContextRulesOf(account.id));
  block.asks_interpreter = block.asks_interpreter || !rules.empty();
  return absl::OkStatus();
}

absl::Status AddDependencies(store::View& view, const Dependencies& dependencies,
                             const Identity& identity, const AccountId& account,
                             AccessBlock& block) {
  const auto add = [&](const absl::StatusOr<Slot>& slot) {
    if (slot.ok()) block.own.push_back(*slot);
    return slot.status();
  };
  LATCHKEY_ASSIGN_OR_RETURN(block.access, dependencies.OfAccess(account));
  block.catalogue = dependencies.OfCatalogue();
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

absl::StatusOr<std::unique_ptr<AccessBlock>> BuildAccessBlock(
    store::Snapshot& snapshot, const Dependencies& dependencies,
    std::shared_ptr<const authz::CatalogueIndex> catalogue, const Identity& identity,
    const AccountId& account_id) {
  store::View& view = snapshot.view();
  auto block = std::make_unique<AccessBlock>();
  block->identity_serial = identity.serial;
  block->account_hash = KeyedHash(catalogue->key(), account_id.text());
  block->stamp.store(snapshot.txn_id());
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<Account> account, view.FindAccount(account_id));
  LATCHKEY_ASSIGN_OR_RETURN(block->barred, BarOf(view, identity, account));
  LATCHKEY_RETURN_IF_ERROR(AddDependencies(view, dependencies, identity, account_id, *block));
  if (account) LATCHKEY_RETURN_IF_ERROR(ReadAccount(view, identity, *account, *block));
  if (block->barred == Reason::kNone) {
    LATCHKEY_ASSIGN_OR_RETURN(
        block->grants,
        authz::CompiledGrants::Compile(view, account_id, identity.id, std::move(catalogue)));
  }
  return block;
}

std::size_t AccessBlock::bytes() const {
  return sizeof *this - sizeof grants + grants.bytes() + own.capacity() * sizeof own[0] +
         external_accounts.capacity() * sizeof(std::uint64_t);
}

bool StillHolds(const AccessBlock& block, const ChangeStamps& stamps, std::uint64_t now) {
  const std::uint64_t stamp = block.stamp.load(std::memory_order_acquire);
  if (stamp > now || !stamps.Holds(stamp) || !stamps.Unchanged(block.catalogue, stamp)) {
    return false;
  }
  if (stamps.Unchanged(block.access, stamp)) return true;
  const bool unconcerned =
      std::ranges::all_of(block.own, [&](Slot slot) { return stamps.Unchanged(slot, stamp); });
  if (unconcerned) block.stamp.store(now, std::memory_order_release);
  return unconcerned;
}

}  // namespace latchkey::cache
