#include "authz/who_may_world.h"

#include <algorithm>
#include <map>

namespace latchkey::authz::who_may_world {
namespace {

// Role name -> actions, one service of the excerpt.
Service MakeService(std::string name, ServiceType type, std::string group,
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
      const bool full = action.starts_with("iam.") || action.starts_with("cbr.");
      role.actions.push_back(full ? action : name + "." + action);
    }
    std::ranges::sort(role.actions);
    service.roles.push_back(role);
  }
  service.name = std::move(name);
  return service;
}

std::vector<std::string> With(std::vector<std::string> some, const std::vector<std::string>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

Identity Find(const World& world, const IamId& id) {
  const auto found = std::ranges::find(world.identities, id, &Identity::id);
  return found == world.identities.end() ? Identity{} : *found;
}

// Everybody was invited by the owner, but for one chain and a sibling in it.
void AddHierarchy(World& world) {
  for (Membership& membership : world.memberships) {
    if (membership.account == kA && membership.iam_id != User("owner")) {
      membership.invited_by = User("owner");
    }
  }
  world.membership(kA, User("suspended")).invited_by = User("editor");
  world.membership(kA, User("viewer")).invited_by = User("suspended");
  world.membership(kA, User("member")).invited_by = User("viewer");
  world.membership(kA, User("keeper")).invited_by = User("viewer");
  world.membership(kA, User("key_creator")).invited_by = User("member");
}

void AddUsers(World& world) {
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
  AddHierarchy(world);
}

void AddPrograms(World& world) {
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

void AddGroups(World& world) {
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

void AddGrants(World& world) {
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

}  // namespace

std::vector<Service> Excerpt() {
  const std::vector<std::string> all = {"cbr.rule.create", "cbr.rule.delete",   "cbr.rule.read",
                                        "cbr.rule.update", "iam.policy.create", "iam.policy.delete",
                                        "iam.policy.read", "iam.policy.update"};
  const std::vector<std::string> read = {"cbr.rule.read", "iam.policy.read"};
  const std::vector<std::string> zones = {"zone.create", "zone.delete", "zone.read", "zone.update"};
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
      MakeService("context-based-restrictions", platform, "",
                  {{"Administrator", With(zones, all)},
                   {"Editor", With(zones, read)},
                   {"Operator", read},
                   {"Viewer", With({"zone.read"}, read)}}),
      MakeService("billing", platform, "", {{"Administrator", {"report.read"}}}),
      MakeService("cloud-object-storage", ServiceType::kService, "",
                  {{"Administrator", With({"bucket.create"}, all)},
                   {"Editor", With({"bucket.create"}, read)},
                   {"Viewer", read},
                   {"Manager", With({"object.delete"}, read)}}),
      MakeService("is", ServiceType::kService, "", {{"Administrator", {"instance.create"}}}),
  };
}

Actor MakeActor(const World& world, const IamId& id, const AccountId& account,
                std::optional<IamId> applied_by) {
  return {.identity = Find(world, id),
          .acting_account = account,
          .key = std::nullopt,
          .applied_by = std::move(applied_by)};
}

World MakeWorld() {
  World world;
  world.AddAccount(kA, User("owner"));
  world.AddAccount(kB, User("bob"));
  world.services = Excerpt();
  AddUsers(world);
  AddPrograms(world);
  AddGroups(world);
  AddGrants(world);
  return world;
}

std::optional<Actor> MakeCaller(const World& world, const std::string& name) {
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

void ApplySetting(World& world, std::string_view setting) {
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

}  // namespace latchkey::authz::who_may_world
