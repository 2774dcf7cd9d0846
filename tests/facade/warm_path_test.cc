// The path without a read of the store: it is taken, it answers as the store would, and what takes
// access away ends it at once (domain A-3).
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr AccessRequest kRead = {"acme", "shop", "shop.item.read", {}};

std::uint64_t SnapshotsOf(const Service& service) {
  return Must(service.engine().Info()).counters.snapshots;
}

// How many snapshots `body` takes; the look at the counter takes one itself.
std::uint64_t SnapshotsDuring(const Service& service, const std::function<void()>& body) {
  const std::uint64_t before = SnapshotsOf(service);
  body();
  return SnapshotsOf(service) - before - 1;
}

// domain A-3, hazard F7
TEST(WarmPath, AnswersWithoutReadingTheStore) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  const Principal kept = service.access().Authenticate(token);
  const std::uint64_t read = SnapshotsDuring(service, [&] {
    for (int i = 0; i < 100; ++i) {
      EXPECT_TRUE(service.Check(token, "shop.item.read").allowed());
      EXPECT_EQ(service.Check(token, "shop.item.write").reason(), Reason::kNoPolicy);
      EXPECT_TRUE(service.access().Authorize(kept, kRead).allowed());
      EXPECT_TRUE(service.access().Authenticate(token).authenticated());
    }
  });
  EXPECT_EQ(read, 0U);
}

// hazard C35: what one key had compiled anew answers for the other keys of its identity.
TEST(WarmPath, AKeyFindsWhatAnotherOfItsIdentityHadCompiled) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const std::string one(service.NewKey("bob", "one").secret.ExposeSecret());
  const std::string two(service.NewKey("bob", "two").secret.ExposeSecret());
  for (int i = 0; i < 3; ++i) {
    for (const std::string& token : {one, two}) {
      ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
    }
  }
  service.Grant("acme", User("bob"), kWriter);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(service.Check(one, "shop.item.write").allowed());
  const std::uint64_t read = SnapshotsDuring(
      service, [&] { EXPECT_TRUE(service.Check(two, "shop.item.write").allowed()); });
  EXPECT_EQ(read, 0U);
}

// Somebody whom no revocation concerns, and who keeps the caches up with the store's last commit:
// what is refused then is refused by what they know, not because they are behind.
class Bystander {
 public:
  explicit Bystander(const Service& service)
      : token_(service.NewKey("bea", "other", "beta").secret.ExposeSecret()) {
    BringUpToDate(service);
  }
  void BringUpToDate(const Service& service) const {
    const auto ask = [&] {
      EXPECT_TRUE(service.Check(token_, "shop.item.read", "beta").allowed());
    };
    ask();
    EXPECT_EQ(SnapshotsDuring(service, ask), 0U);
  }

 private:
  const std::string token_;
};

// Each way in which access is taken away, of a key of bob's that reads the shop of acme as a member
// of the group staff by a custom role.
struct Revocation {
  std::string_view name;
  void (*setup)(const Service&);
  void (*revoke)(const Service&, const CreatedKey&);
};

void GrantBob(const Service& service) { service.Grant("acme", User("bob"), kReader); }
void GrantStaff(const Service& service) { service.Grant("acme", service.staff, kReader); }

Policy OnlyPolicy(const Service& service) {
  const std::vector<Policy> policies =
      Must(service.policies().List(service.host(), AccountId("acme")));
  for (const Policy& policy : policies) {
    if (policy.roles.front() == RoleId(kReader)) return policy;
  }
  ADD_FAILURE() << "no policy";
  return {};
}

const Revocation kRevocations[] = {
    {"delete", GrantBob,
     [](const Service& service, const CreatedKey& key) {
       Must(service.keys().Delete(service.host(), key.key.id, IfMatch::Any()));
     }},
    {"disable", GrantBob,
     [](const Service& service, const CreatedKey& key) {
       Must(service.keys().Disable(service.host(), key.key.id, IfMatch::Any()));
     }},
    {"boundary", GrantBob,
     [](const Service& service, const CreatedKey& key) {
       BoundaryTerm term;
       term.actions = {"shop.item.write"};
       Must(service.keys().AppendBoundaryTerm(service.host(), key.key.id, IfMatch::Any(), term));
     }},
    {"policy of a group", GrantStaff,
     [](const Service& service, const CreatedKey&) {
       const Policy policy = OnlyPolicy(service);
       Must(
           service.policies().Delete(service.host(), AccountId("acme"), policy.id, IfMatch::Any()));
     }},
    {"policy", GrantBob,
     [](const Service& service, const CreatedKey&) {
       const Policy policy = OnlyPolicy(service);
       Must(
           service.policies().Delete(service.host(), AccountId("acme"), policy.id, IfMatch::Any()));
     }},
    {"deactivated policy", GrantBob,
     [](const Service& service, const CreatedKey&) {
       const Policy policy = OnlyPolicy(service);
       Must(service.policies().Deactivate(service.host(), AccountId("acme"), policy.id,
                                          IfMatch::Any()));
     }},
    {"leaving the group", GrantStaff,
     [](const Service& service, const CreatedKey&) {
       Must(service.directory().RemoveFromGroup(service.host(), AccountId("acme"), service.staff,
                                                User("bob")));
     }},
    {"deleted group", GrantStaff,
     [](const Service& service, const CreatedKey&) {
       Must(service.directory().DeleteGroup(service.host(), AccountId("acme"), service.staff,
                                            IfMatch::Any()));
     }},
    {"removed member", GrantBob,
     [](const Service& service, const CreatedKey&) {
       Must(service.directory().RemoveMember(service.host(), AccountId("acme"), User("bob"),
                                             IfMatch::Any()));
     }},
    {"suspended member", GrantBob,
     [](const Service& service, const CreatedKey&) {
       Must(service.directory().SuspendMember(service.host(), AccountId("acme"), User("bob"),
                                              IfMatch::Any()));
     }},
    {"suspended account", GrantBob,
     [](const Service& service, const CreatedKey&) {
       Must(service.directory().SetAccountState(service.host(), AccountId("acme"), IfMatch::Any(),
                                                AccountState::kSuspended));
     }},
};

class WarmRevocations : public ::testing::TestWithParam<Revocation> {};

// domain A-3, hazard C53: warm and allowed just before; the very next decisions refuse, and give
// the reason that a fresh engine gives.
TEST_P(WarmRevocations, EndWarmAccessAtOnce) {
  Service service;
  GetParam().setup(service);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  const Principal kept = service.access().Authenticate(token);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  const Bystander bystander(service);
  ASSERT_EQ(SnapshotsDuring(service, [&] { (void)service.Check(token, "shop.item.read"); }), 0U);

  GetParam().revoke(service, key);
  bystander.BringUpToDate(service);
  const Decision checked = service.Check(token, "shop.item.read");
  const Decision authorized = service.access().Authorize(kept, kRead);
  EXPECT_FALSE(checked.allowed());
  EXPECT_FALSE(authorized.allowed());
  EXPECT_FALSE(service.Check(token, "shop.item.read").allowed()) << "and the next";
  service.Reopen();
  EXPECT_EQ(service.Check(token, "shop.item.read").reason(), checked.reason());
}

INSTANTIATE_TEST_SUITE_P(All, WarmRevocations, ::testing::ValuesIn(kRevocations),
                         [](const ::testing::TestParamInfo<Revocation>& tested) {
                           std::string name(tested.param.name);
                           for (char& c : name) c = c == ' ' ? '_' : c;
                           return name;
                         });

// domain R-1: a rule of the account that is asked about, while the key stays warm.
TEST(WarmPath, ExternalRulesCutAtOnce) {
  Service service;
  service.Grant("beta", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  const auto set = [&](ExternalMode mode, std::vector<AccountId> allowed) {
    AccountSettings settings;
    settings.external_users = {mode, std::move(allowed)};
    Must(service.directory().UpdateSettings(service.host(), AccountId("beta"), IfMatch::Any(),
                                            settings));
  };
  const auto ask = [&] {
    (void)service.Check(token, "shop.item.read", "beta");
    return service.Check(token, "shop.item.read", "beta");
  };
  ASSERT_TRUE(ask().allowed());
  set(ExternalMode::kLimited, {});
  EXPECT_EQ(service.Check(token, "shop.item.read", "beta").reason(), Reason::kExternalIdentity);
  EXPECT_EQ(ask().reason(), Reason::kExternalIdentity);
  set(ExternalMode::kMonitor, {});
  EXPECT_TRUE(ask().allowed());
  EXPECT_TRUE(ask().limited_would_refuse());
  set(ExternalMode::kLimited, {AccountId("acme")});
  EXPECT_TRUE(ask().allowed());
  EXPECT_FALSE(ask().limited_would_refuse());
}

// domain C-1, hazard C88: what the feed no longer tells makes everything void.
TEST(WarmPath, ATrimmedFeedHidesNothing) {
  Service service([](Options& options) { options.feed_records = 1; });
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  const Bystander bystander(service);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  Must(service.keys().Delete(service.host(), key.key.id, IfMatch::Any()));
  for (const std::string_view name : {"erna", "fred", "gina"}) service.AddUser(name, "acme");
  ASSERT_GE(Must(service.engine().RunMaintenance(service.host())).changes_trimmed, 3U);
  bystander.BringUpToDate(service);
  EXPECT_FALSE(service.Check(token, "shop.item.read").allowed());
}

// Decides by a clock that is as late as a coarse one may be.
class LateClock : public testing::ManualClock {
 public:
  [[nodiscard]] std::int64_t CoarseNowUs() const override {
    return absl::ToUnixMicros(Now()) - 10'000;
  }
  static LateClock& Instance() {
    static LateClock clock;
    return clock;
  }
};

// domain K-11: no decision is made by a time before one by which anything was changed.
TEST(WarmPath, AChangeBringsDecisionsUpToItsTime) {
  Service service([](Options& options) { options.clock = &LateClock::Instance(); });
  service.Grant("acme", User("bob"), kReader);
  NewApiKey request;
  request.name = "short";
  request.expires_at = LateClock::Instance().Now() + absl::Hours(1);
  const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
  const std::string token(key.secret.ExposeSecret());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  LateClock::Instance().Advance(absl::Hours(1) - absl::Milliseconds(8));
  service.AddUser("dora", "acme");
  LateClock::Instance().Advance(absl::Milliseconds(9));
  ASSERT_TRUE(service.Check(token, "shop.item.read").allowed()) << "the coarse clock is late";
  service.AddUser("erna", "acme");
  EXPECT_EQ(service.Check(token, "shop.item.read").reason(), Reason::kKeyExpired);
}

// domain K-11: an expiry passes while everything else stays warm.
TEST(WarmPath, TheClockEndsAWarmKey) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  NewApiKey request;
  request.name = "short";
  request.expires_at = service.clock.Now() + absl::Hours(1);
  const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
  const std::string token(key.secret.ExposeSecret());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  service.clock.Advance(absl::Hours(1) - absl::Microseconds(1));
  EXPECT_TRUE(service.Check(token, "shop.item.read").allowed());
  service.clock.Advance(absl::Microseconds(1));
  EXPECT_EQ(service.Check(token, "shop.item.read").reason(), Reason::kKeyExpired);
}

}  // namespace
}  // namespace latchkey::test
