// The catalogue's JSON: the project's excerpt, and IBM's whole catalogue where it is at hand.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/codec/policy_json.h"

namespace latchkey::codec {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kExcerpt[] = LATCHKEY_SOURCE_DIR "/tests/data/catalogue_excerpt.json";
constexpr char kWhole[] = LATCHKEY_SOURCE_DIR "/../shared/data/iam-catalog.json";

std::optional<std::string> Contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::map<std::string, Service> Catalogue(const std::string& json) {
  const absl::StatusOr<std::vector<Service>> services = ParseCatalogue(json);
  EXPECT_TRUE(services.ok()) << services.status();
  std::map<std::string, Service> by_name;
  if (services.ok()) {
    for (const Service& service : *services) by_name[service.name] = service;
    EXPECT_EQ(by_name.size(), services->size());
  }
  return by_name;
}

std::map<std::string, Service> Excerpt() {
  const std::optional<std::string> json = Contents(kExcerpt);
  EXPECT_TRUE(json.has_value());
  return Catalogue(json.value_or("[]"));
}

const Role* RoleNamed(const Service& service, std::string_view name) {
  const auto found = std::find_if(service.roles.begin(), service.roles.end(),
                                  [&](const Role& role) { return role.name == name; });
  return found == service.roles.end() ? nullptr : &*found;
}

// domain P-11
TEST(Catalogue, TheExcerptHoldsWhatTheEngineItselfAsksFor) {
  const std::map<std::string, Service> catalogue = Excerpt();
  // domain W-10: the actions of the administrative acts
  const std::pair<const char*, std::vector<const char*>> rows[] = {
      {"iam-identity",
       {"iam-identity.apikey.create", "iam-identity.apikey.delete", "iam-identity.apikey.get",
        "iam-identity.apikey.list", "iam-identity.apikey.manage", "iam-identity.apikey.update",
        "iam-identity.serviceid.delete", "iam-identity.profile.create",
        "iam-identity.account.update", "iam.policy.create"}},
      {"user-management", {"user-management.user.create", "user-management.user.delete"}},
      {"iam-groups", {"iam-groups.groups.create", "iam-groups.members.add"}},
      {"iam-access-management", {"iam-access-management.customRole.create"}},
      {"context-based-restrictions", {"cbr.rule.create"}},
      {"kms", {"iam.policy.create", "iam.policy.delete"}}};
  for (const auto& [service, actions] : rows) {
    ASSERT_TRUE(catalogue.contains(service)) << service;
    const Role* const administrator = RoleNamed(catalogue.at(service), "Administrator");
    ASSERT_NE(administrator, nullptr) << service;
    EXPECT_EQ(administrator->kind, RoleKind::kPlatform);
    EXPECT_EQ(administrator->id, RoleId("crn:v1:bluemix:public:iam::::role:Administrator"));
    for (const char* action : actions) EXPECT_THAT(administrator->actions, Contains(action));
  }
  const Role* const creator = RoleNamed(catalogue.at("iam-identity"), "User API key creator");
  ASSERT_NE(creator, nullptr);
  EXPECT_EQ(creator->kind, RoleKind::kService);
  EXPECT_THAT(creator->actions, ::testing::ElementsAre("iam-identity.user-apikey.create"));
}

// domain P-2, P-3
TEST(Catalogue, ServicesHaveTypeAndGroup) {
  const std::map<std::string, Service> catalogue = Excerpt();
  ASSERT_TRUE(catalogue.contains("kms") && catalogue.contains("iam-identity") &&
              catalogue.contains("billing"));
  EXPECT_EQ(catalogue.at("kms").type, ServiceType::kService);
  EXPECT_EQ(catalogue.at("kms").title, "IBM Key Protect");
  EXPECT_EQ(catalogue.at("kms").group, "");
  EXPECT_EQ(catalogue.at("iam-identity").type, ServiceType::kPlatformService);
  EXPECT_EQ(catalogue.at("iam-identity").group, "IAM");
  EXPECT_TRUE(catalogue.at("billing").roles.empty());
  for (const auto& [name, service] : catalogue) {
    for (const Role& role : service.roles) {
      EXPECT_FALSE(role.actions.empty()) << name << role.name;
      EXPECT_TRUE(std::is_sorted(role.actions.begin(), role.actions.end()));
    }
  }
}

// domain.md: 189 services, 1,351 roles, 2,737 distinct actions. Where the big catalogue is absent,
// the excerpt's own numbers are counted instead.
TEST(Catalogue, IsReadWhole) {
  const std::optional<std::string> whole = Contents(kWhole);
  const std::map<std::string, Service> catalogue = whole ? Catalogue(*whole) : Excerpt();
  std::size_t roles = 0;
  std::set<std::string> actions;
  for (const auto& [name, service] : catalogue) {
    roles += service.roles.size();
    for (const Role& role : service.roles) {
      actions.insert(role.actions.begin(), role.actions.end());
    }
  }
  EXPECT_EQ(catalogue.size(), whole ? 189U : 9U);
  EXPECT_EQ(roles, whole ? 1'351U : 71U);
  EXPECT_EQ(actions.size(), whole ? 2'737U : 295U);
}

// The excerpt is IBM's text with some actions of other services left out; nothing is added.
TEST(Catalogue, TheExcerptIsPartOfTheWhole) {
  const std::map<std::string, Service> excerpt = Excerpt();
  const std::optional<std::string> json = Contents(kWhole);
  const std::map<std::string, Service> whole = json ? Catalogue(*json) : excerpt;
  EXPECT_EQ(excerpt.size(), 9U);
  for (const auto& [name, service] : excerpt) {
    ASSERT_TRUE(whole.contains(name)) << name;
    const Service& original = whole.at(name);
    EXPECT_EQ(service.title, original.title);
    EXPECT_EQ(service.type, original.type);
    EXPECT_EQ(service.group, original.group);
    ASSERT_EQ(service.roles.size(), original.roles.size()) << name;
    for (std::size_t i = 0; i < service.roles.size(); ++i) {
      EXPECT_EQ(service.roles[i].id, original.roles[i].id);
      EXPECT_EQ(service.roles[i].kind, original.roles[i].kind);
      EXPECT_TRUE(std::includes(original.roles[i].actions.begin(), original.roles[i].actions.end(),
                                service.roles[i].actions.begin(), service.roles[i].actions.end()));
    }
  }
}

constexpr char kSmall[] = R"([
  {"service": "a", "title": "A", "type": "service", "roles": []},
  {"service": "b", "title": "", "type": "platform_service", "group": "IAM", "roles": [
    {"role_id": "crn:1", "name": "One", "kind": "platform", "actions": ["b.z", "b.a", "b.m"]},
    {"role_id": "crn:2", "name": "Two", "kind": "service", "actions": []}]}])";

// policy.h: actions are kept sorted
TEST(Catalogue, SortsActions) {
  const absl::StatusOr<std::vector<Service>> services = ParseCatalogue(kSmall);
  ASSERT_TRUE(services.ok()) << services.status();
  EXPECT_THAT((*services)[1].roles[0].actions, ::testing::ElementsAre("b.a", "b.m", "b.z"));
  EXPECT_EQ((*services)[1].roles[1].name, "Two");
  EXPECT_EQ((*services)[0].name, "a");
}

TEST(Catalogue, TheEmptyArrayHoldsNoService) {
  const absl::StatusOr<std::vector<Service>> services = ParseCatalogue("[]");
  ASSERT_TRUE(services.ok());
  EXPECT_TRUE(services->empty());
}

// domain P-8, P-11
TEST(Catalogue, NamesTheElementThatIsWrong) {
  struct Row {
    std::string_view from;
    std::string_view to;
    Reason reason;
    std::string path;
  };
  const Row rows[] = {
      {R"("service": "a")", R"("service": "a", "hunter2": 1)", Reason::kUnknownField, "[0]"},
      {R"("service": "a", )", "", Reason::kMalformed, "[0]"},
      {R"("title": "A", )", "", Reason::kMalformed, "[0]"},
      {R"("title": "A")", R"("title": 1)", Reason::kMalformed, "[0].title"},
      {R"("type": "service")", R"("type": "hunter2")", Reason::kMalformed, "[0].type"},
      {R"("group": "IAM")", R"("group": null)", Reason::kMalformed, "[1].group"},
      {R"("roles": []})", R"("roles": {}})", Reason::kMalformed, "[0].roles"},
      {R"({"service": "a", "title": "A", "type": "service", "roles": []})", "1", Reason::kMalformed,
       "[0]"},
      {R"("kind": "service")", R"("kind": "custom")", Reason::kMalformed, "[1].roles[1].kind"},
      {R"("kind": "service", )", "", Reason::kMalformed, "[1].roles[1]"},
      {R"("name": "Two")", R"("name": "Two", "id": "x")", Reason::kUnknownField, "[1].roles[1]"},
      {R"("crn:2")", "2", Reason::kMalformed, "[1].roles[1].role_id"},
      {R"("b.m")", "{}", Reason::kMalformed, "[1].roles[0].actions[2]"},
      {R"("actions": [])", R"("actions": "b.a")", Reason::kMalformed, "[1].roles[1].actions"},
  };
  for (const Row& row : rows) {
    std::string text = kSmall;
    const std::size_t at = text.find(row.from);
    ASSERT_NE(at, text.npos) << row.from;
    text.replace(at, row.from.size(), row.to);
    const absl::Status status = ParseCatalogue(text).status();
    EXPECT_EQ(ReasonOf(status), row.reason) << status;
    EXPECT_THAT(std::string(status.message()), StartsWith(row.path + ": "));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
  }
  EXPECT_THAT(std::string(ParseCatalogue("{}").status().message()), StartsWith("JSON: "));
}

// hazard C75
TEST(Catalogue, RefusesAMemberTwice) {
  EXPECT_EQ(ReasonOf(ParseCatalogue(R"([{"service":"a","title":"","type":"service","roles":[],
                                         "roles":[]}])")
                         .status()),
            Reason::kMalformed);
}

}  // namespace
}  // namespace latchkey::codec
