// Activity: every successful authentication counts once, whoever asks later, and whatever happens
// to its environment (domain K-13).
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/child.h"
#include "facade/second_process.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

namespace fs = std::filesystem;

std::string TokenOf(const CreatedKey& key) { return std::string(key.secret.ExposeSecret()); }

std::uint64_t CountOf(const Service& service, const KeyId& key) {
  return Must(service.keys().ActivityOf(service.host(), key)).authentications.count;
}

fs::path ActivityIn(const Service& service) { return fs::path(service.store.path()) / "activity"; }

void AuthenticateTimes(const Access& access, const std::string& token, int times) {
  for (int i = 0; i < times; ++i) EXPECT_TRUE(access.Authenticate(token).authenticated());
}

// domain K-13: cold, through the store, and warm ones; of Authenticate and of Check, also where the
// request is denied; not of Authorize.
TEST(Activity, CountsEverySuccessfulAuthentication) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const KeyActivity unused = Must(service.keys().ActivityOf(service.host(), key.key.id));
  EXPECT_EQ(unused.authentications.count, 0U);
  EXPECT_FALSE(unused.authentications.last.has_value());
  ASSERT_EQ(unused.secrets.size(), 1U);

  AuthenticateTimes(service.access(), TokenOf(key), 5);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(service.Check(TokenOf(key), "shop.item.read").allowed());
  service.clock.Advance(absl::Seconds(100));
  EXPECT_FALSE(service.Check(TokenOf(key), "shop.item.write").allowed());
  EXPECT_FALSE(service.Check(TokenOf(key), "shop.item.read", "beta").allowed());
  const absl::Time last = service.clock.Now();
  service.clock.Advance(absl::Seconds(100));

  const Principal kept =
      Must(service.access().Assert(service.host(), {User("bob"), AccountId("acme"), {}}));
  const Principal principal = service.access().Authenticate(TokenOf(key));
  const absl::Time later = service.clock.Now();
  service.clock.Advance(absl::Seconds(100));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(
        service.access().Authorize(principal, {"acme", "shop", "shop.item.read", {}}).allowed());
    EXPECT_TRUE(service.access().Authorize(kept, {"acme", "shop", "shop.item.read", {}}).allowed());
  }
  const KeyActivity used = Must(service.keys().ActivityOf(service.host(), key.key.id));
  EXPECT_LT(last, later);
  EXPECT_EQ(used.authentications.count, 11U);
  EXPECT_EQ(used.authentications.last, later);
  ASSERT_EQ(used.secrets.size(), 1U);
  EXPECT_EQ(used.secrets[0].number, 1U);
  EXPECT_EQ(used.secrets[0].authentications.count, 11U);
}

// domain K-13
TEST(Activity, RefusalsDoNotCount) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const std::string token = TokenOf(key);
  AuthenticateTimes(service.access(), token, 2);
  std::string altered = token;
  altered[40] = altered[40] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(service.access().Authenticate(altered).authenticated());
  Must(service.keys().Disable(service.host(), key.key.id, IfMatch::Any()));
  EXPECT_FALSE(service.access().Authenticate(token).authenticated());
  EXPECT_FALSE(service.Check(token, "shop.item.read").allowed());
  Must(service.keys().Enable(service.host(), key.key.id, IfMatch::Any()));
  Must(service.directory().SuspendMember(service.host(), AccountId("acme"), User("bob"),
                                         IfMatch::Any()));
  EXPECT_FALSE(service.access().Authenticate(token).authenticated());
  EXPECT_EQ(CountOf(service, key.key.id), 2U);
}

// domain K-7: "safe to retire" can be answered.
TEST(Activity, TellsTheSecretsOfAnOverlapApart) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  AuthenticateTimes(service.access(), TokenOf(key), 4);
  const absl::Time last_of_old = service.clock.Now();
  const CreatedKey rotated =
      Must(service.keys().Rotate(service.host(), key.key.id, IfMatch::Any(), absl::Hours(24)));
  service.clock.Advance(absl::Hours(1));
  AuthenticateTimes(service.access(), TokenOf(rotated), 3);
  KeyActivity activity = Must(service.keys().ActivityOf(service.host(), key.key.id));
  ASSERT_EQ(activity.secrets.size(), 2U);
  EXPECT_EQ(activity.secrets[0].number, 2U);
  EXPECT_EQ(activity.secrets[0].authentications.count, 3U);
  EXPECT_EQ(activity.secrets[1].number, 1U);
  EXPECT_EQ(activity.secrets[1].authentications.count, 4U);
  EXPECT_EQ(activity.secrets[1].authentications.last, last_of_old);
  Must(service.keys().RetireOldSecret(service.host(), key.key.id, IfMatch::Any()));
  activity = Must(service.keys().ActivityOf(service.host(), key.key.id));
  EXPECT_EQ(activity.secrets.size(), 1U);
  EXPECT_EQ(activity.authentications.count, 7U) << "of all secrets that there were";
}

// domain W-7
TEST(Activity, IsSeenByWhoeverSeesTheKey) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  EXPECT_TRUE(service.keys().ActivityOf(service.By("bob"), key.key.id).ok());
  EXPECT_TRUE(service.keys().ActivityOf(service.By("carol"), key.key.id).ok());
  EXPECT_EQ(ReasonOf(service.keys().ActivityOf(service.By("dan"), key.key.id).status()),
            Reason::kNotFound);
}

// domain K-13: written by maintenance and by Close, nothing twice.
TEST(Activity, IsKeptByMaintenanceAndByClose) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const CreatedKey other = service.NewKey("dan");
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_written, 0U);
  EXPECT_FALSE(fs::exists(ActivityIn(service))) << "made when there is something to write";
  AuthenticateTimes(service.access(), TokenOf(key), 3);
  AuthenticateTimes(service.access(), TokenOf(other), 1);
  const MaintenanceReport report = Must(service.engine().RunMaintenance(service.host()));
  EXPECT_EQ(report.activity_written, 2U);
  EXPECT_EQ(report.activity_fault, Reason::kNone);
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(CountOf(service, key.key.id), 3U);
  AuthenticateTimes(service.access(), TokenOf(key), 2);
  EXPECT_EQ(CountOf(service, key.key.id), 5U);
  service.Reopen();
  EXPECT_EQ(CountOf(service, key.key.id), 5U);
  EXPECT_EQ(CountOf(service, other.key.id), 1U);
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_written, 0U);
}

// hazard L30, domain K-13
TEST(Activity, LiesInADirectoryOfItsOwnThatOthersCannotRead) {
  Service service;
  AuthenticateTimes(service.access(), TokenOf(service.NewKey("bob")), 1);
  (void)Must(service.engine().RunMaintenance(service.host()));
  struct stat info;
  ASSERT_EQ(stat(ActivityIn(service).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700U);
  ASSERT_EQ(stat((ActivityIn(service) / "data.mdb").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
}

// domain K-13: 8 threads, warm and through the store, one of them keeps flushing; exact.
TEST(Activity, EightThreadsCountExactly) {
  Service service;
  service.Grant("acme", service.staff, kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token = TokenOf(key);
  constexpr int kThreads = 8;
  constexpr int kEach = 2000;
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const bool good = t % 2 == 0 ? service.access().Authenticate(token).authenticated()
                                     : service.Check(token, "shop.item.read").allowed();
        EXPECT_TRUE(good);
      }
      --running;
    });
  }
  while (running > 0) {
    (void)Must(service.engine().RunMaintenance(service.host()));
    EXPECT_LE(CountOf(service, key.key.id), std::uint64_t{kThreads} * kEach);
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(CountOf(service, key.key.id), std::uint64_t{kThreads} * kEach);
  (void)Must(service.engine().RunMaintenance(service.host()));
  service.Reopen();
  EXPECT_EQ(CountOf(service, key.key.id), std::uint64_t{kThreads} * kEach);
}

// domain L-4, domain K-13
TEST(Activity, OfDeletedKeysIsForgotten) {
  Service service;
  const CreatedKey stays = service.NewKey("bob", "stays");
  const CreatedKey goes = service.NewKey("bob", "goes");
  AuthenticateTimes(service.access(), TokenOf(stays), 2);
  AuthenticateTimes(service.access(), TokenOf(goes), 2);
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_forgotten, 0U);
  Must(service.keys().Delete(service.host(), goes.key.id, IfMatch::Any()));
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_forgotten, 1U);
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_forgotten, 0U);
  EXPECT_EQ(CountOf(service, stays.key.id), 2U);
}

class Events : public Observer {
 public:
  void OnEvent(Event event, std::uint64_t) override {
    if (event == Event::kActivityFailed) ++failed;
  }
  static Events& Instance() {
    static Events events;
    return events;
  }
  std::atomic<int> failed{0};
};

// domain K-13: whatever is wrong with it, everything else works, and nothing that was counted is
// lost.
TEST(Activity, AFaultyEnvironmentHoldsUpNothing) {
  Service service([](Options& options) { options.observer = &Events::Instance(); });
  Events::Instance().failed = 0;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  std::ofstream(ActivityIn(service)) << "in the way";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(service.Check(TokenOf(key), "shop.item.read").allowed());
  const MaintenanceReport report = Must(service.engine().RunMaintenance(service.host()));
  EXPECT_EQ(report.activity_fault, Reason::kStoreUnsafe);
  EXPECT_TRUE(report.complete) << "the rest was done";
  EXPECT_EQ(Events::Instance().failed, 1);
  EXPECT_EQ(ReasonOf(service.keys().ActivityOf(service.host(), key.key.id).status()),
            Reason::kStoreUnsafe);
  EXPECT_TRUE(service.Check(TokenOf(key), "shop.item.read").allowed());
  EXPECT_TRUE(service.keys().Get(service.host(), key.key.id).ok());

  fs::remove(ActivityIn(service));
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_written, 1U);
  EXPECT_EQ(CountOf(service, key.key.id), 4U);
  service.engine().Close();
  fs::permissions(ActivityIn(service), fs::perms::owner_all | fs::perms::others_read);
  service.Reopen();
  EXPECT_TRUE(service.Check(TokenOf(key), "shop.item.read").allowed());
  EXPECT_EQ(Must(service.engine().RunMaintenance(service.host())).activity_fault,
            Reason::kStoreUnsafe);
}

// domain K-13: another store in the same directory, as after a restore without it.
TEST(Activity, OfAnotherStoreIsIgnoredAndForgotten) {
  Service service;
  AuthenticateTimes(service.access(), TokenOf(service.NewKey("bob")), 2);
  service.engine().Close();
  for (const char* name : {"data.mdb", "lock.mdb", "gate.latchkey"}) {
    ASSERT_TRUE(fs::remove(fs::path(service.store.path()) / name));
  }
  Service anew(nullptr, &service.store);
  const CreatedKey key = anew.NewKey("bob");
  EXPECT_EQ(CountOf(anew, key.key.id), 0U);
  AuthenticateTimes(anew.access(), TokenOf(key), 1);
  EXPECT_EQ(Must(anew.engine().RunMaintenance(anew.host())).activity_forgotten, 1U);
  EXPECT_EQ(CountOf(anew, key.key.id), 1U);
}

// hazard F6: a store that was moved away counts nothing into the directory of the next.
TEST(Activity, AReplacedStoreWritesNothingIntoItsSuccessor) {
  Service service;
  AuthenticateTimes(service.access(), TokenOf(service.NewKey("bob")), 2);
  const std::string aside = service.store.path() + "-aside";
  fs::rename(service.store.path(), aside);
  fs::create_directory(service.store.path());
  while (service.engine().Info().ok()) std::this_thread::yield();  // it looks once per second
  service.engine().Close();
  EXPECT_FALSE(fs::exists(ActivityIn(service)));
  fs::remove_all(service.store.path());
  fs::rename(aside, service.store.path());
}

// hazard C60: what was counted before a fork is the parent's to write, once.
TEST(Activity, AForkedChildWritesNothing) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  AuthenticateTimes(service.access(), TokenOf(key), 3);
  EXPECT_EQ(ResultInChild([&] {
              if (service.keys().ActivityOf(service.host(), key.key.id).ok()) return 1;
              service.engine().Close();
              return fs::exists(ActivityIn(service)) ? 2 : 0;
            }),
            0);
  EXPECT_EQ(CountOf(service, key.key.id), 3U);
  service.Reopen();
  EXPECT_EQ(CountOf(service, key.key.id), 3U);
}

// domain K-13: two processes add up.
TEST(Activity, OfTwoProcessesAddsUp) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  SecondProcess other(testing::FastOptions(place, clock),
                      [](const Engine& engine, const std::string& token) {
                        AuthenticateTimes(engine.access(), token, 5);
                        return engine.RunMaintenance(Caller::TrustedHost()).ok();
                      });
  Service service(nullptr, &place);
  const CreatedKey key = service.NewKey("bob");
  ASSERT_TRUE(other.Run(TokenOf(key)));
  AuthenticateTimes(service.access(), TokenOf(key), 2);
  EXPECT_EQ(CountOf(service, key.key.id), 7U);
  (void)Must(service.engine().RunMaintenance(service.host()));
  ASSERT_TRUE(other.Run(TokenOf(key)));
  EXPECT_EQ(CountOf(service, key.key.id), 12U);
}

// domain K-13: killed, a process loses what it had not written, and nothing else.
TEST(Activity, AKilledProcessLosesOnlyTheUnwritten) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  SecondProcess other(testing::FastOptions(place, clock),
                      [](const Engine& engine, const std::string& token) {
                        AuthenticateTimes(engine.access(), token, 5);
                        if (!engine.RunMaintenance(Caller::TrustedHost()).ok()) return false;
                        AuthenticateTimes(engine.access(), token, 3);
                        return true;
                      });
  Service service(nullptr, &place);
  const CreatedKey key = service.NewKey("bob");
  ASSERT_TRUE(other.Run(TokenOf(key)));
  AuthenticateTimes(service.access(), TokenOf(key), 2);
  other.Kill();
  EXPECT_EQ(CountOf(service, key.key.id), 7U);
  (void)Must(service.engine().RunMaintenance(service.host()));
  EXPECT_EQ(CountOf(service, key.key.id), 7U);
}

}  // namespace
}  // namespace latchkey::test
