// Two processes on one store: whether a revocation is seen, and what commits cost the other's tail.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "bench/goals.h"
#include "bench/must.h"
#include "bench/report.h"

namespace latchkey::bench {
namespace {

constexpr std::size_t kKeys = 100;
constexpr int kCommitEveryMs = 2;

Options OptionsOf(const std::string& path) {
  Options options;
  options.path = path;
  options.argon2 = {8, 1};
  options.allow_weak_argon2_for_tests = true;
  options.map_size_bytes = std::uint64_t{8} << 30;
  return options;
}

// A store of one account, in which one policy lets the keys of 100 members in. On tmpfs, where
// there is one.
class Place {
 public:
  Place() : folder_(absl::StrCat(CacheFolder(), "/processes-", getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    engine_.emplace(Must(Engine::Open(OptionsOf(path()))));
    Fill();
  }
  ~Place() {
    engine_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] std::string path() const { return folder_ + "/store"; }
  [[nodiscard]] Access access() const { return engine_->access(); }
  [[nodiscard]] const std::vector<CreatedKey>& keys() const { return keys_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  // Of the owner, whose keys nobody shows here.
  [[nodiscard]] const KeyId& other_key() const { return other_key_; }

 private:
  void Fill() {
    const Call host = Caller::TrustedHost();
    const Directory directory = engine_->directory();
    const AccountId account("one");
    const IamId owner("IBMid-owner");
    const RoleId role("crn:v1:bluemix:public:iam::::serviceRole:Reader");
    Service shop;
    shop.name = "shop";
    shop.roles = {{role, "Reader", RoleKind::kService, {"shop.item.read"}}};
    Must(engine_->policies().DefineService(host, shop));
    Must(directory.CreateUser(host, {.id = owner, .realm = {}, .name = "Owner"}).status());
    Must(directory.CreateAccount(host, {account, "One", owner}).status());
    const AccessGroup group = Must(directory.CreateGroup(host, account, "all", ""));
    std::vector<NewApiKey> wanted(kKeys);
    for (std::size_t i = 0; i < kKeys; ++i) {
      const IamId user(absl::StrCat("IBMid-", i));
      Must(directory.CreateUser(host, {.id = user, .realm = {}, .name = "User"}).status());
      const Membership invited = Must(directory.Invite(host, account, user));
      Must(directory.AcceptInvitation(host, account, user, IfMatch::Tag(invited.entity_tag))
               .status());
      Must(directory.AddToGroup(host, account, group.id, user));
      wanted[i].iam_id = user;
      wanted[i].account_id = account;
      wanted[i].name = "key";
    }
    keys_ = Must(engine_->keys().CreateBatch(host, wanted));
    wanted.resize(1);
    wanted[0].iam_id = owner;
    other_key_ = Must(engine_->keys().CreateBatch(host, wanted)).front().key.id;
    NewPolicy policy;
    policy.account = account;
    policy.subject = group.id;
    policy.roles = {role};
    policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
    policy_ = Must(engine_->policies().Create(host, policy));
  }

  std::string folder_;
  std::optional<Engine> engine_;
  std::vector<CreatedKey> keys_;
  KeyId other_key_;
  Policy policy_;
};

class OtherProcess {
 public:
  explicit OtherProcess(const Place& place) {
    std::array<int, 2> down{};
    std::array<int, 2> up{};
    Must(pipe(down.data()) == 0 && pipe(up.data()) == 0, "pipe failed");
    const std::string path = place.path();
    const std::string policy = place.policy().id.text();
    const std::string key = place.other_key().ToString();
    std::fflush(stdout);
    child_ = fork();
    Must(child_ >= 0, "fork failed");
    if (child_ == 0) {
      dup2(down[0], STDIN_FILENO);
      dup2(up[1], STDOUT_FILENO);
      for (const int fd : {down[0], down[1], up[0], up[1]}) close(fd);
      execl("/proc/self/exe", "goals_bench", "--other-process", path.c_str(), policy.c_str(),
            key.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    close(down[0]);
    close(up[1]);
    to_ = down[1];
    from_ = up[0];
  }
  ~OtherProcess() {
    close(to_);
    close(from_);
    waitpid(child_, nullptr, 0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  // Returns once it was done.
  void Do(char what) {
    char answer = 0;
    Must(write(to_, &what, 1) == 1 && read(from_, &answer, 1) == 1 && answer == what,
         "the other process gave up");
  }

 private:
  pid_t child_ = -1;
  int to_ = -1;
  int from_ = -1;
};

std::size_t Allowed(const Place& place) {
  const Access access = place.access();
  std::size_t allowed = 0;
  for (const CreatedKey& key : place.keys()) {
    allowed +=
        access.Check(key.secret.ExposeSecret(), {"one", "shop", "shop.item.read", {}}).allowed()
            ? 1U
            : 0U;
  }
  return allowed;
}

void MeasureRevocations(const GoalsPlan& plan, const Place& place, OtherProcess& other) {
  const std::size_t commits = plan.quick ? 300 : 10'000;
  std::size_t stale = 0;
  for (std::size_t i = 0; i < commits; ++i) {
    Must(Allowed(place) == kKeys, "what was restored does not let everybody in");
    other.Do('d');
    stale += Allowed(place);
    other.Do('r');
  }
  PrintGoal("revoke_visible", static_cast<double>(stale),
            absl::StrCat("0 of 1,000,000; of ", commits * kKeys, " trials, ", kKeys, " a commit"));
}

double P99Us(const Place& place, std::size_t rounds) {
  std::vector<double> us;
  const Access access = place.access();
  for (std::size_t i = 0; i < rounds; ++i) {
    for (const CreatedKey& key : place.keys()) {
      const std::uint64_t start = NowNs();
      const bool allowed =
          access.Check(key.secret.ExposeSecret(), {"one", "shop", "shop.item.read", {}}).allowed();
      us.push_back(static_cast<double>(NowNs() - start) / 1e3);
      Must(allowed, "a warm check denied");
    }
  }
  std::sort(us.begin(), us.end());
  return us[us.size() * 99 / 100];
}

void MeasureTail(const GoalsPlan& plan, const Place& place, OtherProcess& other) {
  std::vector<double> quiet;
  std::vector<double> busy;
  std::vector<double> ratios;
  for (std::size_t round = 0; round < plan.rounds.rounds; ++round) {
    quiet.push_back(P99Us(place, 3'000));
    other.Do('c');
    busy.push_back(P99Us(place, 3'000));
    other.Do('s');
    ratios.push_back(busy.back() / quiet.back());
  }
  PrintFigure("p99 of a warm check, quiet", Median(std::move(quiet)), "us");
  PrintFigure("p99 of a warm check under commits", Median(std::move(busy)), "us");
  PrintGoal("check_p99_under_commits", Median(std::move(ratios)), "<= 2; 500 changes a second");
}

}  // namespace

void MeasureProcesses(const GoalsPlan& plan) {
  const Place place;
  OtherProcess other(place);
  MeasureRevocations(plan, place, other);
  MeasureTail(plan, place, other);
}

int RunOtherProcess(const char* store, const char* policy, const char* key) {
  const Engine engine = Must(Engine::Open(OptionsOf(store)));
  const Call host = Caller::TrustedHost();
  const AccountId account("one");
  const PolicyId id(policy);
  const auto key_id = KeyId::Parse(key);
  Must(key_id.has_value(), "no key to change");
  bool busy = false;
  for (std::uint64_t n = 0;; ++n) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, busy ? kCommitEveryMs : -1) == 0) {
      KeyUpdate update;
      update.description = absl::StrCat("change ", n);
      Must(engine.keys().Update(host, *key_id, IfMatch::Any(), update).status());
      continue;
    }
    char what = 0;
    if (read(STDIN_FILENO, &what, 1) != 1) return 0;
    if (what == 'd') Must(engine.policies().Deactivate(host, account, id, IfMatch::Any()).status());
    if (what == 'r') Must(engine.policies().Restore(host, account, id, IfMatch::Any()).status());
    busy = what == 'c';
    if (write(STDOUT_FILENO, &what, 1) != 1) return 0;
  }
}

}  // namespace latchkey::bench
