// The engine's own thread: only if it is asked for, it does what RunMaintenance does, and it ends
// with Close.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "base/child.h"
#include "facade/paused_call.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

namespace fs = std::filesystem;

std::ptrdiff_t ThreadsOfThisProcess() {
  return std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator());
}

// True as soon as `holds` does; false after a minute.
template <class Condition>
bool Eventually(Condition holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

void EveryTenMilliseconds(Options& options) {
  options.maintenance_interval = absl::Milliseconds(10);
}
void EveryHour(Options& options) { options.maintenance_interval = absl::Hours(1); }

class Events : public Observer {
 public:
  void OnEvent(Event event, std::uint64_t) override {
    if (event == Event::kActivityFailed) ++activity_failed;
    if (event == Event::kMaintenanceFailed) ++maintenance_failed;
  }
  static Events& Instance() {
    static Events events;
    return events;
  }
  std::atomic<int> activity_failed{0};
  std::atomic<int> maintenance_failed{0};
};

// The library starts no thread by itself; hazard C60 relies on it.
TEST(MaintenanceThread, ThereIsNoneUnlessAskedFor) {
  const auto before = ThreadsOfThisProcess();
  const Service service;
  EXPECT_EQ(ThreadsOfThisProcess(), before);
}

// domain K-13: what was counted is written without anybody's call.
TEST(MaintenanceThread, DoesWhatRunMaintenanceDoes) {
  Service service(EveryTenMilliseconds);
  const CreatedKey key = service.NewKey("bob");
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  EXPECT_TRUE(Eventually(
      [&] { return fs::exists(fs::path(service.store.path()) / "activity" / "data.mdb"); }));
  EXPECT_EQ(Must(service.keys().ActivityOf(service.host(), key.key.id)).authentications.count, 1U);
}

TEST(MaintenanceThread, EndsWithClosePromptly) {
  const auto before = ThreadsOfThisProcess();
  for (const auto adjust : {EveryHour, EveryTenMilliseconds}) {
    Service service(adjust);
    EXPECT_EQ(ThreadsOfThisProcess(), before + 1);
    service.engine().Close();  // the test's own time limit is less than an hour
    EXPECT_EQ(ThreadsOfThisProcess(), before);
  }
}

// hazard C60: it is not in a child of fork, which may close its copy of the engine all the same.
TEST(MaintenanceThread, IsNotInAForkedChild) {
  Service service(EveryTenMilliseconds);
  EXPECT_EQ(ResultInChild([&] {
              if (ThreadsOfThisProcess() != 1) return 1;
              service.engine().Close();
              return 0;
            }),
            0);
  const CreatedKey key = service.NewKey("bob");
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
}

// Faults are the observer's: of the activity alone, and of the whole run.
TEST(MaintenanceThread, TellsFaultsToTheObserver) {
  Events& events = Events::Instance();
  Service service([](Options& options) {
    EveryTenMilliseconds(options);
    options.observer = &Events::Instance();
  });
  std::ofstream(fs::path(service.store.path()) / "activity") << "in the way";
  const CreatedKey key = service.NewKey("bob");
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  EXPECT_TRUE(Eventually([&] { return events.activity_failed > 0; }));
  EXPECT_EQ(events.maintenance_failed, 0);
  fs::rename(service.store.path(), service.store.path() + "-aside");
  fs::create_directory(service.store.path());
  EXPECT_TRUE(Eventually([&] { return events.maintenance_failed > 0; }));
  service.engine().Close();
  fs::remove_all(service.store.path() + "-aside");
}

// A writer that is not free in time is no fault: the rest of the upkeep waits for the next run.
TEST(Maintenance, IsIncompleteWhileAnotherWrites) {
  const Service service;
  const CreatedKey key = service.NewKey("bob");
  PausedCall writer(
      [&] { EXPECT_TRUE(service.keys().Lock(service.host(), key.key.id, IfMatch::Any()).ok()); });
  const Call brief = Call(service.host()).Within(absl::Milliseconds(20));
  EXPECT_FALSE(Must(service.engine().RunMaintenance(brief)).complete);
  writer.Finish();
  EXPECT_TRUE(Must(service.engine().RunMaintenance(service.host())).complete);
}

TEST(MaintenanceThread, RefusesIntervalsOutOfRange) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  for (const absl::Duration interval :
       {absl::Nanoseconds(1), absl::Milliseconds(10) - absl::Nanoseconds(1), absl::Seconds(-1),
        absl::Hours(24) + absl::Nanoseconds(1), absl::InfiniteDuration(),
        -absl::InfiniteDuration()}) {
    Options options = testing::FastOptions(place, clock);
    options.maintenance_interval = interval;
    EXPECT_EQ(ReasonOf(Engine::Open(options).status()), Reason::kInvalidOptions);
  }
}

}  // namespace
}  // namespace latchkey::test
