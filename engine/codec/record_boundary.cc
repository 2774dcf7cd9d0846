#include "engine/codec/record_boundary.h"

#include <string>
#include <vector>

#include "engine/codec/record_attribute.h"

namespace latchkey::codec {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

std::vector<std::string> Names(const Texts& wire, const char* field, FieldCheck& check) {
  std::vector<std::string> names;
  for (const std::string& name : wire) {
    check.Require(!name.empty(), field);
    names.push_back(check.Text(name, field));
  }
  return names;
}

AddressRange RangeOf(const wire::AddressRange& wire, FieldCheck& check) {
  AddressRange range;
  range.first = IpAddress(check.Bytes<16>(wire.first(), "boundary: first address"));
  range.last = IpAddress(check.Bytes<16>(wire.last(), "boundary: last address"));
  check.Require(range.first <= range.last, "boundary: order of addresses");
  return range;
}

}  // namespace

void TermToWire(const BoundaryTerm& term, wire::BoundaryTerm& wire) {
  for (const AccountId& account : term.accounts) wire.add_accounts(account.text());
  for (const std::string& service : term.services) wire.add_services(service);
  for (const std::string& action : term.actions) wire.add_actions(action);
  for (const ResourceAttribute& attribute : term.resource)
    AttributeToWire(attribute, *wire.add_resource());
  for (const AddressRange& range : term.sources) {
    wire::AddressRange& added = *wire.add_sources();
    added.set_first(BytesOf(range.first.bytes()));
    added.set_last(BytesOf(range.last.bytes()));
  }
  if (term.not_before) wire.set_not_before(MicrosOf(*term.not_before));
  if (term.not_after) wire.set_not_after(MicrosOf(*term.not_after));
}

void TermFromWire(const wire::BoundaryTerm& wire, BoundaryTerm& term, FieldCheck& check) {
  for (const std::string& account : wire.accounts()) {
    term.accounts.push_back(check.RequiredId<AccountId>(account, "boundary: account"));
  }
  term.services = Names(wire.services(), "boundary: service", check);
  term.actions = Names(wire.actions(), "boundary: action", check);
  for (const wire::ResourceAttribute& attribute : wire.resource()) {
    AttributeFromWire(attribute, term.resource.emplace_back(), check);
  }
  for (const wire::AddressRange& range : wire.sources()) {
    term.sources.push_back(RangeOf(range, check));
  }
  if (wire.has_not_before()) term.not_before = absl::FromUnixMicros(wire.not_before());
  if (wire.has_not_after()) term.not_after = absl::FromUnixMicros(wire.not_after());
  check.Require(term != BoundaryTerm{}, "boundary: term");
}

}  // namespace latchkey::codec
