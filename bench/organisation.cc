#include "bench/organisation.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

namespace latchkey::bench {
namespace {

void Append(std::string& json, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) json += part;
}

void AppendAttribute(std::string_view key, std::string_view value, std::string& json) {
  Append(json, {R"({"key":")", key, R"(","operator":"stringEquals","value":")", value, R"("})"});
}

void AppendPolicy(const World& world, std::uint32_t account, std::size_t group,
                  const PolicyFacts& facts, std::string& json) {
  Append(json, {R"({"type":"access","subject":{"attributes":[)"});
  AppendAttribute("access_group_id", world.Group(account, group), json);
  Append(json, {R"(]},"control":{"grant":{"roles":[{"role_id":")", world.Role(facts.role),
                R"("}]}},"resource":{"attributes":[)"});
  AppendAttribute("accountId", world.account(account), json);
  json += ',';
  AppendAttribute("serviceName", world.service(facts.service), json);
  if (facts.region != kAny) {
    json += ',';
    AppendAttribute("region", world.region(facts.region), json);
  }
  if (facts.instance != kAny) {
    json += ',';
    AppendAttribute("serviceInstance", world.instance(facts.service, facts.instance), json);
  }
  json += "]}}";
}

}  // namespace

Service ServiceOf(const World& world, std::size_t n) {
  Service service;
  service.name = world.service(n);
  service.title = "Benchmark";
  for (std::size_t r = 0; r < kRoleActions.size(); ++r) {
    Role role;
    role.id = RoleId(world.Role(r));
    role.name = "Role " + std::to_string(kRoleActions[r]);
    for (std::size_t a = 0; a < kRoleActions[r]; ++a) role.actions.push_back(world.action(n, a));
    service.roles.push_back(std::move(role));
  }
  return service;
}

std::string UsersJson(const World& world, std::uint32_t first, std::uint32_t end) {
  std::string json = R"({"users":[)";
  std::string_view comma;
  if (first == 0) {
    Append(json, {R"({"iam_id":")", World::Owner(), R"(","name":"Owner"})"});
    comma = ",";
  }
  for (std::uint32_t i = first; i < end; ++i) {
    Append(json, {comma, R"({"iam_id":")", world.identity(i), R"(","name":"Identity )",
                  std::to_string(i), R"("})"});
    comma = ",";
  }
  return json + "]}";
}

MembersByAccount::MembersByAccount(const World& world)
    : world_(world), members_(world.shape().accounts()) {
  for (std::uint32_t i = 0; i < world.shape().identities; ++i) {
    for (std::size_t seat = 0; seat < kSeats; ++seat) {
      members_[world.seats(i)[seat].account].push_back({i, seat});
    }
  }
}

std::string MembersByAccount::AccountsJson(std::uint32_t first, std::uint32_t end) const {
  std::string json = R"({"accounts":[)";
  for (std::uint32_t account = first; account < end; ++account) {
    if (account != first) json += ',';
    AppendAccount(account, json);
  }
  return json + "]}";
}

void MembersByAccount::AppendAccount(std::uint32_t account, std::string& json) const {
  Append(json, {R"({"account_id":")", world_.account(account), R"(","name":"Account )",
                std::to_string(account), R"(","owner":")", World::Owner(), R"(","members":[)"});
  std::string_view comma;
  for (const Member& member : members_[account]) {
    Append(json, {comma, R"({"iam_id":")", world_.identity(member.identity), R"("})"});
    comma = ",";
  }
  Append(json, {R"(],"groups":[)"});
  for (std::size_t g = 0; g < kGroups; ++g) {
    Append(json, {g == 0 ? "" : std::string_view(","), R"({"id":")", world_.Group(account, g),
                  R"(","name":"Group )", std::to_string(g), R"(","members":[)"});
    comma = "";
    for (const Member& member : members_[account]) {
      const Seat& seat = world_.seats(member.identity)[member.seat];
      if (std::find(seat.groups.begin(), seat.groups.end(), g) == seat.groups.end()) continue;
      Append(json, {comma, "\"", world_.identity(member.identity), "\""});
      comma = ",";
    }
    json += "]}";
  }
  Append(json, {R"(],"policies":[)"});
  comma = "";
  for (std::size_t g = 0; g < kGroups; ++g) {
    for (std::size_t n = 0; n < world_.shape().policies_per_group; ++n) {
      json += comma;
      AppendPolicy(world_, account, g, world_.policy(account, g, n), json);
      comma = ",";
    }
  }
  json += "]}";
}

}  // namespace latchkey::bench
