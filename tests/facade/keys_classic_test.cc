// Classic infrastructure keys: one per user and account, and the user hierarchy decides.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");

NewApiKey Classic() {
  NewApiKey request;
  request.name = "classic";
  request.kind = KeyKind::kClassic;
  return request;
}

// In acme: alice (owner) > bob > eve > frank; alice > carol (administrator of identities), dan.
class ClassicKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    latchkey::Service users;
    users.name = "user-management";
    users.type = ServiceType::kPlatformService;
    users.roles = {{RoleId(kAdministrator),
                    "Administrator",
                    RoleKind::kPlatform,
                    {"user-management.user.create", "user-management.user.retrieve"}}};
    Must(service.policies().DefineService(service.host(), users));
    Under("bob", "eve");
    Under("eve", "frank");
  }

  // `inviter` brings `name` into acme.
  void Under(std::string_view inviter, std::string_view name) {
    NewUser user;
    user.id = User(name);
    user.name = name;
    Must(service.directory().CreateUser(service.host(), user));
    service.Grant("acme", User(inviter), kAdministrator, "user-management");
    Must(service.directory().Invite(service.By(inviter), kAcme, User(name)));
    Must(service.directory().AcceptInvitation(service.host(), kAcme, User(name), IfMatch::Any()));
  }
  CreatedKey NewClassic(std::string_view user) {
    return Must(service.keys().Create(service.By(user), Classic()));
  }
  Reason Sees(std::string_view user, const CreatedKey& key) const {
    return ReasonOf(service.keys().Get(service.By(user), key.key.id).status());
  }

  Service service;
};

// domain K-9, K-4: beside the platform keys, which it does not count with
TEST_F(ClassicKeys, AreOnePerUserAndAccount) {
  AccountSettings settings = Must(service.directory().GetAccount(service.host(), kAcme)).settings;
  settings.keys_per_identity = 1;
  settings.restrict_create_platform_apikey = true;  // W-4 is about platform keys
  Must(service.directory().UpdateSettings(service.host(), kAcme, IfMatch::Any(), settings));
  const CreatedKey first = NewClassic("bob");
  EXPECT_EQ(first.key.kind, KeyKind::kClassic);
  EXPECT_EQ(ReasonOf(service.keys().Create(service.By("bob"), Classic()).status()),
            Reason::kLimitExceeded);
  const NewApiKey two[] = {Classic(), Classic()};
  EXPECT_EQ(ReasonOf(service.keys().CreateBatch(service.By("eve"), two).status()),
            Reason::kLimitExceeded);
  settings.restrict_create_platform_apikey = false;
  Must(service.directory().UpdateSettings(service.host(), kAcme, IfMatch::Any(), settings));
  EXPECT_EQ(service.NewKey("bob").key.kind, KeyKind::kPlatform);
  NewApiKey second;
  second.name = "second";
  EXPECT_EQ(ReasonOf(service.keys().Create(service.By("bob"), second).status()),
            Reason::kLimitExceeded);
  Must(service.keys().Create(service.By("bob", "beta"), Classic()));
  Must(service.keys().Delete(service.By("bob"), first.key.id, IfMatch::Any()));
  NewClassic("bob");
}

// domain L-3, K-9: what its user could not undo it is not born with
TEST_F(ClassicKeys, AreBornUnlockedAndEnabled) {
  NewApiKey locked = Classic();
  locked.locked = true;
  NewApiKey disabled = Classic();
  disabled.disabled = true;
  for (const NewApiKey& request : {locked, disabled}) {
    EXPECT_EQ(ReasonOf(service.keys().Create(service.By("bob"), request).status()),
              Reason::kMalformed);
  }
}

// Classic keys that this process managed to make for bob in 5 attempts; 100 for any other answer.
int MakeClassic(const Engine& engine) {
  NewApiKey request = Classic();
  request.iam_id = User("bob");
  request.account_id = kAcme;
  int made = 0;
  for (int i = 0; i < 5; ++i) {
    const auto key = engine.keys().Create(Caller::TrustedHost(), request);
    if (key.ok()) ++made;
    if (!key.ok() && ReasonOf(key.status()) != Reason::kLimitExceeded) return 100;
  }
  return made;
}

// domain K-9, hazard C51
TEST(ClassicKeysOfProcesses, AreOneWhenProcessesRace) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  int go[2] = {};
  ASSERT_EQ(pipe(go), 0);
  const pid_t child = fork();
  if (child == 0) {
    char c = 0;
    if (read(go[0], &c, 1) != 1) _exit(101);
    auto engine = Engine::Open(testing::FastOptions(place, clock));
    _exit(engine.ok() ? MakeClassic(*engine) : 102);
  }
  Service service(nullptr, &place);
  ASSERT_EQ(write(go[1], "g", 1), 1);
  const int here = MakeClassic(service.engine());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  close(go[0]);
  close(go[1]);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(here + WEXITSTATUS(status), 1);
}

// domain K-9, K-4: also when threads race
TEST_F(ClassicKeys, AreOneWhenThreadsRace) {
  std::vector<int> made(4, 0);
  std::vector<std::thread> threads;
  for (int& one : made) {
    threads.emplace_back([&] {
      one = service.keys().Create(Call(service.By("dan")).Within(absl::Seconds(60)), Classic()).ok()
                ? 1
                : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(made.begin(), made.end(), 1), 1);
}

// domain K-9, A-1: a key like every other to whoever asks with it
TEST_F(ClassicKeys, InheritAllThatTheirUserMay) {
  service.Grant("acme", User("bob"), kReader);
  service.Grant("beta", User("bob"), kReader);
  const CreatedKey key = NewClassic("bob");
  service.Reopen();
  EXPECT_TRUE(service.Check(key.secret.ExposeSecret(), "shop.item.read").allowed());
  EXPECT_TRUE(service.Check(key.secret.ExposeSecret(), "shop.item.read", "beta").allowed());
  EXPECT_FALSE(service.Check(key.secret.ExposeSecret(), "shop.item.write").allowed());
  EXPECT_EQ(Must(service.keys().Get(service.By("bob"), key.key.id)).kind, KeyKind::kClassic);
}

// domain K-9, W-7: the user and those above it; no role helps
TEST_F(ClassicKeys, AreSeenByThoseAboveTheirUser) {
  const CreatedKey bobs = NewClassic("bob");
  const CreatedKey franks = NewClassic("frank");
  const CreatedKey owners = NewClassic("alice");
  for (const char* above : {"frank", "eve", "bob", "alice"}) {
    EXPECT_EQ(Sees(above, franks), Reason::kNone) << above;
  }
  for (const char* aside : {"carol", "dan"}) {
    EXPECT_EQ(Sees(aside, franks), Reason::kNotFound) << aside;
    EXPECT_EQ(ReasonOf(service.keys().Delete(service.By(aside), franks.key.id, IfMatch::Any())),
              Reason::kNotFound)
        << aside;
  }
  for (const char* below : {"eve", "frank"}) {
    EXPECT_EQ(Sees(below, bobs), Reason::kNotFound) << below;
  }
  for (const char* other : {"bob", "carol"}) EXPECT_EQ(Sees(other, owners), Reason::kNotFound);
  Must(service.keys().Delete(service.By("bob"), franks.key.id, IfMatch::Any()));
  Must(service.keys().Delete(service.By("alice"), bobs.key.id, IfMatch::Any()));
}

// domain K-9, D-2: who was removed is above nobody, also when it comes back
TEST_F(ClassicKeys, OfThoseWhomARemovedUserInvitedPassToItsInviter) {
  const CreatedKey franks = NewClassic("frank");
  Must(service.directory().RemoveMember(service.host(), kAcme, User("eve"), IfMatch::Any()));
  service.AddUser("eve", "acme");
  EXPECT_EQ(Sees("eve", franks), Reason::kNotFound);
  EXPECT_EQ(Sees("bob", franks), Reason::kNone);
  Must(service.directory().SuspendMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  EXPECT_EQ(Sees("alice", franks), Reason::kNone);
}

// domain K-9: after a transfer the new owner is the root
TEST_F(ClassicKeys, FollowTheOwnership) {
  const CreatedKey owners = NewClassic("alice");
  const CreatedKey bobs = NewClassic("bob");
  Must(service.directory().TransferOwnership(service.By("alice"), kAcme, IfMatch::Any(),
                                             User("frank")));
  EXPECT_EQ(Sees("frank", owners), Reason::kNone);
  EXPECT_EQ(Sees("frank", bobs), Reason::kNone);
  const CreatedKey franks = NewClassic("frank");
  for (const char* former : {"alice", "bob", "eve"}) {
    EXPECT_EQ(Sees(former, franks), Reason::kNotFound) << former;
  }
}

// domain K-9, W-2, W-9: nobody creates one for somebody else, and only users have one
TEST_F(ClassicKeys, AreMadeByTheirUserAlone) {
  const auto made = [&](const Caller& by, const IamId& whose) {
    NewApiKey request = Classic();
    request.iam_id = whose;
    request.account_id = kAcme;
    return ReasonOf(service.keys().Create(by, request).status());
  };
  EXPECT_EQ(made(service.By("alice"), User("bob")), Reason::kNotAllowed);
  EXPECT_EQ(made(service.By("bob", "beta"), User("bob")), Reason::kNotAllowed);
  EXPECT_EQ(made(Caller::Acting(service.AsProfile("bob")), User("bob")), Reason::kNotAllowed);
  EXPECT_EQ(made(service.By("alice"), service.robot), Reason::kNotAllowed);
  EXPECT_EQ(made(service.host(), service.robot), Reason::kNotAllowed);
  EXPECT_EQ(made(service.host(), service.ops), Reason::kNotAllowed);
  EXPECT_EQ(made(service.host(), User("bob")), Reason::kNone);
  NewApiKey neither = Classic();
  neither.kind = static_cast<KeyKind>(3);
  EXPECT_EQ(ReasonOf(service.keys().Create(service.By("dan"), neither).status()),
            Reason::kMalformed);
}

// domain K-9: create, view and delete; the rest is for the trusted host
TEST_F(ClassicKeys, TakeNoOtherCommand) {
  const CreatedKey key = NewClassic("eve");
  const Keys keys = service.keys();
  const IfMatch any = IfMatch::Any();
  const KeyId& id = key.key.id;
  KeyUpdate update;
  update.name = "renamed";
  BoundaryTerm term;
  term.services = {"shop"};
  for (const char* who : {"eve", "bob", "alice"}) {
    const Caller by = service.By(who);
    EXPECT_EQ(ReasonOf(keys.Update(by, id, any, update).status()), Reason::kNotAllowed);
    EXPECT_EQ(ReasonOf(keys.Lock(by, id, any).status()), Reason::kNotAllowed);
    EXPECT_EQ(ReasonOf(keys.Disable(by, id, any).status()), Reason::kNotAllowed);
    EXPECT_EQ(ReasonOf(keys.Rotate(by, id, any, absl::ZeroDuration()).status()),
              Reason::kNotAllowed);
    EXPECT_EQ(ReasonOf(keys.AppendBoundaryTerm(by, id, any, term).status()), Reason::kNotAllowed);
  }
  EXPECT_EQ(ReasonOf(keys.Update(service.By("carol"), id, any, update).status()),
            Reason::kNotFound);
  Must(keys.Disable(service.host(), id, any));
  EXPECT_FALSE(service.Check(key.secret.ExposeSecret(), "shop.item.read").allowed());
}

// domain R-2: no act without an action in W-10's table through a bounded key
TEST_F(ClassicKeys, AreOutOfReachOfABoundedKey) {
  NewApiKey request;
  request.name = "bounded";
  request.boundary.emplace_back();
  request.boundary[0].accounts = {kAcme};
  const CreatedKey bounded = Must(service.keys().Create(service.By("bob"), request));
  const Caller through =
      Caller::Acting(service.access().Authenticate(bounded.secret.ExposeSecret()));
  EXPECT_EQ(ReasonOf(service.keys().Create(through, Classic()).status()), Reason::kNotAllowed);
  const CreatedKey key = NewClassic("bob");
  EXPECT_EQ(ReasonOf(service.keys().Get(through, key.key.id).status()), Reason::kNotFound);
}

// domain W-7, K-9: lists hold what the caller may see; the kind is asked for each
TEST_F(ClassicKeys, AreListedForWhoeverSeesThem) {
  NewClassic("bob");
  NewClassic("eve");
  service.NewKey("bob");
  service.NewKey("eve");
  const auto count = [&](std::string_view who, std::optional<KeyKind> kind) {
    KeyQuery query;
    query.account_id = kAcme;
    query.kind = kind;
    return Must(service.keys().List(service.By(who), query, {})).keys.size();
  };
  EXPECT_EQ(count("bob", std::nullopt), 3U);
  EXPECT_EQ(count("bob", KeyKind::kClassic), 2U);
  EXPECT_EQ(count("bob", KeyKind::kPlatform), 1U);
  EXPECT_EQ(count("eve", std::nullopt), 2U);
  EXPECT_EQ(count("carol", std::nullopt), 2U);
  EXPECT_EQ(count("carol", KeyKind::kClassic), 0U);
  KeyQuery query;
  query.account_id = kAcme;
  PageRequest page;
  page.size = 1;
  page.cursor = Must(service.keys().List(service.By("bob"), query, page)).next;
  query.kind = KeyKind::kClassic;
  EXPECT_EQ(ReasonOf(service.keys().List(service.By("bob"), query, page).status()),
            Reason::kMalformed);
}

// domain K-12: by id the user and those above it, by the token anybody
TEST_F(ClassicKeys, AreReportedAsLeaked) {
  const CreatedKey key = NewClassic("eve");
  EXPECT_EQ(ReasonOf(service.keys().ReportLeak(service.By("carol"), key.key.id).status()),
            Reason::kNotFound);
  EXPECT_EQ(Must(service.keys().ReportLeak(service.By("bob"), key.key.id)).action,
            LeakAction::kDisable);
  const CreatedKey bobs = NewClassic("bob");
  Must(service.keys().ReportLeakedToken(Caller::Anybody(), bobs.secret.ExposeSecret()));
  EXPECT_EQ(Must(service.keys().Get(service.By("bob"), bobs.key.id)).state, KeyState::kDisabled);
}

// domain D-1, D-2: they go with the membership, and do not authenticate while it is suspended
TEST_F(ClassicKeys, GoWithTheMembership) {
  const CreatedKey here = NewClassic("bob");
  const CreatedKey there = Must(service.keys().Create(service.By("bob", "beta"), Classic()));
  const auto answer = [&](const CreatedKey& key) {
    return service.access().Authenticate(key.secret.ExposeSecret()).reason();
  };
  Must(service.directory().SuspendMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  EXPECT_NE(answer(here), Reason::kAuthenticated);
  EXPECT_EQ(Sees("alice", here), Reason::kNone);
  Must(service.directory().RemoveMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  EXPECT_EQ(answer(here), Reason::kUnknownCredential);
  EXPECT_EQ(ReasonOf(service.keys().Get(service.host(), here.key.id).status()), Reason::kNotFound);
  EXPECT_EQ(answer(there), Reason::kAuthenticated);
  service.AddUser("bob", "acme");
  NewClassic("bob");
}

// domain L-6, K-9: a purge takes of the classic keys only those that the caller may delete
TEST_F(ClassicKeys, ArePassedOverWhereAnAdministratorPurges) {
  NewApiKey expired = Classic();
  expired.expires_at = service.clock.Now() - absl::Hours(48);
  const KeyId classic = Must(service.keys().Create(service.By("bob"), expired)).key.id;
  expired.kind = KeyKind::kPlatform;
  Must(service.keys().Create(service.By("bob"), expired));
  const auto purged = [&](const Caller& caller) {
    return Must(service.keys().Purge(caller, kAcme, absl::Hours(24))).deleted;
  };
  EXPECT_EQ(purged(service.By("carol")), 1U);
  EXPECT_TRUE(service.keys().Get(service.host(), classic).ok());
  EXPECT_EQ(purged(service.By("alice")), 1U);
  EXPECT_EQ(ReasonOf(service.keys().Get(service.host(), classic).status()), Reason::kNotFound);
}

// domain R-3, W-10: an act that names no service passes every rule that may be about it
TEST_F(ClassicKeys, PassTheContextRules) {
  const CreatedKey key = NewClassic("bob");
  NewNetworkZone zone;
  zone.account = kAcme;
  zone.name = "office";
  zone.addresses = {AddressRange::Parse("10.0.0.0/8").value()};
  const ZoneId office = Must(service.engine().context_rules().CreateZone(service.host(), zone)).id;
  NewContextRule rule;
  rule.account = kAcme;
  rule.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  rule.contexts = {{{office}}};
  Must(service.engine().context_rules().CreateRule(service.host(), rule));
  EXPECT_EQ(Sees("bob", key), Reason::kNotFound);
  const Caller inside = Caller::Acting(service.As("bob"), IpAddress::Parse("10.1.1.1"));
  EXPECT_TRUE(service.keys().Get(inside, key.key.id).ok());
}

}  // namespace
}  // namespace latchkey::test
