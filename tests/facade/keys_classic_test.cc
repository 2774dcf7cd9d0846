// Classic infrastructure keys through the roof: one per user and account, its own user's and its
// ancestors', hash-only and authenticating like every other.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "facade/paused_call.h"
#include "facade/service.h"
#include "facade/two_processes.h"

namespace latchkey::test {
namespace {

const AccountId kAcme{"acme"};

NewApiKey Classic(std::string_view name = "classic") {
  NewApiKey request;
  request.name = name;
  request.kind = KeyKind::kClassic;
  return request;
}

NewApiKey ClassicFor(const IamId& owner) {
  NewApiKey request = Classic();
  request.iam_id = owner;
  request.account_id = kAcme;
  return request;
}

CreatedKey ClassicOf(const Service& service, std::string_view user,
                     std::string_view account = "acme") {
  return Must(service.keys().Create(service.By(user, account), Classic()));
}

Reason Refusal(const Service& service, const Caller& caller, const NewApiKey& request) {
  return ReasonOf(service.keys().Create(caller, request).status());
}

Reason Getting(const Service& service, const Caller& caller, const KeyId& id) {
  return ReasonOf(service.keys().Get(caller, id).status());
}

Reason Deleting(const Service& service, const Caller& caller, const KeyId& id) {
  return ReasonOf(service.keys().Delete(caller, id, IfMatch::Any()));
}

std::size_t CountOf(const Service& service, const Caller& caller,
                    std::optional<KeyKind> kind = std::nullopt) {
  KeyQuery query;
  query.account_id = kAcme;
  query.iam_id = User("bob");
  query.kind = kind;
  return Must(service.keys().List(caller, query, {100, ""})).keys.size();
}

// Lets users of acme invite.
void AllowInviting(Service& service, const std::vector<std::string>& users) {
  latchkey::Service management;
  management.name = "user-management";
  management.type = ServiceType::kPlatformService;
  management.roles = {{RoleId(kAdministrator),
                       "Administrator",
                       RoleKind::kPlatform,
                       {"user-management.user.create", "user-management.user.retrieve"}}};
  Must(service.policies().DefineService(service.host(), management));
  for (const std::string& user : users) {
    service.Grant("acme", User(user), kAdministrator, "user-management");
  }
}

void InviteBy(Service& service, std::string_view inviter, std::string_view user) {
  NewUser request;
  request.id = User(user);
  request.name = user;
  Must(service.directory().CreateUser(service.host(), request));
  Must(service.directory().Invite(service.By(inviter), kAcme, User(user)));
  Must(service.directory().AcceptInvitation(service.host(), kAcme, User(user), IfMatch::Any()));
}

// acme: alice > bob > eve > fay, and gus beside fay.
void BuildFamily(Service& service) {
  AllowInviting(service, {"bob"});
  InviteBy(service, "bob", "eve");
  service.Grant("acme", User("eve"), kAdministrator, "user-management");
  InviteBy(service, "eve", "fay");
  InviteBy(service, "eve", "gus");
}

// domain K-9, A-1, K-14: made by its own user, it authenticates and inherits like any other.
TEST(KeysClassic, AUserMakesOneThatAuthenticatesAndInherits) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey made = ClassicOf(service, "bob");
  EXPECT_EQ(made.key.kind, KeyKind::kClassic);
  EXPECT_EQ(made.key.iam_id, User("bob"));
  EXPECT_FALSE(made.key.issued_by_host);
  EXPECT_EQ(service.NewKey("bob").key.kind, KeyKind::kPlatform);
  EXPECT_TRUE(service.Check(made.secret.ExposeSecret(), "shop.item.read").allowed());
  EXPECT_EQ(Must(service.keys().Get(service.By("bob"), made.key.id)).kind, KeyKind::kClassic);
  service.Reopen();
  EXPECT_TRUE(service.Check(made.secret.ExposeSecret(), "shop.item.read").allowed());
  EXPECT_EQ(Must(service.keys().Get(service.host(), made.key.id)).kind, KeyKind::kClassic);
  const auto history = Must(service.keys().History(service.By("bob"), made.key.id));
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].command, KeyCommand::kCreate);
  EXPECT_EQ(history[0].by, User("bob"));
}

// domain K-9, K-4: one, whoever asks; neither kind counts towards the other.
TEST(KeysClassic, TheSecondIsRefusedAndTwentyOthersFitBeside) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey first = ClassicOf(service, "bob");
  const std::uint64_t runs = service.argon2_runs();
  EXPECT_EQ(Refusal(service, bob, Classic()), Reason::kLimitExceeded);
  EXPECT_EQ(Refusal(service, service.host(), ClassicFor(User("bob"))), Reason::kLimitExceeded)
      << "the host is held to limits";
  EXPECT_EQ(service.argon2_runs(), runs) << "a refused caller costs nothing";
  ClassicOf(service, "bob", "beta");
  ClassicOf(service, "dan");
  for (int i = 0; i < 20; ++i) service.NewKey("bob");
  NewApiKey platform = Classic();
  platform.kind = KeyKind::kPlatform;
  EXPECT_EQ(Refusal(service, bob, platform), Reason::kLimitExceeded);
  Must(service.keys().Delete(bob, first.key.id, IfMatch::Any()));
  EXPECT_EQ(Refusal(service, bob, platform), Reason::kLimitExceeded);
  ClassicOf(service, "bob");
  EXPECT_EQ(Refusal(service, bob, Classic()), Reason::kLimitExceeded);
  EXPECT_EQ(CountOf(service, bob), 21u);
  EXPECT_EQ(CountOf(service, bob, KeyKind::kPlatform), 20u);
  EXPECT_EQ(CountOf(service, bob, KeyKind::kClassic), 1u);
}

// domain K-9, hazard C52: in a batch too, all or nothing.
TEST(KeysClassic, ABatchHoldsAtMostOne) {
  Service service;
  const Caller bob = service.By("bob");
  NewApiKey platform = Classic();
  platform.kind = KeyKind::kPlatform;
  const std::vector<NewApiKey> two = {platform, Classic("one"), Classic("two")};
  EXPECT_EQ(ReasonOf(service.keys().CreateBatch(bob, two).status()), Reason::kLimitExceeded);
  EXPECT_EQ(CountOf(service, bob), 0u);
  const std::vector<NewApiKey> mixed(two.begin(), two.begin() + 2);
  EXPECT_EQ(Must(service.keys().CreateBatch(bob, mixed)).size(), 2u);
  EXPECT_EQ(ReasonOf(service.keys().CreateBatch(bob, mixed).status()), Reason::kLimitExceeded);
  EXPECT_EQ(CountOf(service, bob), 2u);
}

// domain K-9, hazard C51: asked again inside the write transaction.
TEST(KeysClassic, OneThatIsMadeMeanwhileIsSeen) {
  Service service;
  Reason late = Reason::kNone;
  PausedCall paused([&] { late = Refusal(service, service.By("bob"), Classic("late")); });
  ClassicOf(service, "bob");
  paused.Finish();
  EXPECT_EQ(late, Reason::kLimitExceeded);
  EXPECT_EQ(CountOf(service, service.host()), 1u);
}

// domain K-9, hazard C51
TEST(KeysClassic, ProcessesThatRaceMakeExactlyOne) {
  const testing::TemporaryStore place;
  std::optional<Service> service;
  EXPECT_EQ(MakeKeysInTwoProcesses(place, service, ClassicFor(User("bob")), 5), 1);
  EXPECT_EQ(CountOf(*service, service->host(), KeyKind::kClassic), 1u);
}

// domain K-9, W-2, W-9, W-4: only a user, for itself, from the account of the key, with no profile.
TEST(KeysClassic, OnlyAUserMakesOneAndOnlyForItself) {
  Service service;
  EXPECT_EQ(Refusal(service, service.By("alice"), ClassicFor(User("bob"))), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, service.By("carol"), ClassicFor(User("bob"))), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, service.By("carol"), ClassicFor(service.robot)), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, service.By("bob", "beta"), ClassicFor(User("bob"))),
            Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, Caller::Acting(service.AsProfile("bob")), ClassicFor(User("bob"))),
            Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, Caller::Acting(service.AsServiceId(service.robot)), Classic()),
            Reason::kNotAllowed);
  for (const IamId& program : {service.robot, service.ops}) {
    EXPECT_EQ(Refusal(service, service.host(), ClassicFor(program)), Reason::kMalformed);
  }
  EXPECT_EQ(Refusal(service, service.host(), ClassicFor(User("bea"))), Reason::kUnknownReference);
  EXPECT_TRUE(
      Must(service.keys().Create(service.host(), ClassicFor(User("bob")))).key.issued_by_host);

  AccountSettings settings;
  settings.restrict_create_platform_apikey = true;
  Must(service.directory().UpdateSettings(service.host(), kAcme, IfMatch::Any(), settings));
  EXPECT_EQ(ClassicOf(service, "dan").key.iam_id, User("dan")) << "W-4 is about platform keys";
}

// domain K-9, L-3: what its user could not undo it is not born with; no other kinds exist.
TEST(KeysClassic, ItIsBornUnlockedAndEnabled) {
  Service service;
  NewApiKey locked = Classic();
  locked.locked = true;
  NewApiKey disabled = Classic();
  disabled.disabled = true;
  NewApiKey unknown = Classic();
  unknown.kind = KeyKind{3};
  for (const NewApiKey& request : {locked, disabled, unknown}) {
    EXPECT_EQ(Refusal(service, service.By("bob"), request), Reason::kMalformed);
  }
}

// domain K-9, W-3, W-7, D-1: who sees and deletes, as the hierarchy stands.
TEST(KeysClassic, AncestorsViewAndDeleteAndNobodyElse) {
  Service service;
  BuildFamily(service);
  const KeyId id = ClassicOf(service, "fay").key.id;
  for (const char* user : {"fay", "eve", "bob", "alice"}) {
    EXPECT_EQ(Getting(service, service.By(user), id), Reason::kNone) << user;
    EXPECT_TRUE(service.keys().History(service.By(user), id).ok()) << user;
  }
  for (const char* user : {"gus", "carol", "dan"}) {
    EXPECT_EQ(Getting(service, service.By(user), id), Reason::kNotFound) << user;
    EXPECT_EQ(Deleting(service, service.By(user), id), Reason::kNotFound) << user;
  }
  const Caller ops = Caller::Acting(service.AsProfile("alice"));
  EXPECT_EQ(Deleting(service, ops, id), Reason::kNotFound) << "a profile has invited nobody";
  const KeyId childs = ClassicOf(service, "eve").key.id;
  EXPECT_EQ(Deleting(service, service.By("fay"), childs), Reason::kNotFound) << "not upwards";
  EXPECT_EQ(Deleting(service, service.By("bob"), childs), Reason::kNone);
  const KeyId owners = ClassicOf(service, "alice").key.id;
  EXPECT_EQ(Getting(service, service.By("carol"), owners), Reason::kNotFound);

  Must(service.directory().SuspendMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  Must(service.directory().RemoveMember(service.host(), kAcme, User("eve"), IfMatch::Any()));
  Must(service.directory().ReactivateMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  Must(service.directory().Invite(service.host(), kAcme, User("eve")));
  Must(service.directory().AcceptInvitation(service.host(), kAcme, User("eve"), IfMatch::Any()));
  EXPECT_EQ(Deleting(service, service.By("eve"), id), Reason::kNotFound) << "a removed parent";
  EXPECT_EQ(Deleting(service, service.By("bob"), id), Reason::kNone) << "its parent took over";
  EXPECT_EQ(Getting(service, service.host(), id), Reason::kNotFound);
}

// domain D-2, K-9: ownership moves, and with it the root of the hierarchy.
TEST(KeysClassic, TheNewOwnerIsEverybodysAncestor) {
  Service service;
  const KeyId bobs = ClassicOf(service, "bob").key.id;
  const KeyId alices = ClassicOf(service, "alice").key.id;
  EXPECT_EQ(Getting(service, service.By("dan"), bobs), Reason::kNotFound);
  Must(service.directory().TransferOwnership(service.By("alice"), kAcme, IfMatch::Any(),
                                             User("dan")));
  for (const KeyId& id : {bobs, alices}) {
    EXPECT_EQ(Getting(service, service.By("dan"), id), Reason::kNone);
  }
  EXPECT_EQ(Getting(service, service.By("alice"), bobs), Reason::kNone) << "it still invited bob";
}

// domain W-7: a page holds exactly the kinds that the caller sees of an owner.
TEST(KeysClassic, ListsShowEachKindToWhoSeesIt) {
  Service service;
  for (int i = 0; i < 6; ++i) service.NewKey("bob");
  ClassicOf(service, "bob");
  const std::vector<std::pair<const char*, std::pair<std::size_t, std::size_t>>> cases = {
      {"bob", {6, 1}}, {"alice", {6, 1}}, {"carol", {6, 0}}, {"dan", {0, 0}}};
  for (const auto& [user, counts] : cases) {
    const Caller caller = service.By(user);
    EXPECT_EQ(CountOf(service, caller), counts.first + counts.second) << user;
    EXPECT_EQ(CountOf(service, caller, KeyKind::kPlatform), counts.first) << user;
    EXPECT_EQ(CountOf(service, caller, KeyKind::kClassic), counts.second) << user;
  }
  KeyQuery query;
  query.account_id = kAcme;
  const KeyPage page = Must(service.keys().List(service.host(), query, {1, ""}));
  query.kind = KeyKind::kClassic;
  EXPECT_EQ(ReasonOf(service.keys().List(service.host(), query, {1, page.next}).status()),
            Reason::kMalformed)
      << "a cursor is of one query";
}

// domain K-9, W-10: every command that K-9 does not name is the trusted host's.
TEST(KeysClassic, EveryOtherChangeIsTheTrustedHosts) {
  Service service;
  const KeyId id = ClassicOf(service, "bob").key.id;
  const Keys keys = service.keys();
  const IfMatch any = IfMatch::Any();
  KeyUpdate rename;
  rename.name = "renamed";
  BoundaryTerm term;
  term.services = {"shop"};
  const std::vector<std::function<absl::Status(const Caller&)>> changes = {
      [&](const Caller& by) { return keys.Update(by, id, any, rename).status(); },
      [&](const Caller& by) { return keys.Lock(by, id, any).status(); },
      [&](const Caller& by) { return keys.Unlock(by, id, any).status(); },
      [&](const Caller& by) { return keys.Disable(by, id, any).status(); },
      [&](const Caller& by) { return keys.Enable(by, id, any).status(); },
      [&](const Caller& by) { return keys.Rotate(by, id, any, absl::Hours(1)).status(); },
      [&](const Caller& by) { return keys.RetireOldSecret(by, id, any).status(); },
      [&](const Caller& by) { return keys.AppendBoundaryTerm(by, id, any, term).status(); },
      [&](const Caller& by) { return keys.RemoveBoundaryTerm(by, id, any, 0).status(); }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(ReasonOf(changes[i](service.By("bob"))), Reason::kNotAllowed);
    EXPECT_EQ(ReasonOf(changes[i](service.By("alice"))), Reason::kNotAllowed);
    EXPECT_EQ(ReasonOf(changes[i](service.By("carol"))), Reason::kNotFound);
    EXPECT_TRUE(changes[i](service.host()).ok());
  }
  const ApiKey after = Must(keys.Get(service.host(), id));
  EXPECT_EQ(after.name, "renamed");
  EXPECT_EQ(after.kind, KeyKind::kClassic);
}

// domain K-12, K-9: by id its user and its ancestors, by the token anybody.
TEST(KeysClassic, ALeakIsReportedByWhoSeesItOrHoldsIt) {
  Service service;
  const auto state = [&](const KeyId& id) { return Must(service.keys().Get(service.host(), id)); };
  const CreatedKey bobs = ClassicOf(service, "bob");
  EXPECT_EQ(ReasonOf(service.keys().ReportLeak(service.By("carol"), bobs.key.id).status()),
            Reason::kNotFound);
  EXPECT_EQ(ReasonOf(service.keys().ReportLeak(service.By("dan"), bobs.key.id).status()),
            Reason::kNotFound);
  EXPECT_EQ(Must(service.keys().ReportLeak(service.By("bob"), bobs.key.id)).action,
            LeakAction::kDisable);
  EXPECT_TRUE(state(bobs.key.id).disabled_by_leak);
  EXPECT_EQ(
      ReasonOf(service.keys().Enable(service.By("bob"), bobs.key.id, IfMatch::Any()).status()),
      Reason::kNotAllowed)
      << "it is replaced, not enabled";
  EXPECT_EQ(
      Must(service.keys().ReportLeak(service.By("alice"), bobs.key.id, LeakAction::kDelete)).action,
      LeakAction::kDelete);
  const CreatedKey dans = ClassicOf(service, "dan");
  Must(service.keys().ReportLeakedToken(Caller::Anybody(), dans.secret.ExposeSecret()));
  EXPECT_EQ(state(dans.key.id).state, KeyState::kDisabled);
}

// domain R-2, K-9: acts without an action do not pass a boundary; through another key they do.
TEST(KeysClassic, NothingIsDoneThroughABoundedKey) {
  Service service;
  const auto through = [&](const CreatedKey& key) {
    return Caller::Acting(service.access().Authenticate(key.secret.ExposeSecret()));
  };
  NewApiKey wide;
  wide.name = "bounded";
  wide.boundary.resize(1);
  wide.boundary[0].accounts = {kAcme};
  const CreatedKey bounded = Must(service.keys().Create(service.By("bob"), wide));
  const CreatedKey plain = service.NewKey("bob");
  EXPECT_EQ(Refusal(service, through(bounded), Classic()), Reason::kNotAllowed);
  const KeyId id = Must(service.keys().Create(through(plain), Classic())).key.id;
  EXPECT_EQ(Must(service.keys().Get(service.host(), id)).created_with, plain.key.id);
  EXPECT_EQ(Getting(service, through(bounded), id), Reason::kNotFound);
  EXPECT_EQ(Deleting(service, through(bounded), id), Reason::kNotFound);
  EXPECT_EQ(Deleting(service, through(plain), id), Reason::kNone);
}

// domain D-2, D-1: it goes with the membership, and does not authenticate while that is suspended.
TEST(KeysClassic, ItGoesWithTheMembership) {
  Service service;
  const CreatedKey here = ClassicOf(service, "bob");
  const CreatedKey there = ClassicOf(service, "bob", "beta");
  const auto answer = [&](const CreatedKey& key) {
    return service.access().Authenticate(key.secret.ExposeSecret()).reason();
  };
  Must(service.directory().SuspendMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  EXPECT_NE(answer(here), Reason::kAuthenticated);
  EXPECT_EQ(Getting(service, service.By("alice"), here.key.id), Reason::kNone);
  Must(service.directory().RemoveMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  EXPECT_EQ(answer(here), Reason::kUnknownCredential);
  EXPECT_EQ(Getting(service, service.host(), here.key.id), Reason::kNotFound);
  EXPECT_EQ(answer(there), Reason::kAuthenticated);
  service.AddUser("bob", "acme");
  ClassicOf(service, "bob");
}

// domain L-6, K-9: a purge takes of the classic keys only those that the caller may delete.
TEST(KeysClassic, APurgeByAnAdministratorPassesThemOver) {
  Service service;
  NewApiKey expired = Classic();
  expired.expires_at = service.clock.Now() - absl::Hours(48);
  const KeyId classic = Must(service.keys().Create(service.By("bob"), expired)).key.id;
  expired.kind = KeyKind::kPlatform;
  Must(service.keys().Create(service.By("bob"), expired));
  const auto purged = [&](const Caller& caller) {
    return Must(service.keys().Purge(caller, kAcme, absl::Hours(24))).deleted;
  };
  EXPECT_EQ(purged(service.By("carol")), 1u);
  EXPECT_EQ(Getting(service, service.host(), classic), Reason::kNone);
  EXPECT_EQ(purged(service.By("alice")), 1u);
  EXPECT_EQ(Getting(service, service.host(), classic), Reason::kNotFound);
}

// An organisation with one account whose members invited one another in a row.
std::string Row(std::size_t members) {
  const auto id = [](std::size_t i) { return "\"IBMid-m" + std::to_string(i) + "\""; };
  std::string users, listed;
  for (std::size_t i = 0; i <= members; ++i) {
    users += (i == 0 ? "" : ",") + (R"({"iam_id": )" + id(i) + R"(, "name": "m"})");
    if (i == 0) continue;
    listed +=
        (i == 1 ? "" : ",") + (R"({"iam_id": )" + id(i) + R"(, "invited_by": )" + id(i - 1)) + "}";
  }
  return R"({"users": [)" + users +
         R"(], "accounts": [{"account_id": "row", "name": "Row", "owner": "IBMid-m0",)" +
         R"( "members": [)" + listed + "]}]}";
}

// domain P-9, K-9, hazard C36: a hierarchy too deep to be walked is refused when it is written,
// by whichever way it would come about.
TEST(KeysClassic, TheHierarchyGrowsNoDeeperThanItIsWalked) {
  Service service;
  const Directory directory = service.directory();
  const Caller host = service.host();
  EXPECT_EQ(ReasonOf(directory.Import(host, Row(kUserHierarchyLevelsMax + 1)).status()),
            Reason::kLimitExceeded);
  Must(directory.Import(host, Row(kUserHierarchyLevelsMax)));
  const std::string last = "m" + std::to_string(kUserHierarchyLevelsMax);
  const KeyId id = ClassicOf(service, last, "row").key.id;
  EXPECT_EQ(Getting(service, service.By("m0", "row"), id), Reason::kNone);
  EXPECT_EQ(Getting(service, service.By("m50", "row"), id), Reason::kNone);

  Must(service.policies().DefineService(host, [] {
    latchkey::Service users;
    users.name = "user-management";
    users.type = ServiceType::kPlatformService;
    users.roles = {{RoleId(kAdministrator),
                    "Administrator",
                    RoleKind::kPlatform,
                    {"user-management.user.create"}}};
    return users;
  }()));
  service.Grant("row", User(last), kAdministrator, "user-management");
  EXPECT_EQ(
      ReasonOf(directory.Invite(service.By(last, "row"), AccountId("row"), User("dan")).status()),
      Reason::kLimitExceeded);
  const auto transfer = [&] {
    return ReasonOf(
        directory.TransferOwnership(host, AccountId("row"), IfMatch::Any(), User("dan")).status());
  };
  Must(directory.Invite(host, AccountId("row"), User("dan")));
  Must(directory.AcceptInvitation(host, AccountId("row"), User("dan"), IfMatch::Any()));
  EXPECT_EQ(transfer(), Reason::kLimitExceeded);
  Must(directory.RemoveMember(host, AccountId("row"), User("m50"), IfMatch::Any()));
  EXPECT_EQ(transfer(), Reason::kNone);
  EXPECT_EQ(Getting(service, service.By("dan", "row"), id), Reason::kNone);
}

}  // namespace
}  // namespace latchkey::test
