#include "staleness/stage.h"

#include <unistd.h>

namespace latchkey::test {

Place::Place() {
  constexpr const char* kMemory = "/dev/shm";
  const char* const before = std::getenv("TMPDIR");
  const std::optional<std::string> kept =
      before != nullptr ? std::optional<std::string>(before) : std::nullopt;
  if (access(kMemory, W_OK) == 0) setenv("TMPDIR", kMemory, 1);
  store_.emplace();
  if (kept) {
    setenv("TMPDIR", kept->c_str(), 1);
  } else {
    unsetenv("TMPDIR");
  }
}

Options StageOptions(const Place& place, const Clock& clock) {
  Options options;
  options.path = place.path();
  options.clock = &clock;
  options.argon2 = {8, 1};
  options.allow_weak_argon2_for_tests = true;
  options.map_size_bytes = std::uint64_t{8} << 30;
  options.limits.keys_per_identity = 1'000'000;
  return options;
}

void Stage::DefineShop(bool readable) {
  latchkey::Service shop;
  shop.name = "shop";
  shop.title = "The shop";
  std::vector<std::string> actions = {"shop.item.list"};
  if (readable) actions.emplace_back(kAction);
  shop.roles = {
      {RoleId(kReader), "Reader", RoleKind::kService, actions},
      {RoleId(kWriter), "Writer", RoleKind::kService, {"shop.item.list", "shop.item.read"}}};
  Must(policies().DefineService(host, shop));
}

void Stage::AddMember(std::string_view name) const {
  if (!directory().GetIdentity(host, AccountId(), User(name)).ok()) {
    NewUser user;
    user.id = User(name);
    user.name = name;
    Must(directory().CreateUser(host, user));
  }
  for (const AccountId& joined : {home, AccountId("beta")}) {
    if (directory().GetMember(host, joined, User(name)).ok()) continue;
    Must(directory().Invite(host, joined, User(name)));
    Must(directory().AcceptInvitation(host, joined, User(name), IfMatch::Any()));
  }
}

CreatedKey Stage::NewKeyOf(const IamId& iam_id) const {
  NewApiKey request;
  request.iam_id = iam_id;
  request.account_id = home;
  request.name = "tried";
  return Must(keys().Create(host, request));
}

IamId Stage::AddRobot() const {
  return Must(directory().CreateServiceId(host, home, "robot", "")).id;
}

void Stage::Build() {
  DefineShop(true);
  for (const char* owner : {"alice", "bea", "gina"}) {
    NewUser user;
    user.id = User(owner);
    user.name = owner;
    Must(directory().CreateUser(host, user));
  }
  Must(directory().CreateAccount(host, {home, "Acme", User("alice")}));
  Must(directory().CreateAccount(host, {AccountId("beta"), "Beta", User("bea")}));
  Must(directory().CreateAccount(host, {AccountId("gamma"), "Gamma", User("gina")}));
  for (const char* name : {"bob", "dan"}) AddMember(name);
}

NewPolicy Stage::PolicyFor(const PolicySubject& subject, const RoleId& granted) const {
  NewPolicy made;
  made.account = account;
  made.subject = subject;
  made.roles = {granted};
  made.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  return made;
}

void Stage::GrantIdentity() {
  policy = Must(policies().Create(host, PolicyFor(identity, role))).id;
}

void Stage::GrantGroup() {
  group = Must(directory().CreateGroup(host, account, "staff", "")).id;
  Must(directory().AddToGroup(host, account, group, identity));
  policy = Must(policies().Create(host, PolicyFor(group, role))).id;
}

void Stage::GrantCustomRole() {
  NewCustomRole made;
  made.account = account;
  made.service = "shop";
  made.name = "Looker";
  made.title = "Looker";
  made.actions = {std::string(kAction), "shop.item.list"};
  role = Must(policies().CreateCustomRole(host, made)).id;
  GrantIdentity();
}

}  // namespace latchkey::test
