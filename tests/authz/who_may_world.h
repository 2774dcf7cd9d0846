// A small fixed world for who-may: accounts A and B, an excerpt of IBM's catalogue with its real
// role and action names, one caller of every kind, and the things that they act upon. The source of
// policies is a handful of vectors, searched linearly.
#ifndef LATCHKEY_TESTS_AUTHZ_WHO_MAY_WORLD_H_
#define LATCHKEY_TESTS_AUTHZ_WHO_MAY_WORLD_H_

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authz/who_may_source.h"
#include "engine/authz/evaluator.h"
#include "engine/authz/who_may.h"
#include "engine/base/error.h"
#include "engine/base/policy_source.h"

namespace latchkey::authz::who_may_world {

// Role name -> actions, one service of the excerpt.
inline Service MakeService(std::string name, ServiceType type, std::string group,
                           const std::map<std::string, std::vector<std::string>>& roles) {
  Service service;
  service.type = type;
  service.group = std::move(group);
  for (const auto& [role_name, actions] : roles) {
    Role role{
        .id = Platform(role_name), .name = role_name, .kind = RoleKind::kPlatform, .actions = {}};
    if (role_name.ends_with("Creator") || role_name == "Manager") {
      role.id = RoleId("crn:v1:bluemix:public:" + name + "::::serviceRole:" + role_name);
      role.kind = RoleKind::kService;
    }
    for (const std::string& action : actions) {
      const bool full = action.starts_with("iam.");
      role.actions.push_back(full ? action : name + "." + action);
    }
    std::ranges::sort(role.actions);
    service.roles.push_back(role);
  }
  service.name = std::move(name);
  return service;
}

inline std::vector<std::string> With(std::vector<std::string> some,
                                     const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

// What IBM's catalogue says of these roles, cut to the actions of domain W-10.
inline std::vector<Service> Excerpt() {
  const std::vector<std::string> all = {"iam.policy.create", "iam.policy.delete", "iam.policy.read",
                                        "iam.policy.update"};
  const std::vector<std::string> read = {"iam.policy.read"};
  const std::vector<std::string> identity_viewer = {"account.get", "profile.get", "serviceid.get"};
  const std::vector<std::string> identity_editor =
      With(identity_viewer, {"account.update", "apikey.get", "apikey.list", "apikey.update",
                             "profile.update", "serviceid.update"});
  const std::vector<std::string> identity_operator = With(
      identity_editor, {"apikey.create", "apikey.delete", "profile.delete", "serviceid.delete"});
  const std::vector<std::string> groups_viewer = {"groups.list", "groups.read", "members.list",
                                                  "members.read"};
  const std::vector<std::string> groups_editor =
      With(groups_viewer,
           {"groups.create", "groups.delete", "groups.update", "members.add", "members.delete"});
  const std::vector<std::string> users_editor = {"user.create", "user.delete", "user.retrieve",
                                                 "user.state-change", "user.update"};
  const std::vector<std::string> access_editor = {"customRole.read", "customRole.update",
                                                  "settings.read"};
  const ServiceType platform = ServiceType::kPlatformService;
  return {
      MakeService("iam-identity", platform, "IAM",
                  {{"Administrator",
                    With(With(identity_operator, {"apikey.manage", "profile.create"}), all)},
                   {"Editor", With(identity_editor, read)},
                   {"Operator", With(identity_operator, read)},
                   {"Viewer", With(identity_viewer, read)},
                   {"UserApiKeyCreator", {"user-apikey.create"}},
                   {"ServiceIdCreator", {"serviceid.create"}}}),
      MakeService("iam-groups", platform, "IAM",
                  {{"Administrator", With(groups_editor, all)},
                   {"Editor", With(groups_editor, read)},
                   {"Operator", read},
                   {"Viewer", With(groups_viewer, read)}}),
      MakeService("user-management", platform, "IAM",
                  {{"Administrator", With(users_editor, all)},
                   {"Editor", With(users_editor, read)},
                   {"Operator", With({"user.retrieve"}, read)},
                   {"Viewer", With({"user.retrieve"}, read)}}),
      MakeService(
          "iam-access-management", platform, "IAM",
          {{"Administrator",
            With(With(access_editor, {"customRole.create", "customRole.delete", "settings.update"}),
                 all)},
           {"Editor", With(access_editor, read)},
           {"Operator", With({"customRole.read"}, read)},
           {"Viewer", With({"customRole.read", "settings.read"}, read)}}),
      MakeService("billing", platform, "", {{"Administrator", {"report.read"}}}),
      MakeService("cloud-object-storage", ServiceType::kService, "",
                  {{"Administrator", With({"bucket.create"}, all)},
                   {"Editor", With({"bucket.create"}, read)},
                   {"Viewer", read},
                   {"Manager", With({"object.delete"}, read)}}),
      MakeService("is", ServiceType::kService, "", {{"Administrator", {"instance.create"}}}),
  };
}

inline Identity Find(const World& world, const IamId& id) {
  const auto found = std::ranges::find(world.identities, id, &Identity::id);
  return found == world.identities.end() ? Identity{} : *found;
}

inline Actor MakeActor(const World& world, const IamId& id, const AccountId& account,
                       std::optional<IamId> applied_by = std::nullopt) {
  return {.identity = Find(world, id),
          .acting_account = account,
          .key = std::nullopt,
          .applied_by = std::move(applied_by)};
}

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

namespace internal {

inline void AddUsers(World& world) {
  for (const std::string_view name :
       {"member", "admin", "full_admin", "identity_admin", "access_admin", "group_admin",
        "user_admin", "store_admin", "editor", "operator", "viewer", "key_creator", "keeper",
        "visitor", "owner", "deleted", "idle"}) {
    world.AddUser(User(name));
    world.AddMember(kA, User(name));
  }
  for (const std::string_view name : {"suspended", "bare", "carries_identity", "carries_store"}) {
    world.AddUser(User(name));
    world.AddMember(kA, User(name), MemberState::kSuspended);
  }
  for (const std::string_view name : {"pending", "pending_away"}) {
    world.AddUser(User(name));
    world.AddMember(kA, User(name), MemberState::kPending);
  }
  for (const std::string_view name : {"bob", "stranger"}) world.AddUser(User(name));
  for (const std::string_view name : {"bob", "stranger", "visitor", "owner", "pending_away"}) {
    world.AddMember(kB, User(name));
  }
  std::ranges::find(world.identities, User("deleted"), &Identity::id)->state =
      IdentityState::kDeleted;
}

inline void AddPrograms(World& world) {
  for (const std::string_view name : {"operator", "plain", "idle", "store", "identity"}) {
    world.AddOwned(Program(name), IdentityKind::kServiceId, kA);
  }
  for (const std::string_view name : {"b", "b_plain", "foreign"}) {
    world.AddOwned(Program(name), IdentityKind::kServiceId, kB);
  }
  for (const std::string_view name : {"admin", "plain"}) {
    world.AddOwned(Profile(name), IdentityKind::kTrustedProfile, kA);
  }
}

inline void AddGroups(World& world) {
  for (const GroupId& id : {kAdminsGroup, kPlainGroup, kIdentityGroup, kStoreGroup, kMixedGroup}) {
    AccessGroup group;
    group.id = id;
    group.account = kA;
    world.groups.push_back(group);
  }
  world.group_members = {{kAdminsGroup, User("group_admin")},
                         {kIdentityGroup, Program("identity")},
                         {kStoreGroup, User("carries_store")},
                         {kMixedGroup, User("idle")},
                         {kMixedGroup, Program("idle")}};
}

inline void AddGrants(World& world) {
  const auto grant = [&](PolicySubject subject, RoleId role,
                         std::vector<ResourceAttribute> resource) {
    world.AddPolicy(MakePolicy(kA, std::move(subject), std::move(role), std::move(resource)));
  };
  const RoleId administrator = Platform("Administrator");
  // Those who do not reach the account hold what would let them do everything there.
  for (const IamId& id :
       {User("admin"), User("full_admin"), User("visitor"), User("suspended"), User("pending"),
        User("pending_away"), User("stranger"), User("deleted"), Program("b"), Profile("admin")}) {
    grant(id, administrator, OnType("platform_service"));
  }
  grant(User("full_admin"), administrator, OnType("service"));
  grant(User("identity_admin"), administrator, OnService("iam-identity"));
  grant(User("access_admin"), administrator, OnService("iam-access-management"));
  grant(kAdminsGroup, administrator, OnService("iam-groups"));
  grant(User("user_admin"), administrator, OnService("user-management"));
  grant(User("store_admin"), administrator, OnService("cloud-object-storage"));
  grant(User("editor"), Platform("Editor"), OnType("platform_service"));
  grant(User("operator"), Platform("Operator"), OnType("platform_service"));
  grant(User("viewer"), Platform("Viewer"), OnType("platform_service"));
  const std::string creator = "crn:v1:bluemix:public:iam-identity::::serviceRole:";
  grant(User("key_creator"), RoleId(creator + "UserApiKeyCreator"), OnService("iam-identity"));
  grant(User("key_creator"), RoleId(creator + "ServiceIdCreator"), OnService("iam-identity"));
  grant(User("keeper"), Platform("Operator"),
        {Attribute("serviceName", "iam-identity"), Attribute("resourceType", "serviceid"),
         Attribute("resource", Program("idle").text())});
  grant(Program("operator"), Platform("Operator"), OnService("iam-identity"));
  // What others carry.
  const RoleId manager("crn:v1:bluemix:public:cloud-object-storage::::serviceRole:Manager");
  grant(Program("store"), manager, OnService("cloud-object-storage"));
  grant(kIdentityGroup, Platform("Viewer"), OnService("iam-identity"));
  grant(kStoreGroup, manager, OnService("cloud-object-storage"));
  grant(User("carries_identity"), Platform("Viewer"), OnService("iam-identity"));
}

}  // namespace internal

inline World MakeWorld() {
  World world;
  world.AddAccount(kA, User("owner"));
  world.AddAccount(kB, User("bob"));
  world.services = Excerpt();
  internal::AddUsers(world);
  internal::AddPrograms(world);
  internal::AddGroups(world);
  internal::AddGrants(world);
  return world;
}

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
inline std::optional<Actor> MakeCaller(const World& world, const std::string& name) {
  static const std::map<std::string, IamId> kPrograms = {{"sid_operator", Program("operator")},
                                                         {"sid_plain", Program("plain")}};
  if (name == "host") return std::nullopt;
  if (const auto found = kPrograms.find(name); found != kPrograms.end()) {
    return MakeActor(world, found->second, kA);
  }
  if (name == "sid_b") return MakeActor(world, Program("b"), kB);
  if (name == "sid_b_plain") return MakeActor(world, Program("b_plain"), kB);
  if (name == "profile_admin") return MakeActor(world, Profile("admin"), kA, User("member"));
  if (name == "profile_by_owner") return MakeActor(world, Profile("plain"), kA, User("owner"));
  if (name == "profile_by_admin") return MakeActor(world, Profile("plain"), kA, User("admin"));
  if (name == "owner_away") return MakeActor(world, User("owner"), kB);
  const bool away = name == "visitor" || name == "stranger" || name == "pending_away";
  return MakeActor(world, User(name), away ? kB : kA);
}

// The settings a row can name.
inline void ApplySetting(World& world, std::string_view setting) {
  AccountSettings& settings = world.account(kA).settings;
  const auto external = [&](ExternalMode mode, std::vector<AccountId> allowed) {
    settings.external_users = {.mode = mode, .allowed_accounts = allowed};
    settings.external_service_ids = {.mode = mode, .allowed_accounts = std::move(allowed)};
  };
  if (setting == "restricted") {
    settings.restrict_create_platform_apikey = true;
    settings.restrict_create_service_id = true;
  }
  if (setting == "limited") external(ExternalMode::kLimited, {});
  if (setting == "limited_users") settings.external_users.mode = ExternalMode::kLimited;
  if (setting == "listed") external(ExternalMode::kLimited, {AccountId("acct-x"), kB});
  if (setting == "monitor") external(ExternalMode::kMonitor, {});
  if (setting == "suspended") world.account(kA).state = AccountState::kSuspended;
  if (setting == "closed") world.account(kA).state = AccountState::kClosed;
  if (setting == "b_suspended") world.account(kB).state = AccountState::kSuspended;
}

// A Target and whatever it borrows.
class Subject {
 public:
  Subject(const World& world, const std::optional<Actor>& caller, const std::string& name);
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  const Target& target() const { return target_; }

 private:
  void SetKey(const IamId& owner, IdentityKind kind);
  bool SetKeyByName(const std::string& name);
  bool SetDirectoryByName(const std::string& name);
  bool SetPolicyByName(const std::string& name);
  bool SetRoleByName(const std::string& name);
  void SetPolicy(PolicySubject subject, std::vector<ResourceAttribute> resource);

  const World& world_;
  Identity self_;  // the caller
  Target target_;
  Policy policy_;
  Policy before_;
  std::vector<Policy> role_policies_;
  std::vector<IamId> group_members_;
};

inline Subject::Subject(const World& world, const std::optional<Actor>& caller,
                        const std::string& name)
    : world_(world), self_(caller ? caller->identity : Identity{}) {
  if (name == "nowhere") return;
  target_.account = kA;
  if (name == "account") return;
  const bool known = SetKeyByName(name) || SetDirectoryByName(name) || SetPolicyByName(name) ||
                     SetRoleByName(name);
  if (!known) target_.account = AccountId("no such target");
}

inline void Subject::SetKey(const IamId& owner, IdentityKind kind) {
  target_.key_owner = owner;
  target_.key_owner_kind = kind;
}

inline bool Subject::SetKeyByName(const std::string& name) {
  static const std::map<std::string, IamId> kServiceIds = {
      {"idle_sid_key", Program("idle")},
      {"store_sid_key", Program("store")},
      {"identity_sid_key", Program("identity")},
      {"foreign_sid_key", Program("foreign")},
      {"unknown_sid_key", Program("unknown")}};
  if (const auto found = kServiceIds.find(name); found != kServiceIds.end()) {
    SetKey(found->second, IdentityKind::kServiceId);
  } else if (name == "own_key") {
    SetKey(self_.id, self_.kind);
  } else if (name == "member_key") {
    SetKey(User("member"), IdentityKind::kUser);
  } else if (name == "owner_key") {
    SetKey(User("owner"), IdentityKind::kUser);
  } else if (name == "profile_key") {
    SetKey(Profile("plain"), IdentityKind::kTrustedProfile);
  } else {
    return name == "key_of_nobody";
  }
  return true;
}

inline bool Subject::SetDirectoryByName(const std::string& name) {
  static const std::map<std::string, IamId> kMembers = {{"user_idle", User("idle")},
                                                        {"user_bare", User("bare")},
                                                        {"user_identity", User("carries_identity")},
                                                        {"user_store", User("carries_store")},
                                                        {"sid_idle", Program("idle")},
                                                        {"profile_plain", Profile("plain")}};
  static const std::map<std::string, std::pair<GroupId, IamId>> kGroups = {
      {"group_plain", {kPlainGroup, User("idle")}},
      {"group_identity", {kIdentityGroup, User("idle")}},
      {"group_store", {kStoreGroup, User("idle")}},
      {"group_plain_sid", {kPlainGroup, Program("idle")}},
      {"group_plain_member", {kPlainGroup, User("member")}}};
  if (const auto found = kMembers.find(name); found != kMembers.end()) {
    target_.member = found->second;
  } else if (const auto group = kGroups.find(name); group != kGroups.end()) {
    target_.group = group->second.first;
    target_.member = group->second.second;
  } else if (name == "self") {
    target_.member = self_.id;
  } else if (name == "group_plain_self") {
    target_.group = kPlainGroup;
    target_.member = self_.id;
  } else {
    return name == "member_unset";
  }
  return true;
}

inline void Subject::SetPolicy(PolicySubject subject, std::vector<ResourceAttribute> resource) {
  policy_ = MakePolicy(kA, std::move(subject), Platform("Viewer"), std::move(resource));
  before_ = policy_;
  target_.policy = &policy_;
  target_.policy_before = &before_;
}

inline bool Subject::SetPolicyByName(const std::string& name) {
  const auto list = [this](const GroupId& group) {
    for (const auto& [id, member] : world_.group_members) {
      if (id == group) group_members_.push_back(member);
    }
    target_.group_members = &group_members_;
  };
  static const std::map<std::string, std::vector<ResourceAttribute>> kToIdle = {
      {"policy_identity", OnService("iam-identity")},
      {"policy_store", OnService("cloud-object-storage")},
      {"policy_billing", OnService("billing")},
      {"policy_platform", OnType("platform_service")},
      {"policy_services", OnType("service")},
      {"policy_pattern",
       {Attribute("serviceName", "iam-identity"),
        Attribute("resource", "iam-*", Op::kStringMatch)}}};
  if (const auto found = kToIdle.find(name); found != kToIdle.end()) {
    SetPolicy(User("idle"), found->second);
  } else if (name == "policy_to_self") {
    SetPolicy(self_.id, OnService("iam-identity"));
  } else if (name == "policy_from_self") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    before_.subject = self_.id;
  } else if (name == "policy_to_admins_group") {
    SetPolicy(kAdminsGroup, OnService("iam-groups"));
    list(kAdminsGroup);
  } else if (name == "policy_to_mixed_group") {
    SetPolicy(kMixedGroup, OnService("iam-groups"));
    list(kMixedGroup);
  } else if (name == "policy_to_unlisted_group") {
    SetPolicy(kPlainGroup, OnService("iam-groups"));
  } else if (name == "policy_to_sid") {
    SetPolicy(Program("idle"), OnService("iam-groups"));
  } else if (name == "policy_to_foreign_sid") {
    SetPolicy(Program("foreign"), OnService("iam-identity"));
  } else if (name == "policy_widened") {
    SetPolicy(User("idle"), OnService("cloud-object-storage"));
    before_ = MakePolicy(kA, User("idle"), Platform("Viewer"), OnService("iam-identity"));
  } else if (name == "policy_narrowed") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    before_ = MakePolicy(kA, User("idle"), Platform("Viewer"), OnType("platform_service"));
  } else if (name == "policy_of_b") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    policy_.account = kB;
    before_.account = kB;
  } else if (name == "policy_moved_to_b") {
    SetPolicy(User("idle"), OnService("iam-identity"));
    policy_.account = kB;
  } else {
    return name == "policy_unset";
  }
  return true;
}

inline bool Subject::SetRoleByName(const std::string& name) {
  target_.role = RoleId("crn:v1:bluemix:public:iam-identity::a/acct-a::customRole:Some");
  if (name == "role_unlisted") return true;
  target_.role_policies = &role_policies_;
  if (name == "role_unused") return true;
  PolicySubject subject = User("idle");
  std::string service = "iam-identity";
  if (name == "role_store") service = "cloud-object-storage";
  if (name == "role_self") subject = self_.id;
  if (name == "role_mixed_group") {
    subject = kMixedGroup;
    group_members_ = {User("idle"), Program("idle")};
    target_.group_members = &group_members_;
  }
  role_policies_ = {MakePolicy(kA, User("idle"), *target_.role, OnService("iam-identity")),
                    MakePolicy(kA, subject, *target_.role, OnService(service))};
  return name == "role_identity" || name == "role_store" || name == "role_self" ||
         name == "role_mixed_group";
}

}  // namespace latchkey::authz::who_may_world

#endif  // LATCHKEY_TESTS_AUTHZ_WHO_MAY_WORLD_H_
