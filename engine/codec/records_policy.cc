// Policies, roles and services.
#include <optional>

#include "engine/codec/record_attribute.h"
#include "engine/codec/record_form.h"
#include "engine/codec/records.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {
namespace {

// A service's record leaves its roles out: they are records of their own.
struct ServiceHead {
  std::string name;
  std::string title;
  ServiceType type = ServiceType::kService;
  std::string group;
};

void ToWire(const RuleCondition& condition, wire::RuleCondition& wire) {
  wire.set_key(condition.key);
  wire.set_op(NumberOf(condition.op));
  for (const std::string& value : condition.values) wire.add_values(value);
}

void FromWire(const wire::RuleCondition& wire, RuleCondition& condition, FieldCheck& check) {
  condition.key = check.Text(wire.key(), "policy: rule key");
  check.Require(!condition.key.empty(), "policy: rule key");
  condition.op = check.Number(wire.op(), RuleOperator::kDayOfWeekAnyOf, "policy: rule operator");
  check.Require(wire.values_size() >= 1, "policy: rule values");
  for (const std::string& value : wire.values()) {
    condition.values.push_back(check.Text(value, "policy: rule values"));
  }
}

template <class AnyWire>
std::optional<RuleJoin> JoinOf(const AnyWire& wire, FieldCheck& check) {
  if (!wire.has_join()) return std::nullopt;
  return check.Number(wire.join(), RuleJoin::kOr, "policy: rule join");
}

void ToWire(const PolicyRule& rule, wire::PolicyRule& wire) {
  if (rule.join.has_value()) wire.set_join(NumberOf(*rule.join));
  for (const RuleGroup& group : rule.groups) {
    wire::RuleGroup& wire_group = *wire.add_groups();
    if (group.join.has_value()) wire_group.set_join(NumberOf(*group.join));
    for (const RuleCondition& condition : group.conditions) {
      ToWire(condition, *wire_group.add_conditions());
    }
  }
}

void FromWire(const wire::RuleGroup& wire, RuleGroup& group, FieldCheck& check) {
  group.join = JoinOf(wire, check);
  const int conditions = wire.conditions_size();
  check.Require(group.join.has_value() ? conditions >= 1 : conditions == 1,
                "policy: rule conditions");
  for (const wire::RuleCondition& condition : wire.conditions()) {
    FromWire(condition, group.conditions.emplace_back(), check);
  }
}

void FromWire(const wire::PolicyRule& wire, PolicyRule& rule, FieldCheck& check) {
  rule.join = JoinOf(wire, check);
  for (const wire::RuleGroup& group : wire.groups()) {
    FromWire(group, rule.groups.emplace_back(), check);
  }
  const bool stands_alone = rule.groups.size() == 1 && !rule.groups.front().join.has_value();
  check.Require(rule.join.has_value() ? !rule.groups.empty() : stands_alone,
                "policy: rule conditions");
}

// The subject is written where there is one, whatever the type says: what is not of its form is
// refused when it is read back.
void SubjectToWire(const Policy& record, wire::Policy& wire) {
  const IamId* const identity = std::get_if<IamId>(&record.subject);
  if (identity == nullptr) {
    wire.set_subject_group(std::get<GroupId>(record.subject).text());
  } else if (record.type != PolicyType::kAuthorization || !identity->empty()) {
    wire.set_subject_identity(identity->text());
  }
  for (const ResourceAttribute& attribute : record.subject_attributes) {
    AttributeToWire(attribute, *wire.add_subject_attributes());
  }
}

void ToWire(const Policy& record, wire::Policy& wire) {
  wire.set_id(record.id.text());
  wire.set_serial(record.serial);
  wire.set_account(record.account.text());
  SubjectToWire(record, wire);
  wire.set_type(NumberOf(record.type));
  for (const RoleId& role : record.roles) wire.add_roles(role.text());
  for (const ResourceAttribute& attribute : record.resource) {
    AttributeToWire(attribute, *wire.add_resource());
  }
  wire.set_description(record.description);
  wire.set_state(NumberOf(record.state));
  wire.set_created_at(MicrosOf(record.created_at));
  wire.set_created_by(record.created_by.text());
  wire.set_modified_at(MicrosOf(record.modified_at));
  wire.set_modified_by(record.modified_by.text());
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
  if (record.rule.has_value()) ToWire(*record.rule, *wire.mutable_rule());
  wire.set_pattern(record.pattern);
  for (const ResourceAttribute& tag : record.tags) AttributeToWire(tag, *wire.add_tags());
}

// An authorization that came back with an identity or a group could be taken for a grant to it.
void SubjectAttributesFromWire(const wire::Policy& wire, Policy& record, FieldCheck& check) {
  check.Require(!wire.has_subject_identity() && !wire.has_subject_group(),
                "policy: subject of an authorization");
  check.Require(wire.subject_attributes_size() >= 1, "policy: subject attributes");
  for (const wire::ResourceAttribute& attribute : wire.subject_attributes()) {
    AttributeFromWire(attribute, record.subject_attributes.emplace_back(), check);
  }
}

PolicySubject SubjectOf(const wire::Policy& wire, FieldCheck& check) {
  check.Require(wire.subject_attributes_size() == 0, "policy: subject attributes");
  check.Require(wire.has_subject_identity() != wire.has_subject_group(), "policy: subject");
  if (wire.has_subject_group()) {
    return check.RequiredId<GroupId>(wire.subject_group(), "policy: subject group");
  }
  return check.RequiredId<IamId>(wire.subject_identity(), "policy: subject identity");
}

void FromWire(const wire::Policy& wire, Policy& record, FieldCheck& check) {
  record.id = check.RequiredId<PolicyId>(wire.id(), "policy: id");
  record.serial = wire.serial();
  check.Require(record.serial >= 1, "policy: serial");
  record.account = check.RequiredId<AccountId>(wire.account(), "policy: account");
  record.type = check.Number(wire.type(), PolicyType::kAuthorization, "policy: type");
  if (record.type == PolicyType::kAuthorization) {
    SubjectAttributesFromWire(wire, record, check);
  } else {
    record.subject = SubjectOf(wire, check);
  }
  for (const std::string& role : wire.roles()) {
    record.roles.push_back(check.RequiredId<RoleId>(role, "policy: roles"));
  }
  for (const wire::ResourceAttribute& attribute : wire.resource()) {
    AttributeFromWire(attribute, record.resource.emplace_back(), check);
  }
  record.description = check.Text(wire.description(), "policy: description");
  record.state = check.Number(wire.state(), PolicyState::kDeleted, "policy: state");
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "policy: created");
  record.created_by = check.OptionalId<IamId>(wire.created_by(), "policy: created by");
  record.modified_at =
      check.RequiredTime(wire.has_modified_at(), wire.modified_at(), "policy: modified");
  record.modified_by = check.OptionalId<IamId>(wire.modified_by(), "policy: modified by");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "policy: entity tag");
  if (wire.has_rule()) FromWire(wire.rule(), record.rule.emplace(), check);
  record.pattern = check.Text(wire.pattern(), "policy: pattern");
  for (const wire::ResourceAttribute& tag : wire.tags()) {
    AttributeFromWire(tag, record.tags.emplace_back(), check);
  }
}

void ToWire(const Role& record, wire::Role& wire) {
  wire.set_id(record.id.text());
  wire.set_name(record.name);
  wire.set_kind(NumberOf(record.kind));
  for (const std::string& action : record.actions) wire.add_actions(action);
}

void FromWire(const wire::Role& wire, Role& record, FieldCheck& check) {
  record.id = check.RequiredId<RoleId>(wire.id(), "role: id");
  record.name = check.Text(wire.name(), "role: name");
  record.kind = check.Number(wire.kind(), RoleKind::kCustom, "role: kind");
  for (const std::string& action : wire.actions()) {
    record.actions.push_back(check.Text(action, "role: actions"));
  }
}

void ToWire(const CustomRole& record, wire::CustomRole& wire) {
  wire.set_id(record.id.text());
  wire.set_account(record.account.text());
  wire.set_service(record.service);
  wire.set_name(record.name);
  wire.set_title(record.title);
  wire.set_description(record.description);
  for (const std::string& action : record.actions) wire.add_actions(action);
  wire.set_created_at(MicrosOf(record.created_at));
  TagToWire(record.entity_tag, *wire.mutable_entity_tag());
}

void FromWire(const wire::CustomRole& wire, CustomRole& record, FieldCheck& check) {
  record.id = check.RequiredId<RoleId>(wire.id(), "custom role: id");
  record.account = check.RequiredId<AccountId>(wire.account(), "custom role: account");
  record.service = check.Text(wire.service(), "custom role: service");
  check.Require(!record.service.empty(), "custom role: service");
  record.name = check.Text(wire.name(), "custom role: name");
  record.title = check.Text(wire.title(), "custom role: title");
  record.description = check.Text(wire.description(), "custom role: description");
  for (const std::string& action : wire.actions()) {
    record.actions.push_back(check.Text(action, "custom role: actions"));
  }
  record.created_at =
      check.RequiredTime(wire.has_created_at(), wire.created_at(), "custom role: created");
  record.entity_tag =
      check.RequiredTag(wire.has_entity_tag(), wire.entity_tag(), "custom role: entity tag");
}

void ToWire(const ServiceHead& record, wire::Service& wire) {
  wire.set_name(record.name);
  wire.set_title(record.title);
  wire.set_type(NumberOf(record.type));
  wire.set_group(record.group);
}

void FromWire(const wire::Service& wire, ServiceHead& record, FieldCheck& check) {
  record.name = check.Text(wire.name(), "service: name");
  check.Require(!record.name.empty(), "service: name");
  record.title = check.Text(wire.title(), "service: title");
  record.type = check.Number(wire.type(), ServiceType::kPlatformService, "service: type");
  record.group = check.Text(wire.group(), "service: group");
}

}  // namespace

std::string Encode(const Policy& record) {
  return EncodeAs<wire::Policy>(record, ToWire, FromWire);
}
std::string Encode(const Role& record) { return EncodeAs<wire::Role>(record, ToWire, FromWire); }
std::string Encode(const CustomRole& record) {
  return EncodeAs<wire::CustomRole>(record, ToWire, FromWire);
}
std::string Encode(const Service& record) {
  return EncodeAs<wire::Service>(ServiceHead{record.name, record.title, record.type, record.group},
                                 ToWire, FromWire);
}

absl::Status Decode(std::string_view bytes, Policy& out) {
  return DecodeAs<wire::Policy>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, Role& out) {
  return DecodeAs<wire::Role>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, CustomRole& out) {
  return DecodeAs<wire::CustomRole>(bytes, out, ToWire, FromWire);
}
absl::Status Decode(std::string_view bytes, Service& out) {
  ServiceHead head;
  if (absl::Status status = DecodeAs<wire::Service>(bytes, head, ToWire, FromWire); !status.ok())
    return status;
  out = Service{std::move(head.name), std::move(head.title), head.type, std::move(head.group), {}};
  return absl::OkStatus();
}

}  // namespace latchkey::codec
