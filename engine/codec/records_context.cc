// Network zones, context rules, and their digest.
#include <algorithm>

#include "engine/codec/record_attribute.h"
#include "engine/codec/record_form.h"
#include "engine/codec/records.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {
namespace {

constexpr std::size_t kAddressBytes = 16;
constexpr std::size_t kRangeBytes = 2 * kAddressBytes;

std::string RangesToWire(const std::vector<AddressRange>& ranges) {
  std::string bytes;
  bytes.reserve(ranges.size() * kRangeBytes);
  for (const AddressRange& range : ranges) {
    bytes += BytesOf(range.first.bytes());
    bytes += BytesOf(range.last.bytes());
  }
  return bytes;
}

IpAddress AddressAt(const std::string& bytes, std::size_t place) {
  std::array<std::uint8_t, kAddressBytes> address{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(place), kAddressBytes, address.begin());
  return IpAddress(address);
}

std::vector<AddressRange> RangesFromWire(const std::string& bytes, FieldCheck& check) {
  std::vector<AddressRange> ranges;
  check.Require(bytes.size() % kRangeBytes == 0, "zone: ranges");
  ranges.reserve(bytes.size() / kRangeBytes);
  for (std::size_t i = 0; i + kRangeBytes <= bytes.size(); i += kRangeBytes) {
    ranges.push_back({AddressAt(bytes, i), AddressAt(bytes, i + kAddressBytes)});
    check.Require(ranges.back().first <= ranges.back().last, "zone: ranges");
  }
  return ranges;
}

void ToWire(const NetworkZone& record, wire::NetworkZone& wire) {
  wire.set_id(record.id.text());
  wire.set_account(record.account.text());
  wire.set_name(record.name);
  wire.set_description(record.description);
  wire.set_addresses(RangesToWire(record.addresses));
  wire.set_excluded(RangesToWire(record.excluded));
  wire.set_created_at(MicrosOf(record.created_at));
  wire.set_created_by(record.created_by.text());
  wire.set_modified_at(MicrosOf(record.modified_at));
  wire.set_modified_by(record.modified_by.text());
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void FromWire(const wire::NetworkZone& wire, NetworkZone& record, FieldCheck& check) {
  record.id = check.RequiredId<ZoneId>(wire.id(), "zone: id");
  record.account = check.RequiredId<AccountId>(wire.account(), "zone: account");
  record.name = check.Text(wire.name(), "zone: name");
  record.description = check.Text(wire.description(), "zone: description");
  record.addresses = RangesFromWire(wire.addresses(), check);
  check.Require(!record.addresses.empty(), "zone: addresses");
  record.excluded = RangesFromWire(wire.excluded(), check);
  record.created_at = check.RequiredTime(wire.has_created_at(), wire.created_at(), "zone: created");
  record.created_by = check.OptionalId<IamId>(wire.created_by(), "zone: created by");
  record.modified_at =
      check.RequiredTime(wire.has_modified_at(), wire.modified_at(), "zone: modified");
  record.modified_by = check.OptionalId<IamId>(wire.modified_by(), "zone: modified by");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "zone: entity tag");
}

void ToWire(const ContextRule& record, wire::ContextRule& wire) {
  wire.set_id(record.id.text());
  wire.set_account(record.account.text());
  wire.set_description(record.description);
  for (const ResourceAttribute& attribute : record.resource) {
    AttributeToWire(attribute, *wire.add_resource());
  }
  for (const RuleContext& context : record.contexts) {
    wire::RuleContext& added = *wire.add_contexts();
    for (const ZoneId& zone : context.zones) added.add_zones(zone.text());
  }
  wire.set_enforcement(NumberOf(record.enforcement));
  wire.set_created_at(MicrosOf(record.created_at));
  wire.set_created_by(record.created_by.text());
  wire.set_modified_at(MicrosOf(record.modified_at));
  wire.set_modified_by(record.modified_by.text());
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void ContextsFromWire(const wire::ContextRule& wire, ContextRule& record, FieldCheck& check) {
  for (const wire::RuleContext& context : wire.contexts()) {
    RuleContext& added = record.contexts.emplace_back();
    for (const std::string& zone : context.zones()) {
      added.zones.push_back(check.RequiredId<ZoneId>(zone, "context rule: zones"));
    }
    check.Require(!added.zones.empty(), "context rule: zones");
  }
  check.Require(!record.contexts.empty(), "context rule: contexts");
}

void FromWire(const wire::ContextRule& wire, ContextRule& record, FieldCheck& check) {
  record.id = check.RequiredId<ContextRuleId>(wire.id(), "context rule: id");
  record.account = check.RequiredId<AccountId>(wire.account(), "context rule: account");
  record.description = check.Text(wire.description(), "context rule: description");
  for (const wire::ResourceAttribute& attribute : wire.resource()) {
    AttributeFromWire(attribute, record.resource.emplace_back(), check);
  }
  ContextsFromWire(wire, record, check);
  record.enforcement =
      check.Number(wire.enforcement(), Enforcement::kDisabled, "context rule: enforcement");
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "context rule: created");
  record.created_by = check.OptionalId<IamId>(wire.created_by(), "context rule: created by");
  record.modified_at =
      check.RequiredTime(wire.has_modified_at(), wire.modified_at(), "context rule: modified");
  record.modified_by = check.OptionalId<IamId>(wire.modified_by(), "context rule: modified by");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "context rule: entity tag");
}

void ToWire(const base::ContextDigest& record, wire::ContextDigest& wire) {
  wire.set_account(record.account.text());
  wire.set_rules(record.rules);
  wire.set_zones(record.zones);
  wire.set_rules_digest(BytesOf(record.rules_digest));
  wire.set_zones_digest(BytesOf(record.zones_digest));
}

void FromWire(const wire::ContextDigest& wire, base::ContextDigest& record, FieldCheck& check) {
  record.account = check.RequiredId<AccountId>(wire.account(), "context digest: account");
  record.rules = wire.rules();
  record.zones = wire.zones();
  record.rules_digest = check.Bytes<16>(wire.rules_digest(), "context digest: rules");
  record.zones_digest = check.Bytes<16>(wire.zones_digest(), "context digest: zones");
}

}  // namespace

std::string Encode(const NetworkZone& record) {
  return EncodeAs<wire::NetworkZone>(record, ToWire, FromWire);
}
std::string Encode(const ContextRule& record) {
  return EncodeAs<wire::ContextRule>(record, ToWire, FromWire);
}
std::string Encode(const base::ContextDigest& record) {
  return EncodeAs<wire::ContextDigest>(record, ToWire, FromWire);
}

absl::Status Decode(std::string_view bytes, NetworkZone& out) {
  return DecodeAs<wire::NetworkZone>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, ContextRule& out) {
  return DecodeAs<wire::ContextRule>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, base::ContextDigest& out) {
  return DecodeAs<wire::ContextDigest>(bytes, out, ToWire, FromWire);
}

}  // namespace latchkey::codec
