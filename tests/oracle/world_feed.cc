#include "oracle/world_feed.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <sstream>

namespace latchkey::oracle_test {
namespace {

ExternalRule Feed(const ::oracle::External& external) {
  ExternalRule rule;
  switch (external.mode) {
    case ::oracle::Mode::kEnabled:
      rule.mode = ExternalMode::kEnabled;
      break;
    case ::oracle::Mode::kLimited:
      rule.mode = ExternalMode::kLimited;
      break;
    case ::oracle::Mode::kMonitor:
      rule.mode = ExternalMode::kMonitor;
      break;
  }
  for (const std::string& account : external.allowed) rule.allowed_accounts.emplace_back(account);
  return rule;
}

Account Feed(const ::oracle::Account& plain) {
  Account account;
  account.id = AccountId(plain.id);
  account.owner = IamId(plain.owner);
  switch (plain.state) {
    case ::oracle::AccountState::kOpen:
      account.state = AccountState::kOpen;
      break;
    case ::oracle::AccountState::kSuspended:
      account.state = AccountState::kSuspended;
      break;
    case ::oracle::AccountState::kClosed:
      account.state = AccountState::kClosed;
      break;
  }
  account.settings.external_users = Feed(plain.users);
  account.settings.external_service_ids = Feed(plain.service_ids);
  return account;
}

Identity Feed(const ::oracle::Identity& plain) {
  Identity identity;
  identity.id = IamId(plain.id);
  switch (plain.kind) {
    case ::oracle::Kind::kUser:
      identity.kind = IdentityKind::kUser;
      break;
    case ::oracle::Kind::kServiceId:
      identity.kind = IdentityKind::kServiceId;
      break;
    case ::oracle::Kind::kProfile:
      identity.kind = IdentityKind::kTrustedProfile;
      break;
  }
  identity.state = plain.deleted ? IdentityState::kDeleted : IdentityState::kActive;
  identity.account = AccountId(plain.account);
  return identity;
}

Membership Feed(const ::oracle::Membership& plain) {
  Membership membership;
  membership.account = AccountId(plain.account);
  membership.iam_id = IamId(plain.user);
  switch (plain.state) {
    case ::oracle::Member::kPending:
      membership.state = MemberState::kPending;
      break;
    case ::oracle::Member::kActive:
      membership.state = MemberState::kActive;
      break;
    case ::oracle::Member::kSuspended:
      membership.state = MemberState::kSuspended;
      break;
  }
  return membership;
}

AttributeOperator Feed(::oracle::Operator op) {
  switch (op) {
    case ::oracle::Operator::kEquals:
      return AttributeOperator::kStringEquals;
    case ::oracle::Operator::kMatch:
      return AttributeOperator::kStringMatch;
    case ::oracle::Operator::kExists:
      return AttributeOperator::kStringExists;
    case ::oracle::Operator::kEqualsAnyOf:
      return AttributeOperator::kStringEqualsAnyOf;
    case ::oracle::Operator::kMatchAnyOf:
      break;
  }
  return AttributeOperator::kStringMatchAnyOf;
}

std::optional<RuleJoin> FeedJoin(const std::string& join) {
  if (join.empty()) return std::nullopt;
  return join == "and" ? RuleJoin::kAnd : RuleJoin::kOr;
}

// Ends with an operator that nobody knows where the name is none.
RuleOperator FeedRuleOperator(const std::string& name) {
  const auto found = std::ranges::find(kRuleOperatorNames, name);
  return static_cast<RuleOperator>(found - kRuleOperatorNames.begin() + 1);
}

std::optional<PolicyRule> Feed(const ::oracle::Rule& plain) {
  if (plain.groups.empty()) return std::nullopt;
  PolicyRule rule{FeedJoin(plain.join), {}};
  for (const ::oracle::Group& plain_group : plain.groups) {
    RuleGroup& group = rule.groups.emplace_back();
    group.join = FeedJoin(plain_group.join);
    for (const ::oracle::Condition& condition : plain_group.conditions) {
      group.conditions.push_back({condition.key, FeedRuleOperator(condition.op), condition.values});
    }
  }
  return rule;
}

Policy Feed(const ::oracle::Policy& plain) {
  Policy policy;
  policy.id = PolicyId("policy-" + std::to_string(plain.serial));
  policy.serial = plain.serial;
  policy.account = AccountId(plain.says_account);
  if (plain.to_group) {
    policy.subject = GroupId(plain.subject);
  } else {
    policy.subject = IamId(plain.subject);
  }
  // A store's authorization has no such subject: this one is as like a grant as it could be.
  if (plain.authorization) {
    policy.type = PolicyType::kAuthorization;
    policy.subject_attributes = {{"iam_id", AttributeOperator::kStringEquals, {plain.subject}}};
  }
  policy.state = plain.deleted ? PolicyState::kDeleted : PolicyState::kActive;
  for (const std::string& role : plain.roles) policy.roles.emplace_back(role);
  for (const ::oracle::Attribute& attribute : plain.resource) {
    policy.resource.push_back({attribute.key, Feed(attribute.op), attribute.values});
  }
  policy.rule = Feed(plain.rule);
  for (const ::oracle::Attribute& tag : plain.tags) {
    policy.tags.push_back({tag.key, Feed(tag.op), tag.values});
  }
  return policy;
}

Role Feed(const ::oracle::Role& plain) {
  return Role{RoleId(plain.id), plain.id, RoleKind::kService, plain.actions};
}

Service Feed(const ::oracle::Service& plain) {
  Service service;
  service.name = plain.name;
  service.type = plain.type == ::oracle::Type::kService ? ServiceType::kService
                                                        : ServiceType::kPlatformService;
  service.group = plain.group;
  for (const ::oracle::Role& role : plain.roles) service.roles.push_back(Feed(role));
  return service;
}

CustomRole Feed(const ::oracle::CustomRole& plain) {
  CustomRole role;
  role.id = RoleId(plain.role.id);
  role.account = AccountId(plain.account);
  role.service = plain.service;
  role.actions = plain.role.actions;
  return role;
}

IpAddress AddressOf(int number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = static_cast<std::uint8_t>(number);
  return IpAddress(bytes);
}

std::vector<AddressRange> Feed(const std::vector<::oracle::Range>& plain) {
  std::vector<AddressRange> ranges;
  for (const auto& [from, to] : plain) ranges.push_back({AddressOf(from), AddressOf(to)});
  return ranges;
}

NetworkZone Feed(const ::oracle::Zone& plain) {
  NetworkZone zone;
  zone.id = ZoneId(plain.id);
  zone.account = AccountId(plain.account);
  zone.addresses = Feed(plain.addresses);
  zone.excluded = Feed(plain.excluded);
  return zone;
}

ContextRule Feed(const ::oracle::ContextRule& plain) {
  ContextRule rule;
  rule.account = AccountId(plain.account);
  rule.enforcement = plain.enabled ? Enforcement::kEnabled : Enforcement::kDisabled;
  for (const ::oracle::Attribute& attribute : plain.resource) {
    rule.resource.push_back({attribute.key, Feed(attribute.op), attribute.values});
  }
  for (const std::vector<std::string>& zones : plain.contexts) {
    RuleContext& context = rule.contexts.emplace_back();
    for (const std::string& zone : zones) context.zones.emplace_back(zone);
  }
  return rule;
}

const char* NameOfOutcome(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDeny:
      return "deny";
    case Outcome::kAllow:
      return "allow";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kFault:
      break;
  }
  return "fault";
}

BoundaryTerm Feed(const ::oracle::Term& term) {
  BoundaryTerm fed;
  for (const std::string& account : term.accounts) fed.accounts.emplace_back(account);
  fed.services = term.services;
  fed.actions = term.actions;
  for (const ::oracle::Attribute& attribute : term.resource) {
    fed.resource.push_back({attribute.key, Feed(attribute.op), attribute.values});
  }
  for (const auto& [from, to] : term.sources) {
    fed.sources.push_back({AddressOf(from), AddressOf(to)});
  }
  if (term.not_before) fed.not_before = absl::FromUnixMicros(*term.not_before);
  if (term.not_after) fed.not_after = absl::FromUnixMicros(*term.not_after);
  return fed;
}

}  // namespace

WorldSource Feed(const ::oracle::World& world) {
  WorldSource source;
  for (const auto& account : world.accounts) source.Put(Feed(account));
  for (const auto& identity : world.identities) source.Put(Feed(identity));
  for (const auto& membership : world.memberships) source.Put(Feed(membership));
  for (const auto& in : world.groups) {
    source.AddToGroup(AccountId(in.account), GroupId(in.group), IamId(in.who));
  }
  for (const auto& policy : world.policies) {
    source.PutUnder(AccountId(policy.stored_in), Feed(policy));
  }
  for (const auto& service : world.services) source.Put(Feed(service));
  for (const auto& role : world.custom_roles) source.Put(Feed(role));
  for (const auto& zone : world.zones) source.Put(Feed(zone));
  for (const auto& rule : world.context_rules) source.Put(Feed(rule));
  return source;
}

authz::Actor Feed(const ::oracle::Actor& actor) {
  authz::Actor fed;
  fed.identity = Feed(actor.identity);
  fed.acting_account = AccountId(actor.acting_account);
  fed.now = absl::FromUnixMicros(actor.now_us);
  if (actor.source) fed.source = AddressOf(*actor.source);
  if (actor.boundary.empty()) return fed;
  fed.bound.emplace();
  for (const ::oracle::Term& term : actor.boundary) fed.bound->terms.push_back(Feed(term));
  return fed;
}

FedRequest::FedRequest(const ::oracle::Request& request) {
  attributes_.reserve(request.attributes.size());
  for (const auto& [key, value] : request.attributes) attributes_.push_back({key, value});
  tags_.assign(request.tags.begin(), request.tags.end());
  request_ = {request.account, request.service, request.action, attributes_, tags_};
}

::oracle::Answer Plain(const authz::Verdict& verdict) {
  return {NameOfOutcome(verdict.outcome), std::string(NameOf(verdict.reason)),
          static_cast<unsigned>(verdict.policy_serial), verdict.limited_would_refuse};
}

std::string Difference(const ::oracle::Answer& engine, const ::oracle::Answer& oracle) {
  std::ostringstream out;
  if (engine.outcome != oracle.outcome || engine.reason != oracle.reason ||
      engine.policy != oracle.policy ||
      engine.limited_would_refuse != oracle.limited_would_refuse) {
    const auto describe = [&](const char* who, const ::oracle::Answer& answer) {
      out << who << ": " << answer.outcome << ", " << answer.reason << ", policy " << answer.policy
          << (answer.limited_would_refuse ? ", limited would refuse" : "") << "\n";
    };
    describe("engine", engine);
    describe("oracle", oracle);
  }
  return out.str();
}

}  // namespace latchkey::oracle_test
