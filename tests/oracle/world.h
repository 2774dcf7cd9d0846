// tests/oracle/world.h: everything that a decision depends on, in the plainest form: lists of
// texts. Nothing of the engine is included here: the oracle shares no code and no type with it.
#ifndef LATCHKEY_TESTS_ORACLE_WORLD_H_
#define LATCHKEY_TESTS_ORACLE_WORLD_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace oracle {

enum class AccountState { kOpen, kSuspended, kClosed };
enum class Mode { kEnabled, kLimited, kMonitor };

struct External {
  Mode mode = Mode::kEnabled;
  std::vector<std::string> allowed;
};

struct Account {
  std::string id;
  std::string owner;
  AccountState state = AccountState::kOpen;
  External users;
  External service_ids;
};

enum class Kind { kUser, kServiceId, kProfile };

struct Identity {
  std::string id;
  Kind kind = Kind::kUser;
  bool deleted = false;
  std::string account;  // of a service ID or profile
};

enum class Member { kPending, kActive, kSuspended };

struct Membership {
  std::string account;
  std::string user;
  Member state = Member::kActive;
};

// Somebody is in a group of an account.
struct InGroup {
  std::string account;
  std::string group;
  std::string who;
};

enum class Operator { kEquals, kMatch, kExists, kEqualsAnyOf, kMatchAnyOf };

struct Attribute {
  std::string key;
  Operator op = Operator::kEquals;
  std::vector<std::string> values;
};

// One condition of a rule, in the words of the JSON.
struct Condition {
  std::string key;
  std::string op;
  std::vector<std::string> values;
};

struct Group {
  std::string join;  // "and", "or"; "": one condition, alone
  std::vector<Condition> conditions;
};

struct Rule {
  std::string join;           // "and", "or"; "": one group, alone
  std::vector<Group> groups;  // none: there is no rule
};

struct Policy {
  unsigned serial = 0;
  std::string stored_in;     // the account under which the store holds it
  std::string says_account;  // the account that its own record names: the same, or it is broken
  bool to_group = false;
  std::string subject;
  bool deleted = false;
  std::vector<std::string> roles;
  std::vector<Attribute> resource;
  Rule rule = {};
  std::vector<Attribute> tags = {};
  bool authorization = false;  // service to service: it decides nothing, whoever its subject is
};

struct Role {
  std::string id;
  std::vector<std::string> actions;
};

enum class Type { kService, kPlatform };

struct Service {
  std::string name;
  Type type = Type::kService;
  std::string group;
  std::vector<Role> roles;
};

struct CustomRole {
  std::string account;
  std::string service;
  Role role;
};

// From .. to, both included; addresses are small numbers.
using Range = std::pair<int, int>;

struct Zone {
  std::string account;
  std::string id;
  std::vector<Range> addresses;
  std::vector<Range> excluded;
};

struct ContextRule {
  std::string account;
  bool enabled = true;
  std::vector<Attribute> resource;
  std::vector<std::vector<std::string>> contexts;  // of zone ids
};

struct World {
  std::vector<Account> accounts;
  std::vector<Identity> identities;
  std::vector<Membership> memberships;
  std::vector<InGroup> groups;
  std::vector<Policy> policies;
  std::vector<Service> services;
  std::vector<CustomRole> custom_roles;
  std::vector<Zone> zones;
  std::vector<ContextRule> context_rules;
};

// A term of a key's boundary: each list allows everything when it is empty, each bound when it is
// absent. Sources are small numbers.
struct Term {
  std::vector<std::string> accounts;
  std::vector<std::string> services;
  std::vector<std::string> actions;
  std::vector<Attribute> resource;
  std::vector<std::pair<int, int>> sources;  // from .. to, both included
  std::optional<long long> not_before;       // microseconds since the epoch
  std::optional<long long> not_after;        // this one no more
};

struct Actor {
  Identity identity;
  std::string acting_account;
  long long now_us = 0;             // microseconds since the epoch, in the years 1900 to 2100
  std::vector<Term> boundary = {};  // of the key it acts through
  std::optional<int> source = std::nullopt;
};

struct Request {
  std::string account;
  std::string service;
  std::string action;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<std::string> tags = {};  // "key:value"
};

// For a person who looks at a mismatch: one line for each thing.
std::string Describe(const World& world);
std::string Describe(const Actor& actor);
std::string Describe(const Request& request);

}  // namespace oracle

#endif  // LATCHKEY_TESTS_ORACLE_WORLD_H_
