#include "engine/facade/context_writing.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/authz/policy_check.h"
#include "engine/base/error.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0::facade {
namespace {

std::size_t RangesOf(const NetworkZone& zone) {
  return zone.addresses.size() + zone.excluded.size();
}

template <class Record>
void StampNew(WriteFrame& frame, Record& record) {
  record.created_at = record.modified_at = frame.facts.now;
  record.created_by = record.modified_by = frame.facts.by;
  record.entity_tag = frame.FirstTag();
  frame.header.object = record.id.text();
}

}  // namespace

NetworkZone DraftOf(const NewNetworkZone& request) {
  NetworkZone zone;
  zone.account = request.account;
  zone.name = request.name;
  zone.description = request.description;
  zone.addresses = request.addresses;
  zone.excluded = request.excluded;
  return zone;
}

ContextRule DraftOf(const NewContextRule& request) {
  NewPolicy target;
  target.account = request.account;
  target.resource = request.resource;
  ContextRule rule;
  rule.account = request.account;
  rule.description = request.description;
  rule.resource = authz::NormalisedResource(target);
  rule.contexts = request.contexts;
  rule.enforcement = request.enforcement;
  return rule;
}

absl::Status CheckRangesRoom(Core& core, store::View& view, const NetworkZone& zone) {
  const Limits& limits = core.options().limits;
  // Each counts itself in, where CheckRoom asks for room for one more.
  LATCHKEY_RETURN_IF_ERROR(
      CheckRoom(RangesOf(zone) - 1, limits.ranges_per_zone, "address ranges per zone"));
  LATCHKEY_ASSIGN_OR_RETURN(const auto zones, view.NetworkZonesOf(zone.account));
  std::size_t ranges = RangesOf(zone);
  for (const NetworkZone& other : zones) {
    if (other.id != zone.id) ranges += RangesOf(other);
  }
  return CheckRoom(ranges - 1, limits.ranges_per_account, "address ranges per account");
}

absl::Status CheckZonesExist(store::View& view, const ContextRule& rule) {
  for (std::size_t i = 0; i < rule.contexts.size(); ++i) {
    for (const ZoneId& id : rule.contexts[i].zones) {
      LATCHKEY_ASSIGN_OR_RETURN(const auto zone, view.FindNetworkZone(rule.account, id));
      if (zone) continue;
      return base::Error(
          Reason::kUnknownReference,
          "contexts[" + std::to_string(i) + "].zones: name network zones of the account");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<NetworkZone> PutNewZone(Core& core, WriteFrame& frame, NetworkZone zone) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindNetworkZone(zone.account, zone.id));
  if (taken) return base::Error(Reason::kAlreadyExists, "the zone id is taken: choose another");
  LATCHKEY_ASSIGN_OR_RETURN(const auto present, frame.txn.NetworkZonesOf(zone.account));
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(present.size(),
                                     core.options().limits.network_zones_per_account,
                                     "network zones per account"));
  LATCHKEY_RETURN_IF_ERROR(CheckRangesRoom(core, frame.txn, zone));
  StampNew(frame, zone);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(zone));
  return zone;
}

absl::StatusOr<ContextRule> PutNewContextRule(Core& core, WriteFrame& frame, ContextRule rule) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindContextRule(rule.account, rule.id));
  if (taken) return base::Error(Reason::kAlreadyExists, "the rule id is taken: choose another");
  LATCHKEY_RETURN_IF_ERROR(CheckZonesExist(frame.txn, rule));
  LATCHKEY_ASSIGN_OR_RETURN(const auto present, frame.txn.ContextRulesOf(rule.account));
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(present.size(),
                                     core.options().limits.context_rules_per_account,
                                     "context rules per account"));
  StampNew(frame, rule);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(rule));
  return rule;
}

}  // namespace latchkey::inline v0::facade
