// Goal: what may be stored as a service or a custom role. Method: one good one, spoilt in one
// respect at a time; each limit from both sides.
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "engine/authz/policy_check.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

Service GoodService() {
  const Role viewer{RoleId("role:Viewer"), "Viewer", RoleKind::kPlatform, {"kms.read"}};
  const Role reader{RoleId("role:Reader"), "Reader", RoleKind::kService, {"GET /keys"}};
  return {"kms", "Key Protect", ServiceType::kService, "", {viewer, reader}};
}

CustomRole GoodRole() {
  CustomRole role;
  role.service = "kms";
  role.name = "Auditor2";
  role.title = "Auditor";
  role.actions = {"kms.read"};
  return role;
}

void ExpectAt(const absl::Status& status, std::string_view path,
              Reason reason = Reason::kMalformed) {
  EXPECT_EQ(ReasonOf(status), reason) << path;
  EXPECT_TRUE(base::ToStd(status.message()).starts_with(std::string(path) + ": "))
      << path << " in " << status.message();
}

void ExpectServiceRefused(void (*spoil)(Service&), std::string_view path,
                          Reason reason = Reason::kMalformed) {
  Service service = GoodService();
  spoil(service);
  ExpectAt(CheckService(service), path, reason);
}

void ExpectRoleRefused(void (*spoil)(CustomRole&), std::string_view path,
                       Reason reason = Reason::kMalformed) {
  CustomRole role = GoodRole();
  spoil(role);
  ExpectAt(CheckCustomRole(role, {"kms.read", "kms.write"}), path, reason);
}

// domain P-2, P-11: actions are any printable text, "GET /keys" among them
TEST(RoleCheck, TakesAServiceOfTheCatalogue) {
  Service service = GoodService();
  EXPECT_EQ(CheckService(service), absl::OkStatus());
  service.name = std::string(128, 's');
  service.title = std::string(200, 't');
  service.type = ServiceType::kPlatformService;
  service.group = "IAM";
  service.roles[0].name = std::string(100, 'n');
  service.roles[0].actions = {std::string(128, 'a')};
  EXPECT_EQ(CheckService(service), absl::OkStatus());
  service.roles[0].actions.clear();
  EXPECT_EQ(CheckService(service), absl::OkStatus());
  service.roles.clear();
  EXPECT_EQ(CheckService(service), absl::OkStatus());
}

TEST(RoleCheck, RefusesServicesThatAreNotOfTheForm) {
  ExpectServiceRefused([](Service& s) { s.name = ""; }, "service");
  ExpectServiceRefused([](Service& s) { s.name = "k ms"; }, "service");
  ExpectServiceRefused([](Service& s) { s.name = std::string(129, 's'); }, "service");
  ExpectServiceRefused([](Service& s) { s.title = std::string(201, 't'); }, "title");
  ExpectServiceRefused([](Service& s) { s.title = "\xC0\xAF"; }, "title", Reason::kInvalidUtf8);
  ExpectServiceRefused([](Service& s) { s.type = static_cast<ServiceType>(9); }, "type");
  ExpectServiceRefused([](Service& s) { s.group = "I AM"; }, "group");
}

TEST(RoleCheck, RefusesRolesThatAreNotOfTheForm) {
  ExpectServiceRefused([](Service& s) { s.roles[1].id = RoleId(""); }, "roles[1].role_id");
  ExpectServiceRefused([](Service& s) { s.roles[1].name = ""; }, "roles[1].name");
  ExpectServiceRefused([](Service& s) { s.roles[1].name = std::string(101, 'n'); },
                       "roles[1].name");
  ExpectServiceRefused([](Service& s) { s.roles[1].kind = RoleKind::kCustom; }, "roles[1].kind");
  ExpectServiceRefused([](Service& s) { s.roles[1].id = s.roles[0].id; }, "roles[1].role_id");
  ExpectServiceRefused(
      [](Service& s) {
        s.roles[1].actions = {"a", "b", "a"};
      },
      "roles[1].actions[2]");
  ExpectServiceRefused([](Service& s) { s.roles[1].actions = {""}; }, "roles[1].actions[0]");
  ExpectServiceRefused([](Service& s) { s.roles[1].actions = {std::string(129, 'a')}; },
                       "roles[1].actions[0]");
  ExpectServiceRefused([](Service& s) { s.roles[1].actions = {"a\tb"}; }, "roles[1].actions[0]");
  ExpectServiceRefused([](Service& s) { s.roles[1].actions = {"\xC3\xA9"}; },
                       "roles[1].actions[0]");
}

// domain P-7
TEST(RoleCheck, TakesACustomRoleOfItsServicesActions) {
  CustomRole role = GoodRole();
  EXPECT_EQ(CheckCustomRole(role, {"kms.read", "kms.write"}), absl::OkStatus());
  role.name = "A" + std::string(29, 'a');
  role.title = std::string(50, 't');
  role.description = std::string(250, 'd');
  role.actions = {"kms.write", "kms.read"};
  EXPECT_EQ(CheckCustomRole(role, {"kms.read", "kms.write"}), absl::OkStatus());
}

// domain P-7
TEST(RoleCheck, RefusesActionsThatAreNotTheServices) {
  ExpectRoleRefused(
      [](CustomRole& r) {
        r.actions = {"kms.read", "cos.read"};
      },
      "actions[1]", Reason::kUnknownReference);
  ExpectRoleRefused([](CustomRole& r) { r.actions = {"kms.read", "kms.read"}; }, "actions[1]");
  ExpectRoleRefused([](CustomRole& r) { r.actions = {}; }, "actions");
  ExpectAt(CheckCustomRole(GoodRole(), {}), "service_name", Reason::kUnknownReference);
}

TEST(RoleCheck, RefusesCustomRolesThatAreNotOfTheForm) {
  for (void (*spoil)(CustomRole&) :
       {+[](CustomRole& r) { r.name = ""; }, +[](CustomRole& r) { r.name = "auditor"; },
        +[](CustomRole& r) { r.name = "1Auditor"; }, +[](CustomRole& r) { r.name = "Aud-itor"; },
        +[](CustomRole& r) { r.name = "A" + std::string(30, 'a'); }}) {
    ExpectRoleRefused(spoil, "name");
  }
  ExpectRoleRefused([](CustomRole& r) { r.service = ""; }, "service_name");
  ExpectRoleRefused([](CustomRole& r) { r.title = ""; }, "display_name");
  ExpectRoleRefused([](CustomRole& r) { r.title = std::string(51, 't'); }, "display_name");
  ExpectRoleRefused([](CustomRole& r) { r.description = std::string(251, 'd'); }, "description");
  ExpectRoleRefused([](CustomRole& r) { r.description = "\xFF"; }, "description",
                    Reason::kInvalidUtf8);
}

}  // namespace
}  // namespace latchkey::authz
