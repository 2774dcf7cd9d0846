// The store's own records: changes, header, progress and outcomes.
#include "engine/codec/record_form.h"
#include "engine/codec/records.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {
namespace {

using base::ActorStamp;
using base::ChangeRecord;
using base::TouchedRecord;

void ToWire(const ActorStamp& actor, wire::Actor& wire) {
  wire.set_kind(NumberOf(actor.kind));
  wire.set_identity(actor.identity.text());
  wire.set_account(actor.account.text());
  if (actor.applied_by) wire.set_applied_by(actor.applied_by->text());
  if (actor.key) wire.set_key(BytesOf(*actor.key));
  if (actor.source) wire.set_source(actor.source->ToString());
}

void FromWire(const wire::Actor& wire, ActorStamp& actor, FieldCheck& check) {
  actor.kind = check.Number(wire.kind(), Caller::Kind::kAnybody, "change: kind of actor");
  actor.identity = check.OptionalId<IamId>(wire.identity(), "change: acting identity");
  actor.account = check.OptionalId<AccountId>(wire.account(), "change: acting account");
  if (wire.has_applied_by()) {
    actor.applied_by = check.RequiredId<IamId>(wire.applied_by(), "change: applied by");
  }
  if (wire.has_key()) actor.key = check.Key(wire.key(), "change: acting key");
  if (wire.has_source()) {
    actor.source = IpAddress::Parse(wire.source());
    check.Require(actor.source.has_value(), "change: source address");
  }
}

void ToWire(const TouchedRecord& touched, wire::Touched& wire) {
  wire.set_table(touched.table);
  wire.set_key(touched.key);
  if (touched.tag_before) TagToWire(*touched.tag_before, *wire.mutable_tag_before());
  if (touched.tag_after) TagToWire(*touched.tag_after, *wire.mutable_tag_after());
  if (touched.image) wire.set_image(*touched.image);
  for (const std::string& subject : touched.subjects) wire.add_subjects(subject);
}

void FromWire(const wire::Touched& wire, TouchedRecord& touched, FieldCheck& check) {
  touched.table = check.Text(wire.table(), "change: table");
  check.Require(!touched.table.empty(), "change: table");
  touched.key = wire.key();
  if (wire.has_tag_before())
    touched.tag_before = check.Tag(wire.tag_before(), "change: tag before");
  if (wire.has_tag_after()) touched.tag_after = check.Tag(wire.tag_after(), "change: tag after");
  if (wire.has_image()) touched.image = wire.image();
  touched.subjects.assign(wire.subjects().begin(), wire.subjects().end());
}

void ToWire(const ChangeRecord& record, wire::Change& wire) {
  wire.set_revision(record.revision);
  wire.set_at(MicrosOf(record.at));
  ToWire(record.actor, *wire.mutable_actor());
  wire.set_act(record.act);
  wire.set_account(record.account);
  wire.set_object(record.object);
  if (record.request_id) wire.set_request_id(BytesOf(record.request_id->bytes));
  for (const TouchedRecord& touched : record.touched) ToWire(touched, *wire.add_touched());
  for (const KeyId& id : record.made_with_leaked) wire.add_made_with_leaked(BytesOf(id));
}

void FromWire(const wire::Change& wire, ChangeRecord& record, FieldCheck& check) {
  record.revision = wire.revision();
  record.at = check.RequiredTime(wire.has_at(), wire.at(), "change: time");
  FromWire(wire.actor(), record.actor, check);
  record.act = check.Text(wire.act(), "change: act");
  record.account = check.Text(wire.account(), "change: account");
  record.object = check.Text(wire.object(), "change: object");
  if (wire.has_request_id()) {
    record.request_id = RequestId{check.Bytes<16>(wire.request_id(), "change: request id")};
  }
  for (const wire::Touched& touched : wire.touched()) {
    FromWire(touched, record.touched.emplace_back(), check);
  }
  for (const std::string& id : wire.made_with_leaked()) {
    record.made_with_leaked.push_back(check.Key(id, "change: made with leaked"));
  }
}

void ToWire(const StoreHeader& record, wire::StoreHeader& wire) {
  wire.set_format(record.format);
  wire.set_store_id(BytesOf(record.store_id));
  wire.set_tag_key(BytesOf(record.tag_key));
  wire.set_token_prefix(record.token_prefix);
  wire.set_crn_prefix(record.crn_prefix);
  wire.set_keyed(record.keyed);
  wire.set_created_at(MicrosOf(record.created_at));
}

void FromWire(const wire::StoreHeader& wire, StoreHeader& record, FieldCheck& check) {
  check.Require(wire.has_format(), "store: format");
  record.format = wire.format();
  record.store_id = check.Bytes<16>(wire.store_id(), "store: id");
  record.tag_key = check.Bytes<16>(wire.tag_key(), "store: tag key");
  record.token_prefix = check.Text(wire.token_prefix(), "store: token prefix");
  record.crn_prefix = check.Text(wire.crn_prefix(), "store: crn prefix");
  record.keyed = wire.keyed();
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "store: created");
}

void ToWire(const StoreProgress& record, wire::StoreProgress& wire) {
  wire.set_revision(record.revision);
  wire.set_commit_nonce(BytesOf(record.commit_nonce));
  wire.set_last_serial(record.last_serial);
}

void FromWire(const wire::StoreProgress& wire, StoreProgress& record, FieldCheck& check) {
  record.revision = wire.revision();
  record.commit_nonce = check.Bytes<16>(wire.commit_nonce(), "progress: commit nonce");
  record.last_serial = wire.last_serial();
}

void ToWire(const RequestOutcome& record, wire::RequestOutcome& wire) {
  wire.set_revision(record.revision);
  wire.set_at(MicrosOf(record.at));
  wire.set_act(record.act);
  wire.set_object(record.object);
}

void FromWire(const wire::RequestOutcome& wire, RequestOutcome& record, FieldCheck& check) {
  record.revision = wire.revision();
  record.at = check.RequiredTime(wire.has_at(), wire.at(), "outcome: time");
  record.act = check.Text(wire.act(), "outcome: act");
  record.object = check.Text(wire.object(), "outcome: object");
}

}  // namespace

std::string Encode(const ChangeRecord& record) {
  return EncodeAs<wire::Change>(record, ToWire, FromWire);
}
std::string Encode(const StoreHeader& record) {
  return EncodeAs<wire::StoreHeader>(record, ToWire, FromWire);
}
std::string Encode(const StoreProgress& record) {
  return EncodeAs<wire::StoreProgress>(record, ToWire, FromWire);
}
std::string Encode(const RequestOutcome& record) {
  return EncodeAs<wire::RequestOutcome>(record, ToWire, FromWire);
}

absl::Status Decode(std::string_view bytes, ChangeRecord& out) {
  return DecodeAs<wire::Change>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, StoreHeader& out) {
  return DecodeAs<wire::StoreHeader>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, StoreProgress& out) {
  return DecodeAs<wire::StoreProgress>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, RequestOutcome& out) {
  return DecodeAs<wire::RequestOutcome>(bytes, out, ToWire, FromWire);
}

std::optional<std::uint32_t> PeekFormat(std::string_view header) {
  wire::StoreHeader wire;
  if (!ParseBytes(header, wire) || !wire.has_format()) return std::nullopt;
  return wire.format();
}

}  // namespace latchkey::codec
