// When and how often keys authenticated.
#include "engine/codec/record_form.h"
#include "engine/codec/records.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {
namespace {

using base::Activity;
using base::SecretUses;
using base::Uses;

template <class Wire>
void UsesToWire(const Uses& uses, Wire& wire) {
  wire.set_count(uses.count);
  wire.set_last(MicrosOf(uses.last));
}

template <class Wire>
Uses UsesFromWire(const Wire& wire, FieldCheck& check) {
  check.Require(wire.count() >= 1, "activity: count");
  return {wire.count(), check.RequiredTime(wire.has_last(), wire.last(), "activity: last")};
}

void ToWire(const Activity& record, wire::Activity& wire) {
  wire.set_key(BytesOf(record.key));
  UsesToWire(record.uses, wire);
  for (const SecretUses& secret : record.secrets) {
    wire::SecretActivity& added = *wire.add_secrets();
    added.set_number(secret.number);
    UsesToWire(secret.uses, added);
  }
}

void FromWire(const wire::Activity& wire, Activity& record, FieldCheck& check) {
  record.key = check.Key(wire.key(), "activity: key");
  record.uses = UsesFromWire(wire, check);
  for (const wire::SecretActivity& secret : wire.secrets()) {
    const bool older = record.secrets.empty() || secret.number() < record.secrets.back().number;
    check.Require(secret.number() >= 1 && older, "activity: order of secrets");
    record.secrets.push_back({secret.number(), UsesFromWire(secret, check)});
  }
}

}  // namespace

std::string Encode(const Activity& record) {
  return EncodeAs<wire::Activity>(record, ToWire, FromWire);
}

absl::Status Decode(std::string_view bytes, Activity& out) {
  return DecodeAs<wire::Activity>(bytes, out, ToWire, FromWire);
}

}  // namespace latchkey::codec
