#include "oracle/oracle.h"

#include <optional>

#include "oracle/oracle_pattern.h"
#include "oracle/oracle_rule.h"

namespace oracle {
namespace {

Answer Deny(const std::string& reason) { return {"deny", reason, 0, false}; }
Answer Refuse(const std::string& reason) { return {"refused", reason, 0, false}; }

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  for (const std::string& one : list) {
    if (one == text) return true;
  }
  return false;
}

// --- Section 7 step 1: the request.

bool IsText(const std::string& text, std::size_t bytes_max, std::size_t characters_max) {
  const std::optional<Characters> characters = Decode(text);
  return characters.has_value() && !text.empty() && text.size() <= bytes_max &&
         characters->size() <= characters_max;
}

bool IsWellFormed(const Request& request) {
  if (!IsText(request.account, 128, 128)) return false;
  if (!IsText(request.service, 128, 128)) return false;
  if (!IsText(request.action, 128, 128)) return false;
  if (request.attributes.size() > 32) return false;
  for (const auto& [key, value] : request.attributes) {
    if (!IsText(key, 128, 128)) return false;
    if (!IsText(value, 4000, 1000)) return false;
    if (key == "accountId" && value != request.account) return false;
    if (key == "serviceName" && value != request.service) return false;
    int named = 0;
    for (const auto& [other_key, other_value] : request.attributes) {
      if (other_key == key) named += 1;
    }
    if (named != 1) return false;
  }
  if (request.tags.size() > 32) return false;
  for (const std::string& tag : request.tags) {
    const std::size_t colon = tag.find(':');
    if (colon == std::string::npos) return false;
    if (!IsText(tag.substr(0, colon), 128, 128)) return false;
    if (!IsText(tag.substr(colon + 1), 4000, 1000)) return false;
    int named = 0;
    for (const std::string& other : request.tags) {
      if (other == tag) named += 1;
    }
    if (named != 1) return false;
  }
  return true;
}

// --- Section 7 step 1: accounts, identities, memberships (D-1, D-4, W-9).

const Account* FindAccount(const World& world, const std::string& id) {
  for (const Account& account : world.accounts) {
    if (account.id == id) return &account;
  }
  return nullptr;
}

bool IsOpen(const World& world, const std::string& id) {
  const Account* account = FindAccount(world, id);
  return account != nullptr && account->state == AccountState::kOpen;
}

bool IsActiveMember(const World& world, const std::string& account, const std::string& user) {
  for (const Membership& membership : world.memberships) {
    if (membership.account == account && membership.user == user) {
      return membership.state == Member::kActive;
    }
  }
  return false;
}

// Why the actor may not act at all; empty if it may.
std::string LostStanding(const World& world, const Actor& actor) {
  const Identity& identity = actor.identity;
  if (identity.deleted) return "identity_not_active";
  const bool user = identity.kind == Kind::kUser;
  if (!user && identity.account != actor.acting_account) return "identity_not_active";
  if (!IsOpen(world, actor.acting_account)) return "acting_account_not_open";
  if (user && !IsActiveMember(world, actor.acting_account, identity.id)) {
    return "membership_not_active";
  }
  return "";
}

// --- Section 7 step 3: policies (P-1 to P-4, P-8, P-10).

const Service* FindService(const World& world, const std::string& name) {
  for (const Service& service : world.services) {
    if (service.name == name) return &service;
  }
  return nullptr;
}

// The value that an attribute of a policy is compared with; nothing: the request has none.
std::optional<std::string> ValueOf(const std::string& key, const Service& service,
                                   const Request& request) {
  if (key == "accountId") return request.account;
  if (key == "serviceName") return request.service;
  if (key == "serviceType") return service.type == Type::kService ? "service" : "platform_service";
  if (key == "service_group_id") {
    if (service.group.empty()) return std::nullopt;
    return service.group;
  }
  for (const auto& [name, value] : request.attributes) {
    if (name == key) return value;
  }
  return std::nullopt;
}

bool AttributeHolds(const Attribute& attribute, const std::optional<std::string>& value) {
  if (attribute.op == Operator::kExists) {
    return attribute.values == std::vector<std::string>{value.has_value() ? "true" : "false"};
  }
  if (!value.has_value()) return false;
  for (const std::string& wanted : attribute.values) {
    const bool pattern = attribute.op == Operator::kMatch || attribute.op == Operator::kMatchAnyOf;
    if (pattern ? PatternMatches(wanted, *value) : wanted == *value) return true;
  }
  return false;
}

// --- P-6: every tag of the policy is met by some tag of the request.

bool TagHolds(const Attribute& wanted, const std::vector<std::string>& tags) {
  if (wanted.op != Operator::kEquals && wanted.op != Operator::kMatch) return false;
  for (const std::string& tag : tags) {
    const std::string prefix = wanted.key + ":";
    if (tag.compare(0, prefix.size(), prefix) != 0) continue;
    if (AttributeHolds(wanted, tag.substr(prefix.size()))) return true;
  }
  return false;
}

// --- P-5: the strings of a rule are those of attributes.

bool ConditionHolds(const Condition& condition, const std::optional<std::string>& value) {
  Attribute attribute{"", Operator::kEquals, condition.values};
  if (condition.op == "stringMatch") attribute.op = Operator::kMatch;
  if (condition.op == "stringExists") attribute.op = Operator::kExists;
  if (condition.op == "stringEqualsAnyOf") attribute.op = Operator::kEqualsAnyOf;
  if (condition.op == "stringMatchAnyOf") attribute.op = Operator::kMatchAnyOf;
  return AttributeHolds(attribute, value);
}

bool RuleAllows(const Policy& policy, const Service& service, const Request& request,
                long long now_us) {
  return RuleHolds(policy.rule, now_us,
                   [&](const Condition& condition, const std::string& attribute) {
                     return ConditionHolds(condition, ValueOf(attribute, service, request));
                   });
}

// Whether the policy says something about `key` other than that it exists or not.
const Attribute* Says(const Policy& policy, const std::string& key) {
  for (const Attribute& attribute : policy.resource) {
    if (attribute.key == key && attribute.op != Operator::kExists) return &attribute;
  }
  return nullptr;
}

// P-3: one of serviceName, serviceType, service_group_id; or else resourceGroupId, of IAM-enabled
// services; or else a resource group itself.
bool ScopeAllows(const Policy& policy, const Service& service) {
  int named = 0;
  if (Says(policy, "serviceName") != nullptr) named += 1;
  if (Says(policy, "serviceType") != nullptr) named += 1;
  if (Says(policy, "service_group_id") != nullptr) named += 1;
  if (named > 1) return false;
  if (named == 1) return true;
  if (Says(policy, "resourceGroupId") != nullptr) return service.type == Type::kService;
  const Attribute* type = Says(policy, "resourceType");
  return type != nullptr && type->op == Operator::kEquals &&
         type->values == std::vector<std::string>{"resource-group"} &&
         Says(policy, "resource") != nullptr;
}

// --- Section 8: R-2.

std::optional<std::string> NamedIn(const Request& request, const std::string& key) {
  for (const auto& [name, value] : request.attributes) {
    if (name == key) return value;
  }
  return std::nullopt;
}

bool TermAllows(const Term& term, const Actor& actor, const Request& request) {
  if (!term.accounts.empty() && !Contains(term.accounts, request.account)) return false;
  if (!term.services.empty() && !Contains(term.services, request.service)) return false;
  if (!term.actions.empty() && !Contains(term.actions, request.action)) return false;
  for (const Attribute& attribute : term.resource) {
    if (!AttributeHolds(attribute, NamedIn(request, attribute.key))) return false;
  }
  if (!term.sources.empty()) {
    bool inside = false;
    for (const auto& [from, to] : term.sources) {
      if (actor.source.has_value() && from <= *actor.source && *actor.source <= to) inside = true;
    }
    if (!inside) return false;
  }
  if (term.not_before.has_value() && actor.now_us < *term.not_before) return false;
  if (term.not_after.has_value() && actor.now_us >= *term.not_after) return false;
  return true;
}

// --- Section 8: R-3.

bool LiesIn(const World& world, const std::string& account, const std::string& zone_id,
            const std::optional<int>& source) {
  if (!source.has_value()) return false;
  bool inside = false;
  for (const Zone& zone : world.zones) {
    if (zone.account != account || zone.id != zone_id) continue;
    for (const auto& [from, to] : zone.addresses) {
      if (from <= *source && *source <= to) inside = true;
    }
    for (const auto& [from, to] : zone.excluded) {
      if (from <= *source && *source <= to) return false;
    }
  }
  return inside;
}

// An attribute that the request lacks counts as matching. What a defined service is, is never
// absent: one without a group is in no group.
bool IsApplicable(const World& world, const ContextRule& rule, const Request& request) {
  if (!rule.enabled || rule.account != request.account) return false;
  const Service* service = FindService(world, request.service);
  for (const Attribute& attribute : rule.resource) {
    const bool of_service = attribute.key == "serviceType" || attribute.key == "service_group_id";
    if (of_service && service == nullptr) continue;
    const Service known = service == nullptr ? Service() : *service;
    const std::optional<std::string> value = ValueOf(attribute.key, known, request);
    if (!of_service && !value.has_value()) continue;
    if (!AttributeHolds(attribute, value)) return false;
  }
  return true;
}

bool LetsIn(const World& world, const ContextRule& rule, const Actor& actor) {
  for (const std::vector<std::string>& zones : rule.contexts) {
    for (const std::string& zone : zones) {
      if (LiesIn(world, rule.account, zone, actor.source)) return true;
    }
  }
  return false;
}

bool RoleHolds(const World& world, const std::string& role, const Request& request) {
  for (const Service& service : world.services) {
    if (service.name != request.service) continue;
    for (const Role& defined : service.roles) {
      if (defined.id == role && Contains(defined.actions, request.action)) return true;
    }
  }
  for (const CustomRole& custom : world.custom_roles) {
    if (custom.account == request.account && custom.service == request.service &&
        custom.role.id == role && Contains(custom.role.actions, request.action)) {
      return true;
    }
  }
  return false;
}

bool IsAbout(const World& world, const Policy& policy, const std::string& who) {
  if (!policy.to_group) return policy.subject == who;
  for (const InGroup& in : world.groups) {
    if (in.account == policy.stored_in && in.group == policy.subject && in.who == who) return true;
  }
  return false;
}

}  // namespace

bool Grants(const World& world, const Policy& policy, const Request& request, long long now_us) {
  if (policy.deleted) return false;
  if (policy.authorization) return false;
  if (policy.stored_in != request.account || policy.says_account != request.account) return false;
  const Service* service = FindService(world, request.service);
  if (service == nullptr || !ScopeAllows(policy, *service)) return false;
  for (const Attribute& attribute : policy.resource) {
    if (!AttributeHolds(attribute, ValueOf(attribute.key, *service, request))) return false;
  }
  for (const Attribute& tag : policy.tags) {
    if (!TagHolds(tag, request.tags)) return false;
  }
  if (!RuleAllows(policy, *service, request, now_us)) return false;
  for (const std::string& role : policy.roles) {
    if (RoleHolds(world, role, request)) return true;
  }
  return false;
}

Answer Decide(const World& world, const Actor& actor, const Request& request, bool owner_counts) {
  if (!IsWellFormed(request)) return Deny("request_malformed");
  if (!IsOpen(world, request.account)) return Deny("account_not_open");
  if (const std::string lost = LostStanding(world, actor); !lost.empty()) return Refuse(lost);
  const std::string& who = actor.identity.id;
  const bool user = actor.identity.kind == Kind::kUser;
  if (user && !IsActiveMember(world, request.account, who)) return Deny("membership_not_active");

  const Account& account = *FindAccount(world, request.account);
  const bool owner = owner_counts && user && account.owner == who;
  Answer answer = owner ? Answer{"allow", "allowed_by_owner", 0, false} : Deny("no_policy");
  for (const Policy& policy : world.policies) {
    if (owner || !IsAbout(world, policy, who) || !Grants(world, policy, request, actor.now_us))
      continue;
    if (answer.outcome != "allow" || policy.serial < answer.policy) {
      answer = {"allow", "allowed_by_policy", policy.serial, false};
    }
  }
  if (answer.outcome != "allow") return answer;

  //
  const External& rule = user ? account.users : account.service_ids;
  const bool outside = actor.acting_account != request.account;
  const bool limited_refuses = outside && !Contains(rule.allowed, actor.acting_account);
  if (rule.mode == Mode::kLimited && limited_refuses) {
    return {"deny", "external_identity", answer.policy, false};
  }
  for (const Term& term : actor.boundary) {
    if (!TermAllows(term, actor, request)) return {"deny", "key_boundary", answer.policy, false};
  }
  for (const ContextRule& context : world.context_rules) {
    if (!IsApplicable(world, context, request) || LetsIn(world, context, actor)) continue;
    return {"deny", "context_rule", answer.policy, false};
  }
  answer.limited_would_refuse = rule.mode == Mode::kMonitor && limited_refuses;
  return answer;
}

}  // namespace oracle
