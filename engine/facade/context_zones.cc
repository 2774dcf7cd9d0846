// Network zones: write, read, delete [domain R-3] [domain W-8] [domain W-10].
#include <algorithm>
#include <utility>

#include "latchkey/context_rules.h"

#include "engine/authz/context_check.h"
#include "engine/base/error.h"
#include "engine/facade/context_writing.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/new_id.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

absl::Status CheckIds(const AccountId& account, const ZoneId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  return CheckId("id", id.text());
}

absl::StatusOr<NetworkZone> FindZone(store::View& view, const std::optional<authz::Actor>& actor,
                                     Act act, const AccountId& account, const ZoneId& id) {
  LATCHKEY_RETURN_IF_ERROR(Require(view, actor, act, {.account = account}, "network zone"));
  LATCHKEY_ASSIGN_OR_RETURN(auto zone, view.FindNetworkZone(account, id));
  if (!zone) return NotFound("network zone");
  return *std::move(zone);
}

absl::StatusOr<bool> IsInUse(store::View& view, const NetworkZone& zone) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto rules, view.ContextRulesOf(zone.account));
  return std::ranges::any_of(rules, [&](const ContextRule& rule) {
    return std::ranges::any_of(rule.contexts, [&](const RuleContext& context) {
      return std::ranges::find(context.zones, zone.id) != context.zones.end();
    });
  });
}

absl::StatusOr<NetworkZone> CreateZoneIn(Core& core, WriteFrame& frame,
                                         const NewNetworkZone& request) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kZoneCreate, {.account = request.account}, "account"));
  LATCHKEY_RETURN_IF_ERROR(ExistingAccount(frame.txn, request.account).status());
  NetworkZone zone = DraftOf(request);
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, NewId(""));
  zone.id = ZoneId(id);
  return PutNewZone(core, frame, std::move(zone));
}

// A zone that a rule names lets more in.
absl::Status RequireLoosen(WriteFrame& frame, const AccountId& account) {
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kZoneLoosen, {.account = account}, "network zone"));
  return OpenAccount(frame.txn, account).status();
}

absl::StatusOr<NetworkZone> ReplaceZoneIn(Core& core, WriteFrame& frame, const ZoneId& id,
                                          const IfMatch& if_match, const NewNetworkZone& request) {
  const AccountId& account = request.account;
  LATCHKEY_ASSIGN_OR_RETURN(const NetworkZone before,
                            FindZone(frame.txn, frame.actor, Act::kZoneUpdate, account, id));
  NetworkZone after = DraftOf(request);
  LATCHKEY_ASSIGN_OR_RETURN(const bool in_use, IsInUse(frame.txn, before));
  if (in_use && authz::Loosens(before, after)) {
    LATCHKEY_RETURN_IF_ERROR(RequireLoosen(frame, account));
  }
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, before.entity_tag));
  if (after.name == before.name && after.description == before.description &&
      after.addresses == before.addresses && after.excluded == before.excluded) {
    return before;
  }
  after.id = id;
  LATCHKEY_RETURN_IF_ERROR(CheckRangesRoom(core, frame.txn, after));
  after.created_at = before.created_at;
  after.created_by = before.created_by;
  after.modified_at = frame.facts.now;
  after.modified_by = frame.facts.by;
  after.entity_tag = frame.NextTag(before.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(after));
  return after;
}

absl::Status DeleteZoneIn(WriteFrame& frame, const AccountId& account, const ZoneId& id,
                          const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const NetworkZone zone,
                            FindZone(frame.txn, frame.actor, Act::kZoneDelete, account, id));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, zone.entity_tag));
  LATCHKEY_ASSIGN_OR_RETURN(const bool in_use, IsInUse(frame.txn, zone));
  if (in_use) {
    return base::Error(Reason::kStateForbids,
                       "context rules still name the zone: change them first");
  }
  return frame.txn.DeleteNetworkZone(account, id);
}

}  // namespace
}  // namespace facade

using authz::Act;
using facade::ReadFrame;
using facade::WriteFrame;

absl::StatusOr<NetworkZone> ContextRules::CreateZone(const Call& call,
                                                     const NewNetworkZone& zone) const {
  LATCHKEY_RETURN_IF_ERROR(authz::CheckZone(zone));
  return core_->Mutate(call, {"zone.create", zone.account.text(), ""}, [&](WriteFrame& frame) {
    return facade::CreateZoneIn(*core_, frame, zone);
  });
}

absl::StatusOr<NetworkZone> ContextRules::GetZone(const Call& call, const AccountId& account,
                                                  const ZoneId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Read(call, [&](ReadFrame& frame) {
    return facade::FindZone(frame.view, frame.actor, Act::kZoneView, account, id);
  });
}

absl::StatusOr<std::vector<NetworkZone>> ContextRules::ListZones(const Call& call,
                                                                 const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) -> absl::StatusOr<std::vector<NetworkZone>> {
    LATCHKEY_RETURN_IF_ERROR(
        facade::Require(frame.view, frame.actor, Act::kZoneView, {.account = account}, "account"));
    LATCHKEY_RETURN_IF_ERROR(facade::ExistingAccount(frame.view, account).status());
    return frame.view.NetworkZonesOf(account);
  });
}

absl::StatusOr<NetworkZone> ContextRules::ReplaceZone(const Call& call, const AccountId& account,
                                                      const ZoneId& id, const IfMatch& if_match,
                                                      const NewNetworkZone& zone) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  LATCHKEY_RETURN_IF_ERROR(authz::CheckZone(zone));
  if (zone.account != account) {
    return base::Error(Reason::kMalformed, "zone.account must equal account: a zone never moves");
  }
  return core_->Mutate(call, {"zone.replace", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::ReplaceZoneIn(*core_, frame, id, if_match, zone);
  });
}

absl::Status ContextRules::DeleteZone(const Call& call, const AccountId& account, const ZoneId& id,
                                      const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(call, {"zone.delete", account.text(), id.text()}, [&](WriteFrame& frame) {
    return facade::DeleteZoneIn(frame, account, id, if_match);
  });
}

}  // namespace latchkey::inline v0
