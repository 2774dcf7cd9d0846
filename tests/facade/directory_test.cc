// Accounts, members, service IDs, profiles, groups and settings through the roof.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");

Reason ReasonFor(const absl::Status& status) { return ReasonOf(status); }
template <class T>
Reason ReasonFor(const absl::StatusOr<T>& result) {
  return ReasonOf(result.status());
}

// domain W-10, domain W-9: creating users and accounts is the trusted host's; callers are named.
TEST(Directory, OnlyTheHostMakesUsersAndAccounts) {
  Service service;
  NewUser user;
  user.name = "new";
  EXPECT_EQ(ReasonFor(service.directory().CreateUser(service.By("alice"), user)),
            Reason::kNotAllowed);
  EXPECT_EQ(ReasonFor(service.directory().CreateUser(Caller(), user)), Reason::kCallerMissing);
  EXPECT_EQ(ReasonFor(service.directory().CreateUser(Caller::Anybody(), user)),
            Reason::kNotAllowed);
  const Identity made = Must(service.directory().CreateUser(service.host(), user));
  EXPECT_EQ(made.id.text().rfind("IBMid-", 0), 0U);
  EXPECT_EQ(ReasonFor(service.directory().CreateAccount(
                service.By("alice"), {AccountId("mine"), "Mine", User("alice")})),
            Reason::kNotAllowed);
  EXPECT_EQ(
      ReasonFor(service.directory().CreateAccount(Call(service.host()).Within(absl::ZeroDuration()),
                                                  {AccountId("mine"), "Mine", User("alice")})),
      Reason::kDeadlineExceeded);
}

// domain D-2, hazard C44: ids are never used again.
TEST(Directory, AnIdIsNeverUsedAgain) {
  Service service;
  const CreatedKey key = service.NewKey("dan");
  service.Grant("acme", User("dan"), kReader);
  Must(service.directory().DeleteUser(service.host(), User("dan")));
  NewUser again;
  again.id = User("dan");
  again.name = "dan";
  EXPECT_EQ(ReasonFor(service.directory().CreateUser(service.host(), again)),
            Reason::kAlreadyExists);
  EXPECT_EQ(service.Check(key.secret.ExposeSecret(), "shop.item.read").reason(),
            Reason::kUnknownCredential);
  EXPECT_EQ(
      ReasonFor(service.directory().CreateAccount(service.host(), {kAcme, "Again", User("alice")})),
      Reason::kAlreadyExists);
}

// domain D-1: pending becomes active by the invited user or the host only, and is never suspended.
TEST(Directory, AnInvitationIsAcceptedByTheInvited) {
  Service service;
  NewUser user;
  user.id = User("eve");
  user.name = "eve";
  Must(service.directory().CreateUser(service.host(), user));
  const Membership pending =
      Must(service.directory().Invite(service.By("alice"), kAcme, User("eve")));
  EXPECT_EQ(pending.state, MemberState::kPending);
  EXPECT_EQ(pending.invited_by, User("alice"));
  EXPECT_FALSE(service.access().Assert(service.host(), {User("eve"), kAcme, std::nullopt}).ok())
      << "a pending member does not act";
  EXPECT_EQ(ReasonFor(service.directory().SuspendMember(service.By("alice"), kAcme, User("eve"),
                                                        IfMatch::Any())),
            Reason::kStateForbids);
  EXPECT_FALSE(service.directory()
                   .AcceptInvitation(service.By("alice"), kAcme, User("eve"), IfMatch::Any())
                   .ok());
  EXPECT_EQ(ReasonFor(service.directory().Invite(service.By("alice"), kAcme, User("eve"))),
            Reason::kAlreadyExists);
  EXPECT_EQ(Must(service.directory().AcceptInvitation(service.host(), kAcme, User("eve"),
                                                      IfMatch::Tag(pending.entity_tag)))
                .state,
            MemberState::kActive);
}

// domain D-2: the owner can be neither removed nor suspended nor deleted; ownership moves.
TEST(Directory, TheOwnerIsProtectedUntilOwnershipMoves) {
  Service service;
  const Directory directory = service.directory();
  const Caller host = service.host();
  EXPECT_EQ(ReasonFor(directory.RemoveMember(host, kAcme, User("alice"), IfMatch::Any())),
            Reason::kOwnerProtected);
  EXPECT_EQ(ReasonFor(directory.SuspendMember(host, kAcme, User("alice"), IfMatch::Any())),
            Reason::kOwnerProtected);
  EXPECT_EQ(ReasonFor(directory.Leave(service.By("alice"), kAcme)), Reason::kOwnerProtected);
  EXPECT_EQ(ReasonFor(directory.DeleteUser(host, User("alice"))), Reason::kOwnerProtected);
  EXPECT_EQ(ReasonFor(directory.TransferOwnership(service.By("carol"), kAcme, IfMatch::Any(),
                                                  User("carol"))),
            Reason::kNotAllowed);
  EXPECT_EQ(ReasonFor(directory.TransferOwnership(service.By("alice"), kAcme, IfMatch::Any(),
                                                  User("bea"))),
            Reason::kStateForbids);
  Must(directory.TransferOwnership(service.By("alice"), kAcme, IfMatch::Any(), User("dan")));
  const AccessRequest anything = {"acme", "shop", "anything.at.all", {}};
  EXPECT_TRUE(service.access().Authorize(service.As("dan"), anything).allowed());
  EXPECT_FALSE(service.access().Authorize(service.As("alice"), anything).allowed());
  Must(directory.RemoveMember(service.By("dan"), kAcme, User("alice"), IfMatch::Any()));
}

// domain D-1: on removal a user's invitees pass to its inviter.
TEST(Directory, TheUserHierarchyStaysATree) {
  Service service;
  NewUser eve;
  eve.id = User("eve");
  eve.name = "eve";
  Must(service.directory().CreateUser(service.host(), eve));
  Must(service.policies().DefineService(service.host(), [] {
    latchkey::Service users;
    users.name = "user-management";
    users.type = ServiceType::kPlatformService;
    users.roles = {{RoleId(kAdministrator),
                    "Administrator",
                    RoleKind::kPlatform,
                    {"user-management.user.create", "user-management.user.retrieve"}}};
    return users;
  }()));
  service.Grant("acme", User("carol"), kAdministrator, "user-management");
  Must(service.directory().Invite(service.By("carol"), kAcme, User("eve")));
  const auto inviter = [&] {
    return Must(service.directory().GetMember(service.host(), kAcme, User("eve"))).invited_by;
  };
  EXPECT_EQ(inviter(), User("carol"));
  Must(service.directory().RemoveMember(service.host(), kAcme, User("carol"), IfMatch::Any()));
  EXPECT_EQ(inviter(), User("alice"));
}

// domain D-1: suspending and removing answer with the live service-ID keys that the user made.
TEST(Directory, ADepartureNamesTheServiceIdKeysThatTheUserMade) {
  Service service;
  NewApiKey request;
  request.name = "robot key";
  request.iam_id = service.robot;
  const CreatedKey key = Must(service.keys().Create(service.By("carol"), request));
  const DepartureReport suspended =
      Must(service.directory().SuspendMember(service.host(), kAcme, User("carol"), IfMatch::Any()));
  EXPECT_EQ(suspended.service_id_keys, std::vector<KeyId>{key.key.id});
  const DepartureReport removed =
      Must(service.directory().RemoveMember(service.host(), kAcme, User("carol"), IfMatch::Any()));
  EXPECT_EQ(removed.service_id_keys, std::vector<KeyId>{key.key.id});
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated())
      << "the key is the service ID's: it is for the caller to judge";
}

// domain D-3: a locked service ID cannot be deleted and its policies cannot be changed; deleting
// one deletes its keys.
TEST(Directory, ALockedServiceIdKeepsItselfAndItsPolicies) {
  Service service;
  NewApiKey request;
  request.name = "robot key";
  request.iam_id = service.robot;
  request.account_id = kAcme;
  const CreatedKey key = Must(service.keys().Create(service.host(), request));
  EXPECT_FALSE(key.key.issued_by_host) << "that mark is for user keys";
  const Policy policy = service.Grant("acme", service.robot, kReader);
  const Caller host = service.host();
  const Directory directory = service.directory();
  Must(directory.LockServiceId(host, kAcme, service.robot, IfMatch::Any()));
  EXPECT_EQ(ReasonFor(directory.DeleteIdentity(host, kAcme, service.robot, IfMatch::Any())),
            Reason::kLocked);
  EXPECT_EQ(ReasonFor(service.policies().Delete(host, kAcme, policy.id, IfMatch::Any())),
            Reason::kLocked);
  NewPolicy more;
  more.account = kAcme;
  more.subject = service.robot;
  more.roles = {RoleId(kWriter)};
  more.resource = policy.resource;
  EXPECT_EQ(ReasonFor(service.policies().Create(host, more)), Reason::kLocked);
  EXPECT_TRUE(service.Check(key.secret.ExposeSecret(), "shop.item.read").allowed());
  Must(directory.UnlockServiceId(host, kAcme, service.robot, IfMatch::Any()));
  Must(directory.DeleteIdentity(host, kAcme, service.robot, IfMatch::Any()));
  EXPECT_EQ(service.Check(key.secret.ExposeSecret(), "shop.item.read").reason(),
            Reason::kUnknownCredential);
  EXPECT_EQ(ReasonFor(service.policies().Get(host, kAcme, policy.id)), Reason::kNotFound);
}

// domain D-7: names of groups are unique in an account, folding ASCII case only.
TEST(Directory, GroupNamesAreUniqueFoldingAsciiOnly) {
  Service service;
  const Directory directory = service.directory();
  const Caller host = service.host();
  EXPECT_EQ(ReasonFor(directory.CreateGroup(host, kAcme, "STAFF", "")), Reason::kAlreadyExists);
  Must(directory.CreateGroup(host, kAcme, "Straße", ""));
  Must(directory.CreateGroup(host, kAcme, "STRASSE", ""));
  Must(directory.CreateGroup(host, AccountId("beta"), "staff", ""));
  const AccessGroup renamed =
      Must(directory.UpdateGroup(host, kAcme, service.staff, IfMatch::Any(), "Crew", "on board"));
  EXPECT_EQ(renamed.entity_tag.n, 2U);
  Must(directory.CreateGroup(host, kAcme, "staff", ""));
}

// domain P-1, domain A-3: leaving a group, and deleting it, takes its access at the next call.
TEST(Directory, AccessGoesWithTheGroup) {
  Service service;
  service.Grant("acme", service.staff, kReader);
  const Principal bob = service.As("bob");
  const AccessRequest read = {"acme", "shop", "shop.item.read", {}};
  ASSERT_TRUE(service.access().Authorize(bob, read).allowed());
  Must(service.directory().RemoveFromGroup(service.host(), kAcme, service.staff, User("bob")));
  Must(service.directory().RemoveFromGroup(service.host(), kAcme, service.staff, User("bob")));
  EXPECT_FALSE(service.access().Authorize(bob, read).allowed());
  Must(service.directory().AddToGroup(service.host(), kAcme, service.staff, User("bob")));
  ASSERT_TRUE(service.access().Authorize(bob, read).allowed());
  Must(service.directory().DeleteGroup(service.host(), kAcme, service.staff, IfMatch::Any()));
  EXPECT_FALSE(service.access().Authorize(bob, read).allowed());
  EXPECT_TRUE(Must(service.policies().List(service.host(), kAcme)).size() == 1)
      << "the group's policies went with it; carol's is left";
}

// hazard C41, domain W-8: nobody but the owner grants to itself.
TEST(Directory, AnAdministratorDoesNotGrantToItself) {
  Service service;
  Must(service.policies().DefineService(service.host(), [] {
    latchkey::Service groups;
    groups.name = "iam-groups";
    groups.type = ServiceType::kPlatformService;
    groups.roles = {{RoleId(kAdministrator),
                     "Administrator",
                     RoleKind::kPlatform,
                     {"iam-groups.members.add", "iam-groups.groups.read", "iam-groups.members.read",
                      "iam.policy.create", "iam.policy.read"}}};
    return groups;
  }()));
  service.Grant("acme", User("carol"), kAdministrator, "iam-groups");
  service.Grant("acme", User("carol"), kAdministrator, "shop");
  service.Grant("acme", service.staff, kReader, "shop");
  const Caller carol = service.By("carol");
  EXPECT_EQ(ReasonFor(service.directory().AddToGroup(carol, kAcme, service.staff, User("carol"))),
            Reason::kNotAllowed);
  Must(service.directory().AddToGroup(carol, kAcme, service.staff, User("dan")));
  NewPolicy policy;
  policy.account = kAcme;
  policy.subject = User("carol");
  policy.roles = {RoleId(kWriter)};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_EQ(ReasonFor(service.policies().Create(carol, policy)), Reason::kNotAllowed);
  policy.subject = User("dan");
  EXPECT_TRUE(service.policies().Create(carol, policy).ok());
}

// domain K-6: stale versions are refused everywhere and change nothing.
TEST(Directory, AStaleVersionIsRefused) {
  Service service;
  const Caller host = service.host();
  const Account before = Must(service.directory().GetAccount(host, kAcme));
  AccountSettings settings = before.settings;
  settings.restrict_create_platform_apikey = true;
  const Account after = Must(
      service.directory().UpdateSettings(host, kAcme, IfMatch::Tag(before.entity_tag), settings));
  EXPECT_EQ(after.entity_tag.n, before.entity_tag.n + 1);
  settings.restrict_create_service_id = true;
  EXPECT_EQ(ReasonFor(service.directory().UpdateSettings(
                host, kAcme, IfMatch::Tag(before.entity_tag), settings)),
            Reason::kStaleVersion);
  EXPECT_EQ(Must(service.directory().UpdateSettings(host, kAcme, IfMatch::Any(), after.settings))
                .entity_tag,
            after.entity_tag)
      << "no change leaves the tag alone [domain L-2]";
}

// Bad input: lengths, UTF-8, forms; nothing is half done and nothing is echoed (hazard K14).
TEST(Directory, BadInputIsATypedErrorThatNamesTheField) {
  Service service;
  const Caller host = service.host();
  const std::string canary = "canary-5f1d";
  const absl::Status bad_utf8 =
      service.directory().CreateGroup(host, kAcme, canary + "\xC3\x28", "").status();
  EXPECT_EQ(ReasonOf(bad_utf8), Reason::kInvalidUtf8);
  const absl::Status too_long =
      service.directory().CreateGroup(host, kAcme, canary + std::string(101, 'x'), "").status();
  EXPECT_EQ(ReasonOf(too_long), Reason::kMalformed);
  const absl::Status bad_id =
      service.directory().GetAccount(host, AccountId(canary + " with space")).status();
  EXPECT_EQ(ReasonOf(bad_id), Reason::kMalformed);
  for (const absl::Status& status : {bad_utf8, too_long, bad_id}) {
    EXPECT_EQ(std::string(status.message()).find(canary), std::string::npos) << status.message();
  }
  EXPECT_EQ(std::string(bad_utf8.message()).rfind("name", 0), 0U) << bad_utf8.message();
  EXPECT_EQ(Must(service.directory().ListGroups(host, kAcme)).size(), 1U);
}

// domain section 9: limits are refused when the object is written.
TEST(Directory, LimitsHold) {
  Service service([](Options& options) {
    options.limits.groups_per_account = 2;
    options.limits.groups_per_identity = 1;
    options.limits.service_ids_per_account = 1;
    options.limits.profiles_per_account = 1;
    options.limits.users_per_account = 4;
  });
  const Caller host = service.host();
  const Directory directory = service.directory();
  const AccessGroup second = Must(directory.CreateGroup(host, kAcme, "second", ""));
  EXPECT_EQ(ReasonFor(directory.CreateGroup(host, kAcme, "third", "")), Reason::kLimitExceeded);
  EXPECT_EQ(ReasonFor(directory.AddToGroup(host, kAcme, second.id, User("bob"))),
            Reason::kLimitExceeded);
  EXPECT_EQ(ReasonFor(directory.CreateServiceId(host, kAcme, "x", "")), Reason::kLimitExceeded);
  EXPECT_EQ(ReasonFor(directory.CreateProfile(host, kAcme, "x", "")), Reason::kLimitExceeded);
  EXPECT_EQ(ReasonFor(directory.Invite(host, kAcme, User("bea"))), Reason::kLimitExceeded);
}

// domain D-5: a functional ID that reaches two accounts or administers anything is reported.
TEST(Directory, AFunctionalIdThatIsTooWideIsReported) {
  Service service;
  NewUser robot;
  robot.id = User("batch");
  robot.name = "batch";
  robot.functional = true;
  Must(service.directory().CreateUser(service.host(), robot));
  service.AddUser("batch", "acme");
  EXPECT_TRUE(Must(service.directory().ReportFunctionalIds(service.host(), kAcme)).empty());
  service.AddUser("batch", "beta");
  service.Grant("beta", User("batch"), kAdministrator);
  const auto findings = Must(service.directory().ReportFunctionalIds(service.host(), kAcme));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].accounts.size(), 2U);
  EXPECT_EQ(findings[0].administrator_in, std::vector<AccountId>{AccountId("beta")});
}

// domain W-4, domain W-8: changing what grants needs more than account.update.
TEST(Directory, SettingsAreChangedByWhoMay) {
  Service service;
  const Directory directory = service.directory();
  const Account account = Must(directory.GetAccount(service.host(), kAcme));
  AccountSettings restricted = account.settings;
  restricted.restrict_create_platform_apikey = true;
  EXPECT_FALSE(directory.UpdateSettings(service.By("dan"), kAcme, IfMatch::Any(), restricted).ok());
  Must(directory.UpdateSettings(service.By("carol"), kAcme, IfMatch::Any(), restricted));
  AccountSettings raised = restricted;
  raised.keys_per_identity = 1000;
  EXPECT_EQ(ReasonFor(directory.UpdateSettings(service.By("carol"), kAcme, IfMatch::Any(), raised)),
            Reason::kNotAllowed);
  Must(directory.UpdateSettings(service.By("alice"), kAcme, IfMatch::Any(), raised));
}

// domain W-7, domain W-10: who may see one kind of settings is told "not allowed", not "not found".
TEST(Directory, AccessSettingsHaveAReaderOfTheirOwn) {
  Service service;
  latchkey::Service rules;
  rules.name = "iam-access-management";
  rules.type = ServiceType::kPlatformService;
  rules.roles = {
      {RoleId(kAdministrator),
       "Administrator",
       RoleKind::kPlatform,
       {"iam-access-management.settings.read", "iam-access-management.settings.update"}}};
  Must(service.policies().DefineService(service.host(), rules));
  const Directory directory = service.directory();
  AccountSettings limited = Must(directory.GetAccount(service.host(), kAcme)).settings;
  limited.external_users.mode = ExternalMode::kLimited;
  const auto update = [&](const AccountSettings& settings) {
    return ReasonFor(directory.UpdateSettings(service.By("dan"), kAcme, IfMatch::Any(), settings));
  };
  EXPECT_EQ(update(limited), Reason::kNotFound);
  service.Grant("acme", User("dan"), kAdministrator, "iam-access-management");
  EXPECT_EQ(update(limited), Reason::kNotAllowed) << "it grants, and dan covers only one service";
  AccountSettings restricted = limited;
  restricted.external_users = {};
  restricted.restrict_create_service_id = !restricted.restrict_create_service_id;
  EXPECT_EQ(update(restricted), Reason::kNotFound) << "these are the identity service's";
}

}  // namespace
}  // namespace latchkey::test
