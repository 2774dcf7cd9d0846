// What is on disk: opening, overhead, and what a durable create costs beside a commit by hand.
#include <signal.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "latchkey/testing.h"

#include "bench/goals.h"
#include "bench/must.h"
#include "bench/raw_tables.h"
#include "bench/report.h"

namespace latchkey::bench {
namespace {

namespace fs = std::filesystem;

// Opens the store in a process of its own, which is killed while it has it open.
void OpenAndBeKilled(const Fixture& fixture) {
  std::fflush(stdout);
  const pid_t child = fork();
  Must(child >= 0, "fork failed");
  if (child == 0) {
    const Engine engine = fixture.Open();
    kill(getpid(), SIGKILL);
    _exit(1);
  }
  int status = 0;
  Must(waitpid(child, &status, 0) == child && WIFSIGNALED(status), "the child was not killed");
}

double MedianOpenMs(const Fixture& fixture, bool after_kill) {
  std::vector<double> ms;
  for (int i = 0; i < 9; ++i) {
    if (after_kill) OpenAndBeKilled(fixture);
    const std::uint64_t start = NowNs();
    Engine engine = fixture.Open();
    ms.push_back(static_cast<double>(NowNs() - start) / 1e6);
    engine.Close();
  }
  return Median(std::move(ms));
}

std::uint64_t FileBytes(const std::string& store) { return fs::file_size(store + "/data.mdb"); }

// Copies of a fixture's store on the disk of the temporary folder.
class Copies {
 public:
  explicit Copies(const Fixture& fixture) : parent_(fs::path(place_.path()).parent_path()) {
    for (const std::string& path : {store(), raw()}) {
      fs::create_directory(path);
      fs::permissions(path, fs::perms::owner_all);
      fs::copy_file(fixture.store() + "/data.mdb", path + "/data.mdb");
    }
  }
  [[nodiscard]] std::string store() const { return (parent_ / "store").string(); }
  [[nodiscard]] std::string raw() const { return (parent_ / "raw").string(); }

 private:
  testing::TemporaryStore place_;
  fs::path parent_;
};

std::vector<NewApiKey> Wanted(const World& world, std::size_t count, std::uint64_t& next) {
  std::vector<NewApiKey> wanted(count);
  for (NewApiKey& key : wanted) {
    const auto identity = static_cast<std::uint32_t>(next % world.shape().identities);
    const std::size_t seat = next / world.shape().identities % kSeats;
    key.iam_id = IamId(world.identity(identity));
    key.account_id = AccountId(world.account(world.seats(identity)[seat].account));
    key.name = absl::StrCat("created key ", next++);
  }
  return wanted;
}

double Argon2Ns() {
  std::vector<double> ns;
  std::array<unsigned char, 32> hash{};
  const std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  for (int i = 0; i < 501; ++i) {
    const std::uint64_t start = NowNs();
    Must(crypto_pwhash(hash.data(), hash.size(), "thirty-two bytes of some secret.", 32,
                       salt.data(), 1, 8192, crypto_pwhash_ALG_ARGON2ID13) == 0,
         "crypto_pwhash failed");
    ns.push_back(static_cast<double>(NowNs() - start));
  }
  return Median(std::move(ns));
}

// Commits of `batch` keys each, beside commits of the same puts by hand.
void MeasureCreates(const GoalsPlan& plan, const Fixture& fixture, std::size_t batch,
                    std::string_view goal_name, std::string_view goal) {
  const Copies copies(fixture);
  Options options = fixture.options();
  options.path = copies.store();
  options.limits.keys_per_identity = 10'000;
  const Call host = Call(Caller::TrustedHost()).Within(absl::Minutes(1));
  std::uint64_t next = 0;

  constexpr std::uint64_t kTrials = 50;
  const TableSizes before = SizesOf(copies.store());
  {
    const Engine engine = Must(Engine::Open(options));
    for (std::uint64_t i = 0; i < kTrials; ++i) {
      Must(engine.keys().CreateBatch(host, Wanted(fixture.world(), batch, next)).status());
    }
  }
  const std::vector<Puts> puts = PutsBetween(before, SizesOf(copies.store()), kTrials);
  std::string what;
  for (const Puts& put : puts) {
    absl::StrAppend(&what, what.empty() ? "" : ", ", put.table, " ", put.count, "x",
                    put.key_bytes + put.value_bytes);
  }
  std::printf("figure puts of %zu creates = %s bytes\n", batch, what.c_str());

  RawCommit raw(copies.raw(), puts);
  const Engine engine = Must(Engine::Open(options));
  const double argon2 = Argon2Ns() * static_cast<double>(batch);
  Contender create = {absl::StrCat("create of ", batch, ", without Argon2"), [&] {
                        const auto wanted = Wanted(fixture.world(), batch, next);
                        const std::uint64_t start = NowNs();
                        const auto made = engine.keys().CreateBatch(host, wanted);
                        const std::uint64_t end = NowNs();
                        Must(made.status());
                        return static_cast<double>(end - start) - argon2;
                      }};
  Contender commit = {absl::StrCat("raw commit of as many puts, batch ", batch), [&] {
                        const std::uint64_t start = NowNs();
                        raw.Commit();
                        return static_cast<double>(NowNs() - start);
                      }};
  create.calls = commit.calls = 1;
  Measure({.rounds = plan.rounds.rounds, .chunks = plan.quick ? 30U : 100U}, {&create, &commit});
  PrintContender(create);
  PrintContender(commit);
  PrintGoal(goal_name, Ratio(create, commit),
            absl::StrCat(std::string(goal), "; in the temporary folder, store of ",
                         fixture.world().shape().keys(), " keys"));
}

}  // namespace

void MeasureStore(const GoalsPlan& plan, const Fixture& large) {
  const std::uint32_t keys = large.world().shape().keys();
  const double clean = MedianOpenMs(large, false);
  const double killed = MedianOpenMs(large, true);
  PrintFigure("open after a clean close", clean, "ms");
  PrintFigure("open after a kill", killed, "ms");
  if (keys == 1'000'000) {
    PrintGoal("open_ms_1m_keys", std::max(clean, killed), "<= 50, the worse of both");
  } else {
    PrintNotMeasured("open_ms_1m_keys", absl::StrCat("the fixture has ", keys, " keys"));
  }
  const TableSizes sizes = SizesOf(large.store());
  for (const auto& [name, size] : sizes) {
    if (size.entries < keys / 100) continue;
    std::printf("figure table %s = %llu entries of %.1f + %.1f bytes\n", name.c_str(),
                static_cast<unsigned long long>(size.entries),
                static_cast<double>(size.key_bytes) / static_cast<double>(size.entries),
                static_cast<double>(size.value_bytes) / static_cast<double>(size.entries));
  }
  PrintGoal("store_overhead",
            static_cast<double>(FileBytes(large.store())) / static_cast<double>(PayloadOf(sizes)),
            absl::StrCat("<= 1.7 at 1000000 keys; at ", keys, " keys, filled in batches of 100"));

  const Fixture small({.identities = plan.small_identities});
  MeasureCreates(plan, small, 1, "create_vs_raw_commit", "<= 1.2");
  MeasureCreates(plan, small, 100, "batch100_vs_raw", "<= 1.4");
}

}  // namespace latchkey::bench
