// tests/staleness/stage.h: a small organisation on tmpfs, and what one process of a trial holds.
//
//   account acme   owner alice; members bob, dan; service ID "robot"
//   account beta   owner bea; members bob, dan
//   account gamma  owner gina
//   service shop   role Reader {shop.item.read, shop.item.list}
#ifndef LATCHKEY_TESTS_STALENESS_STAGE_H_
#define LATCHKEY_TESTS_STALENESS_STAGE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "facade/service.h"

namespace latchkey::test {

inline constexpr std::size_t kSubjects = 100;
inline constexpr std::string_view kAction = "shop.item.read";

// Between the process that takes away (A) and the one that checks (B).
struct Board {
  std::atomic<std::uint32_t> go{0};      // B: take away, round n
  std::atomic<std::uint32_t> taken{0};   // A: so many of this round's steps have returned
  std::atomic<std::uint32_t> done{0};    // A: all of round n
  std::atomic<std::uint32_t> undo{0};    // B: give back what round n took
  std::atomic<std::uint32_t> undone{0};  // A: it is given back
  std::atomic<bool> stop{false};
  std::array<KeyId, kSubjects> keys;    // B's, before `go`
  std::array<char, 128> identity = {};  // A's, before `undone`: whose keys B makes
};

// A directory in memory, if there is a file system for it.
class Place {
 public:
  Place();
  [[nodiscard]] const std::string& path() const { return store_->path(); }

 private:
  std::optional<testing::TemporaryStore> store_;
};

// Options of a trial: tiny Argon2id, no limit in the way.
[[nodiscard]] Options StageOptions(const Place& place, const Clock& clock);

// The engine of one process and the ids that it knows. Copied by fork with its engine closed.
class Stage {
 public:
  explicit Stage(const Place& place) : options_(StageOptions(place, clock)) {}

  [[nodiscard]] Options& options() { return options_; }  // before Open
  void Open() { engine_.emplace(Must(Engine::Open(options_))); }
  void Close() { engine_.reset(); }
  // Makes the organisation; once, with the engine open.
  void Build();

  void DefineShop(bool readable);
  void GrantIdentity();    // a policy of `account` for `identity`
  void GrantGroup();       // a group of `identity`, and its policy
  void GrantCustomRole();  // a custom role that reads, and its policy for `identity`
  [[nodiscard]] IamId AddRobot() const;
  // A key of `iam_id`, which acts from the home account.
  [[nodiscard]] CreatedKey NewKeyOf(const IamId& iam_id) const;
  void AddMember(std::string_view name) const;
  [[nodiscard]] NewPolicy PolicyFor(const PolicySubject& subject, const RoleId& role) const;

  [[nodiscard]] AccessRequest request() const { return {account.text(), "shop", kAction, {}}; }
  [[nodiscard]] std::uint64_t snapshots() const { return Must(engine_->Info()).counters.snapshots; }
  [[nodiscard]] const Engine& engine() const { return *engine_; }
  [[nodiscard]] Keys keys() const { return engine_->keys(); }
  [[nodiscard]] Directory directory() const { return engine_->directory(); }
  [[nodiscard]] Policies policies() const { return engine_->policies(); }
  [[nodiscard]] ContextRules rules() const { return engine_->context_rules(); }
  [[nodiscard]] Access access() const { return engine_->access(); }

  const Caller host = Caller::TrustedHost();
  const AccountId home = AccountId("acme");
  testing::ManualClock clock;
  std::uint32_t round = 0;
  AccountId account = AccountId("acme");  // that is asked about
  IamId identity;                         // whose access is taken away
  GroupId group;
  PolicyId policy;
  RoleId role = RoleId(kReader);
  ContextRuleId rule;

 private:
  Options options_;
  std::optional<Engine> engine_;
};

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_STALENESS_STAGE_H_
