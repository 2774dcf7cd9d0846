#include "oracle/world_maker.h"

#include <algorithm>

namespace oracle {
namespace {

using Texts = std::vector<std::string>;

const Texts& AllAccounts() {
  static const Texts texts = {"acct/1", "acct/10", "acct/2"};
  return texts;
}
const Texts& AllServices() {
  static const Texts texts = {"kms", "kms-2", "iam-identity", "billing", "undefined"};
  return texts;
}
const Texts& AllActions() {
  static const Texts texts = {"kms.key.read", "kms.key.write", "GET /keys", "iam.policy.read"};
  return texts;
}
const Texts& AllRoles() {
  static const Texts texts = {"role:Viewer", "role:Writer", "customRole:Own", "role:Unknown"};
  return texts;
}
const Texts& NarrowingKeys() {
  static const Texts texts = {"resourceType", "resource", "region", "resourceGroupId"};
  return texts;
}
const Texts& ResourceValues() {
  static const Texts texts = {"key", "key-1", "a/../key", "*", "resource-group", "\xC3\xA9"};
  return texts;
}

// A pattern that has a fair chance to match one of `values`.
std::string PatternOf(WorldMaker& maker, const std::string& value) {
  switch (maker.Below(6)) {
    case 0:
      return "*";
    case 1:
      return "?" + value.substr(1);
    case 2:
      return value.substr(0, 3) + "*";
    case 3:
      return "*" + value.substr(value.size() / 2);
    case 4:
      return value == "*" ? "{{*}}" : "{{?}}";
    default:
      return value;
  }
}

bool IsFor(const World& world, const Policy& policy, const std::string& who) {
  if (!policy.to_group) return policy.subject == who;
  return std::any_of(world.groups.begin(), world.groups.end(), [&](const InGroup& in) {
    return in.account == policy.stored_in && in.group == policy.subject && in.who == who;
  });
}

}  // namespace

World WorldMaker::MakeWorld() {
  World world;
  AddCatalogue(world);
  const std::size_t accounts = 2 + Below(2);
  const std::size_t identities = 2 + Below(3);
  for (std::size_t i = 0; i < accounts; ++i) {
    Account account;
    account.id = AllAccounts()[i];
    world.accounts.push_back(account);
  }
  for (std::size_t i = 0; i < identities; ++i) world.identities.push_back(MakeIdentity(i, world));
  for (Account& account : world.accounts) account = MakeAccount(account.id, world);
  AddMemberships(world);
  AddGroups(world);
  const std::size_t policies = Percent(70) ? 3 + Below(4) : Below(7);
  for (unsigned i = 0; i < policies; ++i) world.policies.push_back(MakePolicy(world, i + 1));
  if (Percent(15)) {
    Policy authorization = MakePolicy(world, static_cast<unsigned>(policies) + 1);
    authorization.authorization = true;
    world.policies.push_back(std::move(authorization));
  }
  Shuffle(world.policies);
  AddContextRules(world);
  return world;
}

Account WorldMaker::MakeAccount(const std::string& id, const World& world) {
  Account account;
  account.id = id;
  account.owner = OneOf(world.identities).id;  // of whatever kind: only a user can use it
  if (Percent(4)) account.state = AccountState::kSuspended;
  if (Percent(3)) account.state = AccountState::kClosed;
  account.users = MakeExternal(world);
  account.service_ids = MakeExternal(world);
  return account;
}

External WorldMaker::MakeExternal(const World& world) {
  External external;
  const std::vector<Mode> modes = {Mode::kEnabled, Mode::kLimited, Mode::kMonitor};
  external.mode = OneOf(modes);
  for (const Account& account : world.accounts) {
    if (Percent(75)) external.allowed.push_back(account.id);
  }
  return external;
}

Identity WorldMaker::MakeIdentity(std::size_t number, const World& world) {
  Identity identity;
  identity.id = "id-" + std::to_string(number);
  identity.deleted = Percent(5);
  if (Percent(40)) {
    identity.kind = Percent(50) ? Kind::kServiceId : Kind::kProfile;
    identity.account = OneOf(world.accounts).id;
  }
  return identity;
}

void WorldMaker::AddMemberships(World& world) {
  for (const Account& account : world.accounts) {
    for (const Identity& identity : world.identities) {
      // A service ID that is a member, as no store has it, gains and loses nothing by it.
      const unsigned chance = identity.kind == Kind::kUser ? 94 : 10;
      if (!Percent(chance)) continue;
      const std::vector<Member> lost = {Member::kPending, Member::kSuspended};
      world.memberships.push_back(
          {account.id, identity.id, Percent(90) ? Member::kActive : OneOf(lost)});
    }
  }
}

void WorldMaker::AddGroups(World& world) {
  for (const Account& account : world.accounts) {
    for (const Identity& identity : world.identities) {
      if (Percent(65)) world.groups.push_back({account.id, "team", identity.id});
      if (Percent(35)) world.groups.push_back({account.id, "team-admin", identity.id});
    }
  }
}

std::vector<std::string> WorldMaker::SomeActions() {
  Texts actions;
  for (const std::string& action : AllActions()) {
    if (Percent(75)) actions.push_back(action);
  }
  return actions;
}

void WorldMaker::AddCatalogue(World& world) {
  const auto add = [&](const std::string& name, Type type, const std::string& group) {
    Service service{name, type, group, {}};
    for (const std::string role : {"role:Viewer", "role:Writer"}) {
      if (Percent(85)) service.roles.push_back({role, SomeActions()});
    }
    world.services.push_back(service);
  };
  add("kms", Type::kService, "");
  add("kms-2", Type::kService, "STORE");
  add("iam-identity", Type::kPlatform, "IAM");
  add("billing", Type::kPlatform, "");
  for (const std::string account : {"acct/1", "acct/10"}) {
    for (const std::string service : {"kms", "iam-identity"}) {
      world.custom_roles.push_back({account, service, {"customRole:Own", SomeActions()}});
    }
  }
}

Attribute WorldMaker::MakeAttribute(const std::string& key, const Texts& values) {
  switch (Below(6)) {
    case 0:
      return {key, Operator::kMatch, {PatternOf(*this, OneOf(values))}};
    case 1:
      return {key, Operator::kExists, {Percent(70) ? "true" : "false"}};
    case 2:
      return {key, Operator::kEqualsAnyOf, {OneOf(values), OneOf(values)}};
    case 3:
      return {key,
              Operator::kMatchAnyOf,
              {PatternOf(*this, OneOf(values)), PatternOf(*this, OneOf(values))}};
    default:
      return {key, Operator::kEquals, {OneOf(values)}};
  }
}

void WorldMaker::AddScope(Policy& policy) {
  std::vector<Attribute>& resource = policy.resource;
  switch (Below(9)) {
    case 0:
    case 1:
      resource.push_back({"serviceName", Operator::kEquals, {OneOf(AllServices())}});
      break;
    case 2:
      resource.push_back(MakeAttribute("serviceName", AllServices()));
      break;
    case 3:
      resource.push_back({"serviceType", Operator::kEquals, {"service"}});
      break;
    case 4:
      resource.push_back({"serviceType", Operator::kEquals, {"platform_service"}});
      break;
    case 5:
      resource.push_back({"service_group_id", Operator::kEquals, {Percent(70) ? "IAM" : "STORE"}});
      break;
    case 6:
      resource.push_back(MakeAttribute("resourceGroupId", ResourceValues()));
      break;
    case 7:
      resource.push_back({"resourceType", Operator::kEquals, {"resource-group"}});
      resource.push_back(MakeAttribute("resource", ResourceValues()));
      break;
    default:
      break;  // no scope, as no store has it
  }
  if (Percent(4)) resource.push_back({"serviceType", Operator::kEquals, {"service"}});
}

Policy WorldMaker::MakePolicy(const World& world, unsigned serial) {
  Policy policy;
  policy.serial = serial;
  policy.stored_in = OneOf(world.accounts).id;
  policy.says_account = Percent(96) ? policy.stored_in : OneOf(world.accounts).id;
  policy.deleted = Percent(4);
  policy.to_group = Percent(35);
  policy.subject = OneOf(world.identities).id;
  if (policy.to_group) policy.subject = Percent(70) ? "team" : "team-admin";
  policy.roles = {OneOf(AllRoles())};
  if (Percent(60)) policy.roles.push_back(OneOf(AllRoles()));
  if (Percent(90)) {
    const std::string& named = Percent(93) ? policy.stored_in : OneOf(AllAccounts());
    policy.resource.push_back({"accountId", Operator::kEquals, {named}});
  }
  AddScope(policy);
  const std::size_t narrowing = Percent(65) ? 0 : 1 + Below(2);
  for (std::size_t i = 0; i < narrowing; ++i) {
    policy.resource.push_back(MakeAttribute(OneOf(NarrowingKeys()), ResourceValues()));
  }
  Shuffle(policy.resource);
  AddRuleAndTags(policy);
  return policy;
}

Actor WorldMaker::MakeActor(const World& world) {
  Actor actor;
  actor.identity = OneOf(world.identities);
  actor.acting_account = OneOf(world.accounts).id;
  const bool owned = actor.identity.kind != Kind::kUser;
  if (owned && Percent(90)) actor.acting_account = actor.identity.account;
  if (Percent(1)) actor.acting_account = "acct/unknown";
  actor.now_us = MakeNow();
  if (Percent(80)) actor.source = static_cast<int>(Below(6));
  const std::size_t terms = Percent(94) ? 0 : 1 + Below(3);
  for (std::size_t i = 0; i < terms; ++i) actor.boundary.push_back(MakeTerm(world, actor.now_us));
  return actor;
}

// One or two directions, wide enough that requests pass now and then.
Term WorldMaker::MakeTerm(const World& world, long long now_us) {
  Term term;
  for (std::size_t left = 1 + Below(2); left > 0; --left) {
    switch (Below(7)) {
      case 0:
        for (const Account& account : world.accounts) {
          if (Percent(60)) term.accounts.push_back(account.id);
        }
        break;
      case 1:
        for (const std::string& service : AllServices()) {
          if (Percent(60)) term.services.push_back(service);
        }
        break;
      case 2:
        for (const std::string& action : AllActions()) {
          if (Percent(60)) term.actions.push_back(action);
        }
        break;
      case 3:
        term.resource = {MakeAttribute(OneOf(NarrowingKeys()), ResourceValues())};
        break;
      case 4: {
        const int from = static_cast<int>(Below(4));
        term.sources.emplace_back(from, from + static_cast<int>(Below(3)));
        break;
      }
      case 5:
        term.not_before = now_us + static_cast<long long>(Below(4)) - 2;
        break;
      default:
        term.not_after = now_us + static_cast<long long>(Below(4)) - 1;
        break;
    }
  }
  return term;
}

// A text for which the attribute holds, or nearly.
std::string WorldMaker::Fitting(const World& world, const Attribute& attribute) {
  std::string text = OneOf(attribute.values);
  const bool pattern = attribute.op == Operator::kMatch || attribute.op == Operator::kMatchAnyOf;
  const Texts& values = attribute.key == "serviceName" ? AllServices() : ResourceValues();
  if (attribute.op == Operator::kExists) return OneOf(values);
  if (attribute.key == "serviceType" || attribute.key == "service_group_id") {
    for (const Service& service : world.services) {
      const std::string type = service.type == Type::kService ? "service" : "platform_service";
      if ((type == text || service.group == text) && Percent(70)) return service.name;
    }
  }
  if (pattern && text.find_first_of("*?") != std::string::npos) return OneOf(values);
  return text;
}

Request WorldMaker::FitTo(const World& world, const Policy& policy) {
  Request request{policy.stored_in, OneOf(world.services).name, OneOf(AllActions()), {}};
  for (const Attribute& attribute : policy.resource) {
    if (attribute.key == "accountId") continue;
    const std::string text = Fitting(world, attribute);
    if (attribute.key.starts_with("service")) {
      request.service = text;
    } else if (attribute.op != Operator::kExists || attribute.values.front() == "true") {
      const auto same = [&](const auto& other) { return other.first == attribute.key; };
      if (std::none_of(request.attributes.begin(), request.attributes.end(), same)) {
        request.attributes.emplace_back(attribute.key, text);
      }
    }
  }
  FitRuleAndTags(policy, request);
  for (const Service& service : world.services) {
    for (const Role& role : service.roles) {
      const bool held = role.id == policy.roles.front() && !role.actions.empty();
      if (service.name == request.service && held) request.action = OneOf(role.actions);
    }
  }
  return request;
}

void WorldMaker::Spoil(Request& request) {
  switch (Below(13)) {
    case 0:
      request.account = "acct/unknown";
      break;
    case 1:
      request.account.clear();
      break;
    case 2:
      request.attributes.emplace_back("accountId", "acct/1");
      break;
    case 3:
      request.attributes.emplace_back("serviceName", "kms");
      break;
    case 4:
      request.attributes.emplace_back("region", "key");
      request.attributes.emplace_back("region", "key");
      break;
    case 5:
      request.attributes.emplace_back("resource", "\xC0\xAA");
      break;
    case 6:
      request.action = std::string(128 + Below(2), 'a');
      break;
    case 7:
      request.attributes.emplace_back("serviceInstance", std::string(1000 + Below(2), 'a'));
      break;
    case 8:
      for (std::size_t i = request.attributes.size(); i < 32 + Below(2); ++i) {
        request.attributes.emplace_back("key" + std::to_string(i), "value");
      }
      break;
    case 9:
      request.attributes.emplace_back("serviceType", "service");
      break;
    case 10:
      request.tags.push_back(Percent(50) ? "stage" : ":prod");
      break;
    case 11:
      for (std::size_t i = request.tags.size(); i < 32 + Below(2); ++i) {
        request.tags.push_back("key" + std::to_string(i) + ":value");
      }
      break;
    default:
      request.attributes.emplace_back("service_group_id", "IAM");
      break;
  }
}

Request WorldMaker::MakeRequest(const World& world, const Actor& actor) {
  Request request{OneOf(world.accounts).id, OneOf(AllServices()), OneOf(AllActions()), {}};
  Texts keys = NarrowingKeys();
  Shuffle(keys);
  keys.resize(Below(keys.size() + 1));
  for (const std::string& key : keys) request.attributes.emplace_back(key, OneOf(ResourceValues()));
  std::vector<Policy> own;
  for (const Policy& policy : world.policies) {
    if (IsFor(world, policy, actor.identity.id)) own.push_back(policy);
  }
  if (!own.empty() && Percent(98)) request = FitTo(world, OneOf(own));
  if (Percent(3)) request.action = OneOf(AllActions());
  if (Percent(5)) Spoil(request);
  return request;
}

}  // namespace oracle
