// The catalogue of services, as JSON (domain P-11). What names and actions must be is checked where
// a service is defined (engine/authz/policy_check.h).
#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/error.h"
#include "engine/codec/json_nodes.h"
#include "engine/codec/json_reader.h"
#include "engine/codec/policy_json.h"

namespace latchkey::codec {
namespace {

constexpr std::size_t kCatalogueMaxBytes = std::size_t{64} << 20;

absl::StatusOr<std::string> TextMember(const JsonNode& object, std::string_view name) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode node, object.Member(name));
  return node.Text();
}

// The value at the place where `names` has the text of member `name`.
template <class Value>
absl::StatusOr<Value> ChoiceMember(const JsonNode& object, std::string_view name,
                                   std::initializer_list<std::pair<std::string_view, Value>> names,
                                   std::string_view what_to_do) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode node, object.Member(name));
  LATCHKEY_ASSIGN_OR_RETURN(const std::string text, node.Text());
  for (const auto& [spelling, value] : names) {
    if (text == spelling) return value;
  }
  return node.Refuse(Reason::kMalformed, what_to_do);
}

absl::StatusOr<std::vector<std::string>> ReadActions(const JsonNode& role) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode list, role.Member("actions"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  std::vector<std::string> actions;
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(actions.emplace_back(), item.Text());
  }
  std::sort(actions.begin(), actions.end());
  return actions;
}

absl::StatusOr<Role> ReadRole(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"role_id", "name", "kind", "actions"}));
  LATCHKEY_ASSIGN_OR_RETURN(std::string id, TextMember(node, "role_id"));
  Role role;
  role.id = RoleId(std::move(id));
  LATCHKEY_ASSIGN_OR_RETURN(role.name, TextMember(node, "name"));
  LATCHKEY_ASSIGN_OR_RETURN(
      role.kind,
      (ChoiceMember<RoleKind>(node, "kind",
                              {{"platform", RoleKind::kPlatform}, {"service", RoleKind::kService}},
                              "use platform or service")));
  LATCHKEY_ASSIGN_OR_RETURN(role.actions, ReadActions(node));
  return role;
}

absl::StatusOr<Service> ReadService(const JsonNode& node) {
  LATCHKEY_RETURN_IF_ERROR(node.HasOnly({"service", "title", "type", "group", "roles"}));
  Service service;
  LATCHKEY_ASSIGN_OR_RETURN(service.name, TextMember(node, "service"));
  LATCHKEY_ASSIGN_OR_RETURN(service.title, TextMember(node, "title"));
  LATCHKEY_ASSIGN_OR_RETURN(
      service.type,
      (ChoiceMember<ServiceType>(
          node, "type",
          {{"service", ServiceType::kService}, {"platform_service", ServiceType::kPlatformService}},
          "use service or platform_service")));
  if (const std::optional<JsonNode> group = node.Find("group")) {
    LATCHKEY_ASSIGN_OR_RETURN(service.group, group->Text());
  }
  LATCHKEY_ASSIGN_OR_RETURN(const JsonNode list, node.Member("roles"));
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(service.roles.emplace_back(), ReadRole(item));
  }
  return service;
}

}  // namespace

absl::StatusOr<std::vector<Service>> ParseCatalogue(std::string_view json) {
  LATCHKEY_ASSIGN_OR_RETURN(const JsonDocument document,
                            JsonDocument::Read(json, kCatalogueMaxBytes));
  return ReadCatalogue(document.root());
}

absl::StatusOr<std::vector<Service>> ReadCatalogue(const JsonNode& list) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<JsonNode> items, list.Items());
  std::vector<Service> services;
  services.reserve(items.size());
  for (const JsonNode& item : items) {
    LATCHKEY_ASSIGN_OR_RETURN(services.emplace_back(), ReadService(item));
  }
  return services;
}

}  // namespace latchkey::codec
