// Identities, accounts, memberships and access groups.
#include "engine/codec/record_form.h"
#include "engine/codec/records.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {
namespace {

void ToWire(const Identity& record, wire::Identity& wire) {
  wire.set_id(record.id.text());
  wire.set_serial(record.serial);
  wire.set_kind(NumberOf(record.kind));
  wire.set_state(NumberOf(record.state));
  wire.set_name(record.name);
  wire.set_description(record.description);
  wire.set_account(record.account.text());
  wire.set_federated(record.federated);
  wire.set_functional(record.functional);
  wire.set_locked(record.locked);
  wire.set_created_at(MicrosOf(record.created_at));
  wire.set_created_by(record.created_by.text());
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void FromWire(const wire::Identity& wire, Identity& record, FieldCheck& check) {
  record.id = check.RequiredId<IamId>(wire.id(), "identity: id");
  record.serial = wire.serial();
  check.Require(record.serial >= 1, "identity: serial");
  record.kind = check.Number(wire.kind(), IdentityKind::kTrustedProfile, "identity: kind");
  record.state = check.Number(wire.state(), IdentityState::kDeleted, "identity: state");
  record.name = check.Text(wire.name(), "identity: name");
  record.description = check.Text(wire.description(), "identity: description");
  record.account = check.OptionalId<AccountId>(wire.account(), "identity: account");
  check.Require(record.state == IdentityState::kDeleted ||
                    record.account.empty() == (record.kind == IdentityKind::kUser),
                "identity: account of its kind");
  record.federated = wire.federated();
  record.functional = wire.functional();
  record.locked = wire.locked();
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "identity: created");
  record.created_by = check.OptionalId<IamId>(wire.created_by(), "identity: created by");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "identity: entity tag");
}

void ToWire(const ExternalRule& rule, wire::ExternalRule& wire) {
  wire.set_mode(NumberOf(rule.mode));
  for (const AccountId& id : rule.allowed_accounts) wire.add_allowed_accounts(id.text());
}

void FromWire(const wire::ExternalRule& wire, ExternalRule& rule, FieldCheck& check) {
  rule.mode = check.Number(wire.mode(), ExternalMode::kMonitor, "settings: external mode");
  for (const std::string& id : wire.allowed_accounts()) {
    rule.allowed_accounts.push_back(check.RequiredId<AccountId>(id, "settings: allowed accounts"));
  }
}

void ToWire(const AccountSettings& settings, wire::AccountSettings& wire) {
  wire.set_restrict_create_platform_apikey(settings.restrict_create_platform_apikey);
  wire.set_restrict_create_service_id(settings.restrict_create_service_id);
  ToWire(settings.external_users, *wire.mutable_external_users());
  ToWire(settings.external_service_ids, *wire.mutable_external_service_ids());
  if (settings.keys_per_identity) wire.set_keys_per_identity(*settings.keys_per_identity);
}

// A missing rule reads as mode 0, which is refused: it never means "enabled".
void FromWire(const wire::AccountSettings& wire, AccountSettings& settings, FieldCheck& check) {
  settings.restrict_create_platform_apikey = wire.restrict_create_platform_apikey();
  settings.restrict_create_service_id = wire.restrict_create_service_id();
  FromWire(wire.external_users(), settings.external_users, check);
  FromWire(wire.external_service_ids(), settings.external_service_ids, check);
  if (wire.has_keys_per_identity()) settings.keys_per_identity = wire.keys_per_identity();
}

void ToWire(const Account& record, wire::Account& wire) {
  wire.set_id(record.id.text());
  wire.set_serial(record.serial);
  wire.set_name(record.name);
  wire.set_owner(record.owner.text());
  wire.set_state(NumberOf(record.state));
  ToWire(record.settings, *wire.mutable_settings());
  wire.set_created_at(MicrosOf(record.created_at));
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void FromWire(const wire::Account& wire, Account& record, FieldCheck& check) {
  record.id = check.RequiredId<AccountId>(wire.id(), "account: id");
  record.serial = wire.serial();
  check.Require(record.serial >= 1, "account: serial");
  record.name = check.Text(wire.name(), "account: name");
  record.owner = check.RequiredId<IamId>(wire.owner(), "account: owner");
  record.state = check.Number(wire.state(), AccountState::kClosed, "account: state");
  FromWire(wire.settings(), record.settings, check);
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "account: created");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "account: entity tag");
}

void ToWire(const Membership& record, wire::Membership& wire) {
  wire.set_account(record.account.text());
  wire.set_iam_id(record.iam_id.text());
  wire.set_state(NumberOf(record.state));
  wire.set_invited_by(record.invited_by.text());
  wire.set_created_at(MicrosOf(record.created_at));
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void FromWire(const wire::Membership& wire, Membership& record, FieldCheck& check) {
  record.account = check.RequiredId<AccountId>(wire.account(), "membership: account");
  record.iam_id = check.RequiredId<IamId>(wire.iam_id(), "membership: iam id");
  record.state = check.Number(wire.state(), MemberState::kSuspended, "membership: state");
  record.invited_by = check.OptionalId<IamId>(wire.invited_by(), "membership: invited by");
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "membership: created");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "membership: entity tag");
}

void ToWire(const AccessGroup& record, wire::AccessGroup& wire) {
  wire.set_id(record.id.text());
  wire.set_account(record.account.text());
  wire.set_name(record.name);
  wire.set_description(record.description);
  wire.set_created_at(MicrosOf(record.created_at));
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void FromWire(const wire::AccessGroup& wire, AccessGroup& record, FieldCheck& check) {
  record.id = check.RequiredId<GroupId>(wire.id(), "group: id");
  record.account = check.RequiredId<AccountId>(wire.account(), "group: account");
  record.name = check.Text(wire.name(), "group: name");
  record.description = check.Text(wire.description(), "group: description");
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "group: created");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "group: entity tag");
}

}  // namespace

std::string Encode(const Identity& record) {
  return EncodeAs<wire::Identity>(record, ToWire, FromWire);
}
std::string Encode(const Account& record) {
  return EncodeAs<wire::Account>(record, ToWire, FromWire);
}
std::string Encode(const Membership& record) {
  return EncodeAs<wire::Membership>(record, ToWire, FromWire);
}
std::string Encode(const AccessGroup& record) {
  return EncodeAs<wire::AccessGroup>(record, ToWire, FromWire);
}

absl::Status Decode(std::string_view bytes, Identity& out) {
  return DecodeAs<wire::Identity>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, Account& out) {
  return DecodeAs<wire::Account>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, Membership& out) {
  return DecodeAs<wire::Membership>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, AccessGroup& out) {
  return DecodeAs<wire::AccessGroup>(bytes, out, ToWire, FromWire);
}

}  // namespace latchkey::codec
