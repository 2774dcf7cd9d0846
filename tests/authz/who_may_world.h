// A small fixed world for who-may: accounts A and B, an excerpt of IBM's catalogue with its real
// role and action names, one caller of every kind, and what they act upon.
#ifndef LATCHKEY_TESTS_AUTHZ_WHO_MAY_WORLD_H_
#define LATCHKEY_TESTS_AUTHZ_WHO_MAY_WORLD_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authz/who_may_source.h"
#include "engine/authz/evaluator.h"

namespace latchkey::authz::who_may_world {

// What IBM's catalogue says of the roles that who-may asks about, cut to the actions of domain
// W-10.
std::vector<Service> Excerpt();

Actor MakeActor(const World& world, const IamId& id, const AccountId& account,
                std::optional<IamId> applied_by = std::nullopt);

inline IamId User(std::string_view name) { return IamId("IBMid-" + std::string(name)); }
inline IamId Program(std::string_view name) { return IamId("iam-ServiceId-" + std::string(name)); }
inline IamId Profile(std::string_view name) { return IamId("iam-Profile-" + std::string(name)); }

inline std::vector<ResourceAttribute> OnService(std::string name) {
  return {Attribute("serviceName", std::move(name))};
}
inline std::vector<ResourceAttribute> OnType(std::string type) {
  return {Attribute("serviceType", std::move(type))};
}

inline const GroupId kAdminsGroup{"AccessGroupId-admins"};      // group_admin gets its rights here
inline const GroupId kPlainGroup{"AccessGroupId-plain"};        // carries nothing
inline const GroupId kIdentityGroup{"AccessGroupId-identity"};  // Viewer on iam-identity
inline const GroupId kStoreGroup{"AccessGroupId-store"};        // Manager on cloud-object-storage
inline const GroupId kMixedGroup{"AccessGroupId-mixed"};        // a user and a service ID

World MakeWorld();

// Callers that reach account A while its external rules are as they come.
inline const std::vector<std::string> kInside = {
    "owner",        "member",      "admin",         "full_admin",       "identity_admin",
    "access_admin", "group_admin", "user_admin",    "store_admin",      "editor",
    "operator",     "viewer",      "key_creator",   "keeper",           "visitor",
    "sid_operator", "sid_plain",   "profile_admin", "profile_by_owner", "profile_by_admin",
    "sid_b",        "sid_b_plain"};
// Callers that do not, whatever they hold.
inline const std::vector<std::string> kOutside = {"stranger",     "suspended", "pending",
                                                  "pending_away", "deleted",   "unknown"};

// The caller of this name; nothing for `host`.
std::optional<Actor> MakeCaller(const World& world, const std::string& name);

// The settings a row can name.
void ApplySetting(World& world, std::string_view setting);

}  // namespace latchkey::authz::who_may_world

#endif  // LATCHKEY_TESTS_AUTHZ_WHO_MAY_WORLD_H_
