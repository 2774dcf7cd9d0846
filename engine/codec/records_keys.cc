// Keys, their tombstones and their history.
#include <string>
#include <vector>

#include "engine/codec/record_boundary.h"
#include "engine/codec/record_form.h"
#include "engine/codec/records.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {
namespace {

using base::KeyRecord;
using base::KeyTombstone;
using base::SecretRecord;
using base::Verifier;

bool IsPresent(const Verifier& verifier) {
  return verifier.memory_kib != 0 || verifier.passes != 0 ||
         verifier.salt != decltype(verifier.salt){} || verifier.hash != decltype(verifier.hash){};
}

void ToWire(const Verifier& verifier, wire::Verifier& wire) {
  wire.set_memory_kib(verifier.memory_kib);
  wire.set_passes(verifier.passes);
  wire.set_salt(BytesOf(verifier.salt));
  wire.set_hash(BytesOf(verifier.hash));
}

void FromWire(const wire::Verifier& wire, Verifier& verifier, FieldCheck& check) {
  check.Require(wire.memory_kib() >= 1, "secret: verifier memory");
  check.Require(wire.passes() >= 1, "secret: verifier passes");
  verifier.memory_kib = wire.memory_kib();
  verifier.passes = wire.passes();
  verifier.salt = check.Bytes<16>(wire.salt(), "secret: verifier salt");
  verifier.hash = check.Bytes<32>(wire.hash(), "secret: verifier hash");
}

void ToWire(const SecretRecord& secret, wire::Secret& wire) {
  wire.set_number(secret.info.number);
  wire.set_created_at(MicrosOf(secret.info.created_at));
  wire.set_made_by(secret.info.made_by.text());
  if (secret.info.ends_at) wire.set_ends_at(MicrosOf(*secret.info.ends_at));
  if (secret.info.made_with) wire.set_made_with(BytesOf(*secret.info.made_with));
  if (IsPresent(secret.verifier)) ToWire(secret.verifier, *wire.mutable_verifier());
}

void FromWire(const wire::Secret& wire, SecretRecord& secret, FieldCheck& check) {
  SecretInfo& info = secret.info;
  info.number = wire.number();
  check.Require(info.number >= 1, "secret: number");
  info.created_at = check.RequiredTime(wire.has_created_at(), wire.created_at(), "secret: created");
  info.made_by = check.OptionalId<IamId>(wire.made_by(), "secret: made by");
  if (wire.has_ends_at()) info.ends_at = absl::FromUnixMicros(wire.ends_at());
  if (wire.has_made_with()) info.made_with = check.Key(wire.made_with(), "secret: made with");
  if (wire.has_verifier()) FromWire(wire.verifier(), secret.verifier, check);
}

std::vector<KeyId> MakersFromWire(const google::protobuf::RepeatedPtrField<std::string>& wire,
                                  const char* field, FieldCheck& check) {
  std::vector<KeyId> makers;
  for (const std::string& id : wire) {
    makers.push_back(check.Key(id, field));
    check.Require(makers.size() < 2 || makers[makers.size() - 2] < makers.back(), field);
  }
  return makers;
}

void ToWire(const ApiKey& key, wire::Key& wire) {
  LATCHKEY_INVARIANT(key.secrets.empty(), "a key record lists its secrets beside the key");
  wire.set_id(BytesOf(key.id));
  TagToWire(key.entity_tag, *wire.mutable_entity_tag());
  wire.set_crn(key.crn);
  wire.set_account(key.account_id.text());
  wire.set_iam_id(key.iam_id.text());
  wire.set_name(key.name);
  if (key.description) wire.set_description(*key.description);
  wire.set_created_at(MicrosOf(key.created_at));
  wire.set_created_by(key.created_by.text());
  if (key.created_with) wire.set_created_with(BytesOf(*key.created_with));
  wire.set_modified_at(MicrosOf(key.modified_at));
  wire.set_state(NumberOf(key.state));
  if (key.expires_at) wire.set_expires_at(MicrosOf(*key.expires_at));
  wire.set_action_when_leaked(NumberOf(key.action_when_leaked));
  wire.set_support_sessions(key.support_sessions);
  wire.set_issued_by_host(key.issued_by_host);
  wire.set_disabled_by_leak(key.disabled_by_leak);
  wire.set_kind(NumberOf(key.kind));
}

void FromWire(const wire::Key& wire, ApiKey& key, FieldCheck& check) {
  key.id = check.Key(wire.id(), "key: id");
  key.entity_tag = check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "key: entity tag");
  key.crn = check.Text(wire.crn(), "key: crn");
  key.account_id = check.RequiredId<AccountId>(wire.account(), "key: account");
  key.iam_id = check.RequiredId<IamId>(wire.iam_id(), "key: iam id");
  key.name = check.Text(wire.name(), "key: name");
  if (wire.has_description()) key.description = check.Text(wire.description(), "key: description");
  key.created_at = check.RequiredTime(wire.has_created_at(), wire.created_at(), "key: created");
  key.created_by = check.OptionalId<IamId>(wire.created_by(), "key: created by");
  if (wire.has_created_with()) {
    key.created_with = check.Key(wire.created_with(), "key: created with");
  }
  key.modified_at = check.RequiredTime(wire.has_modified_at(), wire.modified_at(), "key: modified");
  key.state = check.Number(wire.state(), KeyState::kDeleted, "key: state");
  if (wire.has_expires_at()) key.expires_at = absl::FromUnixMicros(wire.expires_at());
  key.action_when_leaked =
      check.Number(wire.action_when_leaked(), LeakAction::kDelete, "key: action when leaked");
  key.support_sessions = wire.support_sessions();
  key.issued_by_host = wire.issued_by_host();
  key.disabled_by_leak = wire.disabled_by_leak();
  key.kind = check.Number(wire.kind(), KeyKind::kClassic, "key: kind");
}

void ToWire(const KeyRecord& record, wire::Key& wire) {
  ToWire(record.key, wire);
  wire.set_owner_kind(NumberOf(record.owner_kind));
  wire.set_use_epoch(record.use_epoch);
  wire.set_last_secret_number(record.last_secret_number);
  for (const SecretRecord& secret : record.secrets) ToWire(secret, *wire.add_secrets());
  for (const KeyId& id : record.made_with) wire.add_made_with(BytesOf(id));
  for (const BoundaryTerm& term : record.key.boundary) TermToWire(term, *wire.add_boundary());
}

void FromWire(const wire::Key& wire, KeyRecord& record, FieldCheck& check) {
  FromWire(wire, record.key, check);
  record.owner_kind =
      check.Number(wire.owner_kind(), IdentityKind::kTrustedProfile, "key: owner kind");
  const bool of_user = record.owner_kind == IdentityKind::kUser;
  check.Require(of_user || record.key.kind == KeyKind::kPlatform, "key: kind for its owner");
  record.use_epoch = wire.use_epoch();
  check.Require(record.use_epoch >= 1, "key: use epoch");
  record.last_secret_number = wire.last_secret_number();
  std::uint64_t newer = std::uint64_t{record.last_secret_number} + 1;
  for (const wire::Secret& secret : wire.secrets()) {
    FromWire(secret, record.secrets.emplace_back(), check);
    check.Require(secret.number() < newer, "key: order of secrets");
    newer = secret.number();
  }
  record.made_with = MakersFromWire(wire.made_with(), "key: made with", check);
  for (const wire::BoundaryTerm& term : wire.boundary()) {
    TermFromWire(term, record.key.boundary.emplace_back(), check);
  }
}

void ToWire(const KeyTombstone& record, wire::KeyTombstone& wire) {
  wire.set_id(BytesOf(record.id));
  wire.set_account(record.account.text());
  wire.set_iam_id(record.iam_id.text());
  for (const KeyId& id : record.made_with) wire.add_made_with(BytesOf(id));
  wire.set_deleted_at(MicrosOf(record.deleted_at));
}

void FromWire(const wire::KeyTombstone& wire, KeyTombstone& record, FieldCheck& check) {
  record.id = check.Key(wire.id(), "tombstone: id");
  record.account = check.RequiredId<AccountId>(wire.account(), "tombstone: account");
  record.iam_id = check.RequiredId<IamId>(wire.iam_id(), "tombstone: iam id");
  record.made_with = MakersFromWire(wire.made_with(), "tombstone: made with", check);
  record.deleted_at =
      check.RequiredTime(wire.has_deleted_at(), wire.deleted_at(), "tombstone: deleted");
}

void ToWire(const HistoryEntry& record, wire::History& wire) {
  wire.set_at(MicrosOf(record.at));
  wire.set_by(record.by.text());
  if (record.with_key) wire.set_with_key(BytesOf(*record.with_key));
  wire.set_command(NumberOf(record.command));
  wire.set_refused(record.refused);
  wire.set_count(record.count);
  for (const std::string& field : record.fields) wire.add_fields(field);
}

void FromWire(const wire::History& wire, HistoryEntry& record, FieldCheck& check) {
  record.at = check.RequiredTime(wire.has_at(), wire.at(), "history: time");
  record.by = check.OptionalId<IamId>(wire.by(), "history: by");
  if (wire.has_with_key()) record.with_key = check.Key(wire.with_key(), "history: with key");
  record.command = check.Number(wire.command(), KeyCommand::kCreate, "history: command");
  record.refused = wire.refused();
  record.count = wire.count();
  check.Require(record.count >= 1, "history: count");
  for (const std::string& field : wire.fields()) {
    record.fields.push_back(check.Text(field, "history: fields"));
  }
}

}  // namespace

std::string Encode(const KeyRecord& record) {
  return EncodeAs<wire::Key>(record, ToWire, FromWire);
}

std::string EncodeWithoutVerifiers(const KeyRecord& record) {
  KeyRecord bare = record;
  for (SecretRecord& secret : bare.secrets) secret.verifier = Verifier{};
  return Encode(bare);
}

std::string Encode(const KeyTombstone& record) {
  return EncodeAs<wire::KeyTombstone>(record, ToWire, FromWire);
}
std::string Encode(const HistoryEntry& record) {
  return EncodeAs<wire::History>(record, ToWire, FromWire);
}

absl::Status Decode(std::string_view bytes, KeyRecord& out) {
  return DecodeAs<wire::Key>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, KeyTombstone& out) {
  return DecodeAs<wire::KeyTombstone>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, HistoryEntry& out) {
  return DecodeAs<wire::History>(bytes, out, ToWire, FromWire);
}

}  // namespace latchkey::codec
