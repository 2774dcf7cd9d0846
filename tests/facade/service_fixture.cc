#include "facade/service.h"

namespace latchkey::test {
namespace {

latchkey::Service Shop() {
  latchkey::Service shop;
  shop.name = "shop";
  shop.title = "The shop";
  shop.roles = {
      {RoleId(kReader), "Reader", RoleKind::kService, {"shop.item.read"}},
      {RoleId(kWriter), "Writer", RoleKind::kService, {"shop.item.read", "shop.item.write"}},
      {RoleId(kAdministrator),
       "Administrator",
       RoleKind::kPlatform,
       {"iam.policy.create", "iam.policy.delete", "iam.policy.read", "iam.policy.update",
        "shop.item.read"}}};
  return shop;
}

latchkey::Service IdentityService() {
  latchkey::Service service;
  service.name = "iam-identity";
  service.type = ServiceType::kPlatformService;
  service.roles = {{RoleId(kAdministrator),
                    "Administrator",
                    RoleKind::kPlatform,
                    {"iam-identity.account.get",
                     "iam-identity.account.update",
                     "iam-identity.apikey.create",
                     "iam-identity.apikey.delete",
                     "iam-identity.apikey.get",
                     "iam-identity.apikey.list",
                     "iam-identity.apikey.manage",
                     "iam-identity.apikey.update",
                     "iam-identity.profile.create",
                     "iam-identity.profile.delete",
                     "iam-identity.profile.get",
                     "iam-identity.profile.update",
                     "iam-identity.serviceid.create",
                     "iam-identity.serviceid.delete",
                     "iam-identity.serviceid.get",
                     "iam-identity.serviceid.update",
                     "iam.policy.create",
                     "iam.policy.delete",
                     "iam.policy.read",
                     "iam.policy.update"}},
                   {RoleId("crn:v1:bluemix:public:iam-identity::::serviceRole:UserApiKeyCreator"),
                    "User API key creator",
                    RoleKind::kService,
                    {"iam-identity.user-apikey.create"}}};
  return service;
}

}  // namespace

Service::Service(Adjust adjust, const testing::TemporaryStore* place)
    : options_(testing::FastOptions(place != nullptr ? *place : store, clock)) {
  if (adjust != nullptr) adjust(options_);
  engine_.emplace(Must(Engine::Open(options_)));
  Build();
}

void Service::Reopen() {
  engine_.reset();
  engine_.emplace(Must(Engine::Open(options_)));
}

void Service::AddUser(std::string_view name, std::string_view account) {
  if (!directory().GetIdentity(host(), AccountId(), User(name)).ok()) {
    NewUser user;
    user.id = User(name);
    user.name = name;
    Must(directory().CreateUser(host(), user));
  }
  Must(directory().Invite(host(), AccountId(account), User(name)));
  Must(directory().AcceptInvitation(host(), AccountId(account), User(name), IfMatch::Any()));
}

void Service::Build() {
  Must(policies().DefineService(host(), Shop()));
  Must(policies().DefineService(host(), IdentityService()));
  for (const char* owner : {"alice", "bea"}) {
    NewUser user;
    user.id = User(owner);
    user.name = owner;
    Must(directory().CreateUser(host(), user));
  }
  Must(directory().CreateAccount(host(), {AccountId("acme"), "Acme", User("alice")}));
  Must(directory().CreateAccount(host(), {AccountId("beta"), "Beta", User("bea")}));
  for (const char* name : {"bob", "carol", "dan"}) AddUser(name, "acme");
  AddUser("bob", "beta");
  const AccountId acme("acme");
  robot = Must(directory().CreateServiceId(host(), acme, "robot", "")).id;
  ops = Must(directory().CreateProfile(host(), acme, "ops", "")).id;
  staff = Must(directory().CreateGroup(host(), acme, "staff", "")).id;
  Must(directory().AddToGroup(host(), acme, staff, User("bob")));
  Grant("acme", User("carol"), kAdministrator, "iam-identity");
}

Principal Service::As(std::string_view user, std::string_view account) const {
  return Must(access().Assert(host(), {User(user), AccountId(account), std::nullopt}));
}

Principal Service::AsServiceId(const IamId& id, std::string_view account) const {
  return Must(access().Assert(host(), {id, AccountId(account), std::nullopt}));
}

Principal Service::AsProfile(std::string_view user) const {
  return Must(access().Assert(host(), {User(user), AccountId("acme"), ops}));
}

CreatedKey Service::NewKey(std::string_view user, std::string_view name,
                           std::string_view account) const {
  NewApiKey request;
  request.name = name;
  return Must(keys().Create(By(user, account), request));
}

Policy Service::Grant(std::string_view account, const PolicySubject& subject, std::string_view role,
                      std::string_view service) const {
  NewPolicy policy;
  policy.account = AccountId(account);
  policy.subject = subject;
  policy.roles = {RoleId(role)};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {std::string(service)}}};
  return Must(policies().Create(host(), policy));
}

Decision Service::Check(std::string_view token, std::string_view action,
                        std::string_view account) const {
  return access().Check(token, {account, "shop", action, {}});
}

}  // namespace latchkey::test
