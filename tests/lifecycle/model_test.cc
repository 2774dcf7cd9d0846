// Goal: no order of commands brings a key where the rules do not. Method: random lives of keys,
// each step compared in answer and in every field with tests/lifecycle/naive_key.h. The seed is
// printed; LATCHKEY_SEED=<number> plays a run again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/lifecycle/key_rules.h"
#include "lifecycle/naive_key.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {
namespace {

constexpr int kSteps = 50'000;

std::uint64_t Seed() {
  const char* given = std::getenv("LATCHKEY_SEED");
  return given == nullptr ? 20'240'607 : std::strtoull(given, nullptr, 10);
}

// One key of the engine beside one of the model, and the clock that both see.
class Life {
 public:
  explicit Life(std::mt19937_64& random) : random_(random) { BeBorn(); }

  // True while the key has steps left after its deletion.
  bool Alive() const { return model_.deleted ? after_death_ < 6 : true; }

  // Returns the engine's answer; fails the test if the model's is another.
  std::string Step() {
    PassTime();
    const Ask ask = Think();
    SCOPED_TRACE("command " + std::to_string(static_cast<int>(ask.command)));
    const std::string before = Print(record_);
    tags_.push_back(record_.key.entity_tag);
    const auto step = Run(ask);
    const std::string answer = AnswerOf(step);
    EXPECT_EQ(answer, model_.Do(ask)) << "of\n" << before;
    EXPECT_EQ(Print(record_), before);
    if (step.ok()) {
      EXPECT_EQ(step->changed, !step->fields.empty() || step->deleted);
      EXPECT_EQ(step->deleted, step->changed && model_.deleted);
      record_ = step->record;
    }
    EXPECT_EQ(Print(record_), model_.PrintLike(record_)) << answer << " of\n" << before;
    CheckView();
    if (model_.deleted) ++after_death_;
    return answer;
  }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  bool Sometimes() { return Below(3) == 0; }
  template <class T>
  T OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

  Facts NewFacts() {
    Facts facts = FactsAt(now_, static_cast<std::uint8_t>(random_()));
    facts.by = OneOf<IamId>({IamId(), IamId("IBMid-a"), IamId("IBMid-b")});
    facts.with_key.reset();
    if (Sometimes()) facts.with_key = KeyOf(static_cast<std::uint8_t>(Below(4)));
    return facts;
  }

  void BeBorn() {
    NewApiKey request;
    request.name = "a";
    request.locked = Sometimes();
    request.disabled = Sometimes();
    const Facts facts = NewFacts();
    record_ = Born(KeyOf(1), "crn", IamId("IBMid-owner"), IdentityKind::kUser, AccountId("one"),
                   request, VerifierOf(1), Sometimes(), facts)
                  .value();
    if (Sometimes()) record_.last_secret_number = kLastSecretNumber - 3;
    model_.locked = request.locked;
    model_.disabled = request.disabled;
    model_.nonce = facts.nonce[0];
    model_.last_number = record_.last_secret_number;
    model_.secrets = {{1, now_, absl::InfiniteFuture(), facts.by, facts.with_key, 1}};
    if (facts.with_key) model_.makers = {*facts.with_key};
    model_.name = "a";
    model_.modified_at = now_;
    EXPECT_EQ(Print(record_), model_.PrintLike(record_));
  }

  // Time stands still, passes, or comes to an end that somebody set, to the tick.
  void PassTime() {
    if (Sometimes()) now_ += OneOf<absl::Duration>({kTick, absl::Seconds(1), absl::Hours(200)});
    if (!Sometimes()) return;
    std::vector<absl::Time> ends = {model_.expires_at};
    for (const NaiveKey::Secret& secret : model_.secrets) ends.push_back(secret.ends_at);
    const absl::Time end = OneOf(ends);
    if (end == absl::InfiniteFuture()) return;
    now_ = std::max(now_, Sometimes() ? end - kTick : end);
  }

  Ask Think() {
    Ask ask;
    ask.facts = NewFacts();
    ask.command = ChooseCommand();
    ask.verifier = static_cast<std::uint8_t>(Below(200));
    ask.overlap = OneOf<absl::Duration>({absl::ZeroDuration(), kTick, absl::Hours(1),
                                         absl::Hours(720), absl::Hours(720) + kTick, -kTick});
    if (ask.command == KeyCommand::kUpdate) ask.update = ThinkOfUpdate();
    // A version: the stored one, or one that was.
    if (ask.command == KeyCommand::kLeakOldSecret) return ask;
    if (Sometimes()) ask.if_match = record_.key.entity_tag;
    if (Sometimes() && Sometimes() && !tags_.empty()) ask.if_match = OneOf(tags_);
    return ask;
  }

  KeyCommand ChooseCommand() {
    for (;;) {
      const KeyCommand command = kKeyCommands[Below(kKeyCommands.size())];
      const bool deletes = command == KeyCommand::kDelete || command == KeyCommand::kLeakDelete ||
                           command == KeyCommand::kRemoveIdentity;
      if (!deletes || model_.deleted || Below(10) == 0) return command;  // lives are to be long
    }
  }

  KeyUpdate ThinkOfUpdate() {
    KeyUpdate update;
    if (Sometimes()) update.name = OneOf<std::string>({"a", "b"});
    if (Sometimes()) update.description = OneOf<std::string>({"", "c", "d"});
    if (Sometimes()) {
      update.action_when_leaked =
          OneOf<LeakAction>({LeakAction::kNone, LeakAction::kDisable, LeakAction::kDelete});
    }
    if (Sometimes()) update.support_sessions = Below(2) == 0;
    if (Sometimes()) {
      update.expires_at = OneOf<absl::Time>(
          {absl::InfiniteFuture(), now_, now_ - absl::Hours(9), now_ + absl::Hours(9)});
    }
    return update;
  }

  absl::StatusOr<lifecycle::Step> Run(const Ask& ask) {
    const IfMatch if_match = ask.if_match ? IfMatch::Tag(*ask.if_match) : IfMatch::Any();
    switch (ask.command) {
      case KeyCommand::kUpdate:
        return Update(record_, ask.update, if_match, ask.facts);
      case KeyCommand::kRotate:
        return Rotate(record_, VerifierOf(ask.verifier), ask.overlap, if_match, ask.facts);
      case KeyCommand::kRetireOldSecret:
        return RetireOldSecret(record_, if_match, ask.facts);
      case KeyCommand::kLeakOldSecret:
        return LeakOldSecret(record_, ask.facts);
      default:
        return Command(record_, ask.command, if_match, ask.facts);
    }
  }

  static std::string AnswerOf(const absl::StatusOr<lifecycle::Step>& step) {
    if (!step.ok()) return std::string(NameOf(ReasonOf(step.status())));
    return step->changed ? "changed" : "no change";
  }

  // domain K-7: at most two secrets live at any time, and readers see exactly those.
  void CheckView() {
    std::vector<std::uint32_t> live;
    for (const NaiveKey::Secret& secret : model_.secrets) {
      if (secret.ends_at > now_) live.push_back(secret.number);
    }
    EXPECT_LE(live.size(), 2U);
    EXPECT_EQ(NumbersOf(ViewOf(record_, now_)), live);
    EXPECT_EQ(OverlapRuns(record_, now_), live.size() == 2);
  }

  std::mt19937_64& random_;
  absl::Time now_ = kNow;
  base::KeyRecord record_;
  NaiveKey model_;
  std::vector<EntityTag> tags_;  // every version that was
  int after_death_ = 0;
};

// domain section 3, L-1..L-7, K-5..K-7, K-11, K-12, hazard K16, hazard C49, hazard C50
TEST(Model, RandomLivesAgreeWithTheNaiveRules) {
  const std::uint64_t seed = Seed();
  RecordProperty("seed", std::to_string(seed));
  std::cout << "LATCHKEY_SEED=" << seed << '\n';
  std::mt19937_64 random(seed);
  std::map<std::string, int> answers;
  for (int step = 0; step < kSteps;) {
    for (Life life(random); life.Alive() && step < kSteps; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      ++answers[life.Step()];
      if (HasFailure()) return;
    }
  }
  // A run that never met an answer has proved nothing about it.
  for (const char* answer : {"changed", "no change", "malformed", "not_found", "locked",
                             "stale_version", "state_forbids", "limit_exceeded"}) {
    EXPECT_GT(answers[answer], 20) << answer;
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
