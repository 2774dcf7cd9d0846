// The texts of world.h for a person.
#include <array>
#include <sstream>

#include "oracle/world.h"

namespace oracle {
namespace {

std::string List(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? ", '" : "'") + text + "'";
  return list + "]";
}

const char* Name(AccountState state) {
  constexpr std::array names = {"open", "suspended", "closed"};
  return names[static_cast<std::size_t>(state)];
}
const char* Name(Mode mode) {
  constexpr std::array names = {"enabled", "limited", "monitor"};
  return names[static_cast<std::size_t>(mode)];
}
const char* Name(Kind kind) {
  constexpr std::array names = {"user", "service id", "profile"};
  return names[static_cast<std::size_t>(kind)];
}
const char* Name(Member state) {
  constexpr std::array names = {"pending", "active", "suspended"};
  return names[static_cast<std::size_t>(state)];
}
const char* Name(Operator op) {
  constexpr std::array names = {"equals", "match", "exists", "equalsAnyOf", "matchAnyOf"};
  return names[static_cast<std::size_t>(op)];
}

std::string Describe(const Identity& identity) {
  return std::string(Name(identity.kind)) + " " + identity.id +
         (identity.account.empty() ? "" : " of account " + identity.account) +
         (identity.deleted ? " (deleted)" : "");
}

std::string Describe(const Policy& policy) {
  std::ostringstream out;
  out << "policy " << policy.serial << (policy.deleted ? " (deleted)" : "")
      << (policy.authorization ? " (authorization)" : "") << " stored in " << policy.stored_in
      << ", says " << policy.says_account << ", for " << (policy.to_group ? "group " : "")
      << policy.subject << ", roles " << List(policy.roles);
  for (const Attribute& attribute : policy.resource) {
    out << "\n    " << attribute.key << " " << Name(attribute.op) << " " << List(attribute.values);
  }
  for (const Attribute& tag : policy.tags) {
    out << "\n    tag " << tag.key << " " << Name(tag.op) << " " << List(tag.values);
  }
  for (const Group& group : policy.rule.groups) {
    out << "\n    rule " << policy.rule.join << " (" << group.join;
    for (const Condition& condition : group.conditions) {
      out << " " << condition.key << " " << condition.op << " " << List(condition.values);
    }
    out << ")";
  }
  return out.str();
}

std::string Describe(const std::vector<Range>& ranges) {
  std::string text;
  for (const auto& [from, to] : ranges) {
    text += " " + std::to_string(from) + "-" + std::to_string(to);
  }
  return text;
}

std::string Describe(const ContextRule& rule) {
  std::string text =
      std::string(rule.enabled ? "" : "disabled ") + "context rule of " + rule.account;
  for (const std::vector<std::string>& zones : rule.contexts) text += " " + List(zones);
  for (const Attribute& attribute : rule.resource) {
    text += "\n    " + attribute.key + " " + Name(attribute.op) + " " + List(attribute.values);
  }
  return text;
}

}  // namespace

std::string Describe(const World& world) {
  std::ostringstream out;
  for (const Account& account : world.accounts) {
    out << "account " << account.id << " owner " << account.owner << " " << Name(account.state)
        << ", users " << Name(account.users.mode) << List(account.users.allowed) << ", service ids "
        << Name(account.service_ids.mode) << List(account.service_ids.allowed) << "\n";
  }
  for (const Identity& identity : world.identities) out << Describe(identity) << "\n";
  for (const Membership& membership : world.memberships) {
    out << "member " << membership.user << " of " << membership.account << " "
        << Name(membership.state) << "\n";
  }
  for (const InGroup& in : world.groups) {
    out << in.who << " in group " << in.group << " of " << in.account << "\n";
  }
  for (const Service& service : world.services) {
    out << "service " << service.name << (service.type == Type::kService ? "" : " (platform)")
        << (service.group.empty() ? "" : " in group " + service.group) << "\n";
    for (const Role& role : service.roles) out << "    " << role.id << List(role.actions) << "\n";
  }
  for (const CustomRole& custom : world.custom_roles) {
    out << "custom role " << custom.role.id << " of " << custom.account << " on " << custom.service
        << List(custom.role.actions) << "\n";
  }
  for (const Policy& policy : world.policies) out << Describe(policy) << "\n";
  for (const Zone& zone : world.zones) {
    out << "zone " << zone.id << " of " << zone.account << Describe(zone.addresses) << " without"
        << Describe(zone.excluded) << "\n";
  }
  for (const ContextRule& rule : world.context_rules) out << Describe(rule) << "\n";
  return out.str();
}

std::string Describe(const Term& term) {
  std::ostringstream out;
  out << "; term";
  if (!term.accounts.empty()) out << " accounts" << List(term.accounts);
  if (!term.services.empty()) out << " services" << List(term.services);
  if (!term.actions.empty()) out << " actions" << List(term.actions);
  for (const Attribute& attribute : term.resource) {
    out << " " << attribute.key << " " << Name(attribute.op) << " " << List(attribute.values);
  }
  for (const auto& [from, to] : term.sources) out << " sources " << from << ".." << to;
  if (term.not_before) out << " from " << *term.not_before;
  if (term.not_after) out << " until " << *term.not_after;
  return out.str();
}

std::string Describe(const Actor& actor) {
  std::string text = Describe(actor.identity) + " acting from " + actor.acting_account + " at " +
                     std::to_string(actor.now_us) + " us";
  if (actor.source) text += " from address " + std::to_string(*actor.source);
  for (const Term& term : actor.boundary) text += Describe(term);
  return text;
}

std::string Describe(const Request& request) {
  std::string text =
      "'" + request.action + "' on '" + request.service + "' in '" + request.account + "'";
  for (const auto& [key, value] : request.attributes) text += " '" + key + "'='" + value + "'";
  if (!request.tags.empty()) text += " tags " + List(request.tags);
  return text;
}

}  // namespace oracle
