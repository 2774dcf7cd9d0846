// Verifiers follow the configured cost, after use, and nobody notices but the thief of the file.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "engine/store/store.h"
#include "facade/second_process.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr Argon2Cost kLow{8, 1};  // FastOptions'
constexpr Argon2Cost kRaised{16, 2};

std::string TokenOf(const CreatedKey& key) { return std::string(key.secret.ExposeSecret()); }

Options WithCost(const Service& service, const Argon2Cost& cost) {
  Options options = service.options();
  options.argon2 = cost;
  return options;
}

Engine ReopenedAt(Service& service, const Argon2Cost& cost) {
  service.engine().Close();
  return Must(Engine::Open(WithCost(service, cost)));
}

// The costs of the stored verifiers, newest first. The store is closed.
std::vector<Argon2Cost> StoredCosts(const Service& service, const KeyId& key) {
  store::StoreOptions options;
  options.directory = service.options().path;
  options.mode = kv::OpenMode::kMustExist;
  options.map_size_bytes = service.options().map_size_bytes;
  options.max_readers = service.options().max_readers;
  options.token_prefix = service.options().token_prefix;
  options.crn_prefix = service.options().crn_prefix;
  const auto store = Must(store::Store::Open(options));
  const auto snapshot = Must(store->Read());
  const auto record = Must(snapshot->view().FindKey(key));
  std::vector<Argon2Cost> costs;
  for (const base::SecretRecord& secret : record->secrets) {
    costs.push_back({secret.verifier.memory_kib, secret.verifier.passes});
  }
  return costs;
}

EngineCounters CountersOf(const Engine& engine) { return Must(engine.Info()).counters; }

// hazard K3, hazard O9, domain L-2: by upkeep, after use; neither entity tag nor history.
TEST(Rehash, RaisesTheCostOfAUsedSecret) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const auto history = Must(service.keys().History(service.host(), key.key.id)).size();
  {
    const Engine raised = ReopenedAt(service, kRaised);
    EXPECT_EQ(Must(raised.RunMaintenance(service.host())).rehashed, 0U) << "not yet used";
    ASSERT_TRUE(raised.access().Authenticate(TokenOf(key)).authenticated());
    EXPECT_EQ(CountersOf(raised).verified_below_cost, 1U);
    EXPECT_EQ(CountersOf(raised).argon2_runs, 1U) << "nothing is added to the request";
    EXPECT_EQ(Must(raised.RunMaintenance(service.host())).rehashed, 1U);
    EXPECT_EQ(Must(raised.RunMaintenance(service.host())).rehashed, 0U) << "once";
    EXPECT_EQ(CountersOf(raised).rehashed, 1U);
    const ApiKey after = Must(raised.keys().Get(service.host(), key.key.id));
    EXPECT_EQ(after.entity_tag, key.key.entity_tag);
    EXPECT_EQ(after.modified_at, key.key.modified_at);
    EXPECT_EQ(Must(raised.keys().History(service.host(), key.key.id)).size(), history);
    ASSERT_TRUE(raised.access().Authenticate(TokenOf(key)).authenticated());
    EXPECT_EQ(CountersOf(raised).argon2_runs, 2U) << "the new verifier is known already";
    EXPECT_EQ(CountersOf(raised).verified_below_cost, 1U);
  }
  EXPECT_EQ(StoredCosts(service, key.key.id), std::vector{kRaised});
  const Engine again = Must(Engine::Open(WithCost(service, kRaised)));
  EXPECT_TRUE(again.access().Authenticate(TokenOf(key)).authenticated());
  EXPECT_EQ(CountersOf(again).verified_below_cost, 0U);
}

// domain C-1: the feed tells, without the verifier.
TEST(Rehash, IsAChangeInTheFeed) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const Engine raised = ReopenedAt(service, kRaised);
  const std::uint64_t before = Must(raised.Info()).revision;
  (void)raised.access().Authenticate(TokenOf(key));
  (void)Must(raised.RunMaintenance(service.host()));
  const auto changes = Must(raised.feed().Read(service.host(), before, 10)).changes;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].act, "key.rehash");
  EXPECT_EQ(changes[0].object, key.key.id.ToString());
}

// hazard C23: never downgraded, and neither is one member for the other.
TEST(Rehash, NeverLowersMemoryOrPasses) {
  Service service([](Options& options) { options.argon2 = {16, 2}; });
  const CreatedKey key = service.NewKey("bob");
  for (const Argon2Cost cost : {kLow, Argon2Cost{64, 1}, Argon2Cost{8, 4}, Argon2Cost{16, 2}}) {
    Engine other = ReopenedAt(service, cost);
    ASSERT_TRUE(other.access().Authenticate(TokenOf(key)).authenticated());
    EXPECT_EQ(Must(other.RunMaintenance(service.host())).rehashed, 0U);
    EXPECT_EQ(CountersOf(other).verified_below_cost, 0U);
    other.Close();
    EXPECT_EQ(StoredCosts(service, key.key.id), (std::vector{Argon2Cost{16, 2}}));
  }
  for (const Argon2Cost cost : {Argon2Cost{17, 2}, Argon2Cost{17, 3}}) {
    const Engine other = ReopenedAt(service, cost);
    ASSERT_TRUE(other.access().Authenticate(TokenOf(key)).authenticated());
    EXPECT_EQ(Must(other.RunMaintenance(service.host())).rehashed, 1U);
  }
}

// hazard C50: a lock protects against key management, not against upkeep.
TEST(Rehash, IsDoneToLockedAndDisabledKeys) {
  Service service;
  const CreatedKey locked = service.NewKey("bob", "locked");
  const CreatedKey disabled = service.NewKey("bob", "disabled");
  Must(service.keys().Lock(service.host(), locked.key.id, IfMatch::Any()));
  Engine raised = ReopenedAt(service, kRaised);
  ASSERT_TRUE(raised.access().Authenticate(TokenOf(locked)).authenticated());
  ASSERT_TRUE(raised.access().Authenticate(TokenOf(disabled)).authenticated());
  Must(raised.keys().Disable(service.host(), disabled.key.id, IfMatch::Any()));
  EXPECT_EQ(Must(raised.RunMaintenance(service.host())).rehashed, 2U);
  EXPECT_EQ(Must(raised.keys().Get(service.host(), locked.key.id)).state, KeyState::kLocked);
  EXPECT_EQ(Must(raised.keys().Get(service.host(), disabled.key.id)).state, KeyState::kDisabled);
  EXPECT_FALSE(raised.access().Authenticate(TokenOf(disabled)).authenticated());
  raised.Close();
  EXPECT_EQ(StoredCosts(service, locked.key.id), std::vector{kRaised});
}

// hazard K3: compare and set. What was changed meanwhile stays as it was changed.
TEST(Rehash, LeavesWhatChangedMeanwhile) {
  Service service;
  const CreatedKey deleted = service.NewKey("bob", "deleted");
  const CreatedKey rotated = service.NewKey("bob", "rotated");
  const CreatedKey overlapping = service.NewKey("bob", "overlapping");
  service.engine().Close();
  Engine raised = Must(Engine::Open(WithCost(service, kRaised)));
  for (const CreatedKey* key : {&deleted, &rotated, &overlapping}) {
    ASSERT_TRUE(raised.access().Authenticate(TokenOf(*key)).authenticated());
  }
  const Caller host = service.host();
  Must(raised.keys().Delete(host, deleted.key.id, IfMatch::Any()));
  const CreatedKey fresh =
      Must(raised.keys().Rotate(host, rotated.key.id, IfMatch::Any(), absl::ZeroDuration()));
  const CreatedKey newer =
      Must(raised.keys().Rotate(host, overlapping.key.id, IfMatch::Any(), absl::Hours(1)));
  EXPECT_EQ(Must(raised.RunMaintenance(host)).rehashed, 1U) << "the old secret of the overlap";
  EXPECT_FALSE(raised.access().Authenticate(TokenOf(deleted)).authenticated());
  EXPECT_FALSE(raised.access().Authenticate(TokenOf(rotated)).authenticated());
  for (const CreatedKey* key : {&fresh, &newer, &overlapping}) {
    EXPECT_TRUE(raised.access().Authenticate(TokenOf(*key)).authenticated());
  }
  raised.Close();
  EXPECT_EQ(StoredCosts(service, overlapping.key.id), (std::vector{kRaised, kRaised}));
}

// domain A-3: a rehash does not keep alive what is revoked right after, though it was warm.
TEST(Rehash, WarmEntriesFollow) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const AccessRequest read = {"acme", "shop", "shop.item.read", {}};
  const Engine raised = ReopenedAt(service, kRaised);
  const auto check = [&] { return raised.access().Check(TokenOf(key), read).allowed(); };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(check());
  ASSERT_EQ(Must(raised.RunMaintenance(service.host())).rehashed, 1U);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(check());
  EXPECT_EQ(CountersOf(raised).argon2_runs, 2U);
  Must(raised.keys().Disable(service.host(), key.key.id, IfMatch::Any()));
  EXPECT_FALSE(check());
}

// hazard C23: two processes, each of which saw the secret; one of them makes it anew.
TEST(Rehash, IsDoneOnceByTwoProcesses) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  Options raised_options = testing::FastOptions(place, clock);
  raised_options.argon2 = kRaised;
  SecondProcess other(raised_options, [](const Engine& engine, const std::string& line) {
    if (line != "maintain") return engine.access().Authenticate(line).authenticated();
    const auto report = engine.RunMaintenance(Caller::TrustedHost());
    return report.ok() && report->rehashed == 1;
  });
  Service service(nullptr, &place);
  const CreatedKey key = service.NewKey("bob");
  const Engine raised = ReopenedAt(service, kRaised);
  ASSERT_TRUE(raised.access().Authenticate(TokenOf(key)).authenticated());
  ASSERT_TRUE(other.Run(TokenOf(key)));
  other.Begin("maintain");
  const std::uint64_t here = Must(raised.RunMaintenance(service.host())).rehashed;
  const std::uint64_t there = other.End() ? 1 : 0;
  EXPECT_EQ(here + there, 1U);
  EXPECT_TRUE(raised.access().Authenticate(TokenOf(key)).authenticated());
  EXPECT_TRUE(other.Run(TokenOf(key)));
}

// hazard C23: killed anywhere in it, the key verifies.
TEST(Rehash, AKilledProcessLeavesAKeyThatVerifies) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  Options raised = testing::FastOptions(place, clock);
  raised.argon2 = kRaised;
  Service service(nullptr, &place);
  std::vector<CreatedKey> keys;
  for (int i = 0; i < 10; ++i) keys.push_back(service.NewKey("bob"));
  service.engine().Close();
  for (int i = 0; i < 10; ++i) {
    SecondProcess other(raised, [](const Engine& engine, const std::string& token) {
      return engine.access().Authenticate(token).authenticated() &&
             engine.RunMaintenance(Caller::TrustedHost()).ok();
    });
    other.Begin(TokenOf(keys[i]));
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(4 * i);
    while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
    other.Kill();
  }
  const Engine engine = Must(Engine::Open(raised));
  for (const CreatedKey& key : keys) {
    EXPECT_TRUE(engine.access().Authenticate(TokenOf(key)).authenticated());
  }
}

}  // namespace
}  // namespace latchkey::test
