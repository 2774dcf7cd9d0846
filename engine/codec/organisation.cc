#include "engine/codec/organisation.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "engine/base/error.h"
#include "engine/codec/json_nodes.h"
#include "engine/codec/json_reader.h"

namespace latchkey::codec {
namespace {

constexpr std::size_t kOrganisationMaxBytes = std::size_t{64} << 20;

absl::StatusOr<std::string> Required(const JsonNode& object, std::string_view name) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode member, object.Member(name));
  return member.Text();
}

absl::StatusOr<std::string> Optional(const JsonNode& object, std::string_view name) {
  const std::optional<JsonNode> member = object.Find(name);
  if (!member) return std::string();
  return member->Text();
}

absl::StatusOr<bool> Flag(const JsonNode& object, std::string_view name) {
  const std::optional<JsonNode> member = object.Find(name);
  if (!member) return false;
  return member->Boolean();
}

// The items of an optional array.
absl::StatusOr<std::vector<JsonNode>> Items(const JsonNode& object, std::string_view name) {
  const std::optional<JsonNode> member = object.Find(name);
  if (!member) return std::vector<JsonNode>();
  return member->Items();
}

template <class Id>
absl::StatusOr<std::vector<Id>> Ids(const JsonNode& object, std::string_view name) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, Items(object, name));
  std::vector<Id> ids;
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::string text, item.Text());
    ids.emplace_back(text);
  }
  return ids;
}

// Reads each item of an optional array by `read` and keeps where it stood.
template <class T>
absl::Status ReadEach(const JsonNode& object, std::string_view name,
                      const std::function<absl::StatusOr<T>(const JsonNode&)>& read,
                      std::vector<Placed<T>>& out) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, Items(object, name));
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(T value, read(item));
    out.push_back({item.path(), std::move(value)});
  }
  return absl::OkStatus();
}

absl::StatusOr<Identity> ReadUser(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"iam_id", "name", "federated", "functional"}));
  Identity user;
  user.kind = IdentityKind::kUser;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "iam_id"));
  user.id = IamId(id);
  LATCHKEY_ASSIGN_OR_RETURN(user.name, Required(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(user.federated, Flag(node, "federated"));
  LATCHKEY_ASSIGN_OR_RETURN(user.functional, Flag(node, "functional"));
  return user;
}

absl::StatusOr<Identity> ReadOwned(const JsonNode& node, IdentityKind kind) {
  LATCHKEY_RETURN_IF_ERROR(kind == IdentityKind::kServiceId
                               ? node.HasOnly({"iam_id", "name", "description", "locked"})
                               : node.HasOnly({"iam_id", "name", "description"}));
  Identity identity;
  identity.kind = kind;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "iam_id"));
  identity.id = IamId(id);
  LATCHKEY_ASSIGN_OR_RETURN(identity.name, Required(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(identity.description, Optional(node, "description"));
  LATCHKEY_ASSIGN_OR_RETURN(identity.locked, Flag(node, "locked"));
  return identity;
}

absl::StatusOr<Membership> ReadMember(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"iam_id", "state", "invited_by"}));
  Membership member;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "iam_id"));
  member.iam_id = IamId(id);
  LATCHKEY_ASSIGN_OR_RETURN(const std::string inviter, Optional(node, "invited_by"));
  member.invited_by = IamId(inviter);
  member.state = MemberState::kActive;
  const std::optional<JsonNode> state = node.Find("state");
  if (!state) return member;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string name, state->Text());
  if (name == "active") return member;
  if (name != "pending" && name != "suspended") {
    return state->Refuse(Reason::kMalformed, "use pending, active or suspended");
  }
  member.state = name == "pending" ? MemberState::kPending : MemberState::kSuspended;
  return member;
}

absl::StatusOr<CustomRole> ReadCustomRole(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"service", "name", "title", "description", "actions"}));
  CustomRole role;
  LATCHKEY_ASSIGN_OR_RETURN(role.service, Required(node, "service"));
  LATCHKEY_ASSIGN_OR_RETURN(role.name, Required(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(role.title, Required(node, "title"));
  LATCHKEY_ASSIGN_OR_RETURN(role.description, Optional(node, "description"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> actions, Items(node, "actions"));
  for (const JsonNode& action : actions) {
    LATCHKEY_ASSIGN_OR_RETURN(role.actions.emplace_back(), action.Text());
  }
  std::sort(role.actions.begin(), role.actions.end());
  return role;
}

absl::StatusOr<OrganisationGroup> ReadGroup(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"id", "name", "description", "members"}));
  OrganisationGroup group;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "id"));
  group.group.id = GroupId(id);
  LATCHKEY_ASSIGN_OR_RETURN(group.group.name, Required(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(group.group.description, Optional(node, "description"));
  LATCHKEY_ASSIGN_OR_RETURN(group.members, Ids<IamId>(node, "members"));
  return group;
}

absl::StatusOr<ExternalRule> ReadExternalRule(const JsonNode& settings, std::string_view name) {
  ExternalRule rule;
  const std::optional<JsonNode> node = settings.Find(name);
  if (!node) return rule;
  LATCHKEY_RETURN_IF_ERROR(node->HasOnly({"state", "external_allowed_accounts"}));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode state, node->Member("state"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string text, state.Text());
  if (text == "limited") {
    rule.mode = ExternalMode::kLimited;
  } else if (text == "monitor") {
    rule.mode = ExternalMode::kMonitor;
  } else if (text != "enabled") {
    return state.Refuse(Reason::kMalformed, "use enabled, limited or monitor");
  }
  LATCHKEY_ASSIGN_OR_RETURN(rule.allowed_accounts,
                            Ids<AccountId>(*node, "external_allowed_accounts"));
  return rule;
}

absl::StatusOr<AccountSettings> ReadSettings(const JsonNode& account) {
  AccountSettings settings;
  const std::optional<JsonNode> node = account.Find("settings");
  if (!node) return settings;
  LATCHKEY_RETURN_IF_ERROR(
      node->HasOnly({"restrict_create_platform_apikey", "restrict_create_service_id",
                     "external_users", "external_service_ids"}));
  LATCHKEY_ASSIGN_OR_RETURN(settings.restrict_create_platform_apikey,
                            Flag(*node, "restrict_create_platform_apikey"));
  LATCHKEY_ASSIGN_OR_RETURN(settings.restrict_create_service_id,
                            Flag(*node, "restrict_create_service_id"));
  LATCHKEY_ASSIGN_OR_RETURN(settings.external_users, ReadExternalRule(*node, "external_users"));
  LATCHKEY_ASSIGN_OR_RETURN(settings.external_service_ids,
                            ReadExternalRule(*node, "external_service_ids"));
  return settings;
}

absl::StatusOr<std::vector<AddressRange>> ReadRanges(const JsonNode& zone, std::string_view name) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, Items(zone, name));
  std::vector<AddressRange> ranges;
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::string text, item.Text());
    const std::optional<AddressRange> range = AddressRange::Parse(text);
    if (!range) return item.Refuse(Reason::kMalformed, "use an address, a CIDR or first-last");
    ranges.push_back(*range);
  }
  return ranges;
}

absl::StatusOr<OrganisationZone> ReadZone(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"id", "name", "description", "addresses", "excluded"}));
  OrganisationZone zone;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "id"));
  zone.id = ZoneId(id);
  LATCHKEY_ASSIGN_OR_RETURN(zone.wanted.name, Required(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(zone.wanted.description, Optional(node, "description"));
  LATCHKEY_ASSIGN_OR_RETURN(zone.wanted.addresses, ReadRanges(node, "addresses"));
  LATCHKEY_ASSIGN_OR_RETURN(zone.wanted.excluded, ReadRanges(node, "excluded"));
  return zone;
}

absl::StatusOr<Enforcement> ReadEnforcement(const JsonNode& rule) {
  const std::optional<JsonNode> mode = rule.Find("enforcement_mode");
  if (!mode) return Enforcement::kEnabled;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string text, mode->Text());
  if (text == "enabled") return Enforcement::kEnabled;
  if (text == "disabled") return Enforcement::kDisabled;
  if (text == "report") return mode->Refuse(Reason::kUnsupported, "use enabled or disabled");
  return mode->Refuse(Reason::kMalformed, "use enabled or disabled");
}

absl::StatusOr<OrganisationContextRule> ReadContextRule(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(
      node.HasOnly({"id", "description", "resource", "contexts", "enforcement_mode"}));
  OrganisationContextRule rule;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "id"));
  rule.id = ContextRuleId(id);
  LATCHKEY_ASSIGN_OR_RETURN(rule.wanted.description, Optional(node, "description"));
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode resource, node.Member("resource"));
  LATCHKEY_RETURN_IF_ERROR(resource.HasOnly({"attributes"}));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> attributes, Items(resource, "attributes"));
  for (const JsonNode& attribute : attributes) {
    LATCHKEY_ASSIGN_OR_RETURN(rule.wanted.resource.emplace_back(), ReadAttributeV2(attribute));
  }
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> contexts, Items(node, "contexts"));
  for (const JsonNode& context : contexts) {
    LATCHKEY_RETURN_IF_ERROR(context.HasOnly({"zones"}));
    LATCHKEY_ASSIGN_OR_RETURN(rule.wanted.contexts.emplace_back().zones,
                              Ids<ZoneId>(context, "zones"));
  }
  LATCHKEY_ASSIGN_OR_RETURN(rule.wanted.enforcement, ReadEnforcement(node));
  return rule;
}

absl::StatusOr<OrganisationAccount> ReadAccount(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(
      node.HasOnly({"account_id", "name", "owner", "settings", "members", "service_ids", "profiles",
                    "custom_roles", "groups", "policies", "network_zones", "context_rules"}));
  OrganisationAccount read;
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, Required(node, "account_id"));
  read.account.id = AccountId(id);
  LATCHKEY_ASSIGN_OR_RETURN(read.account.name, Required(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string owner, Required(node, "owner"));
  read.account.owner = IamId(owner);
  LATCHKEY_ASSIGN_OR_RETURN(read.account.settings, ReadSettings(node));
  LATCHKEY_RETURN_IF_ERROR(ReadEach<Membership>(node, "members", ReadMember, read.members));
  for (const auto& [name, kind] : {std::pair{"service_ids", IdentityKind::kServiceId},
                                   std::pair{"profiles", IdentityKind::kTrustedProfile}}) {
    LATCHKEY_RETURN_IF_ERROR(ReadEach<Identity>(
        node, name, [kind = kind](const JsonNode& item) { return ReadOwned(item, kind); },
        read.identities));
  }
  LATCHKEY_RETURN_IF_ERROR(
      ReadEach<CustomRole>(node, "custom_roles", ReadCustomRole, read.custom_roles));
  LATCHKEY_RETURN_IF_ERROR(ReadEach<OrganisationGroup>(node, "groups", ReadGroup, read.groups));
  LATCHKEY_RETURN_IF_ERROR(ReadEach<NewPolicy>(node, "policies", ReadPolicyV2, read.policies));
  LATCHKEY_RETURN_IF_ERROR(
      ReadEach<OrganisationZone>(node, "network_zones", ReadZone, read.network_zones));
  LATCHKEY_RETURN_IF_ERROR(ReadEach<OrganisationContextRule>(node, "context_rules", ReadContextRule,
                                                             read.context_rules));
  return read;
}

}  // namespace

absl::StatusOr<Organisation> ParseOrganisation(std::string_view json) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonDocument document,
                            JsonDocument::Read(json, kOrganisationMaxBytes));
  const JsonNode root = document.root();
  LATCHKEY_RETURN_IF_ERROR(root.HasOnly({"services", "users", "accounts"}));
  Organisation organisation;
  if (const std::optional<JsonNode> services = root.Find("services")) {
    LATCHKEY_ASSIGN_OR_RETURN(organisation.services, ReadCatalogue(*services));
  }
  LATCHKEY_RETURN_IF_ERROR(ReadEach<Identity>(root, "users", ReadUser, organisation.users));
  LATCHKEY_RETURN_IF_ERROR(
      ReadEach<OrganisationAccount>(root, "accounts", ReadAccount, organisation.accounts));
  return organisation;
}

}  // namespace latchkey::codec
