// Goal: at most two secrets of a key live, each ends when it was said to, and the newer one is
// never harmed by the end of the older (domain K-7, K-12, T-2).
#include <array>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "engine/lifecycle/key_rules.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr absl::Duration kAtOnce = absl::ZeroDuration();

absl::StatusOr<Step> RotateAt(const base::KeyRecord& record, absl::Duration overlap,
                              absl::Time now) {
  const auto number = static_cast<std::uint8_t>(record.last_secret_number + 1);
  return Rotate(record, VerifierOf(number), overlap, IfMatch::Any(), FactsAt(now));
}

std::vector<std::uint32_t> LiveAt(const base::KeyRecord& record, absl::Time now) {
  return NumbersOf(ViewOf(record, now));
}

// domain K-7, K-5
TEST(Rotation, NewSecretIsFirstAndKnowsItsMaker) {
  const base::KeyRecord before = RecordIn(KeyState::kActive);
  const Step step = Taken(RotateAt(before, absl::Hours(2), kNow));
  ASSERT_THAT(NumbersOf(step.record), ElementsAre(4, 3));
  const base::SecretRecord& fresh = step.record.secrets[0];
  EXPECT_EQ(fresh.info.created_at, kNow);
  EXPECT_EQ(fresh.info.ends_at, std::nullopt);
  EXPECT_EQ(fresh.info.made_by, IamId("IBMid-changer"));
  EXPECT_EQ(fresh.info.made_with, KeyOf(0x77));
  EXPECT_EQ(fresh.verifier.hash, VerifierOf(4).hash);
  EXPECT_EQ(fresh.verifier.salt, VerifierOf(4).salt);
  EXPECT_EQ(step.record.last_secret_number, 4U);
  EXPECT_THAT(step.fields, ElementsAre("secrets"));
}

// domain K-12: the list of makers only grows, whatever becomes of the secrets.
TEST(Rotation, RemembersEveryMaker) {
  base::KeyRecord record = RecordIn(KeyState::kActive);
  std::vector<KeyId> makers = record.made_with;
  for (const std::uint8_t maker : std::to_array<std::uint8_t>({0x30, 0x99, 0x30})) {
    Facts facts = FactsAt(kNow);
    facts.with_key = KeyOf(maker);
    record = Taken(Rotate(record, VerifierOf(1), kAtOnce, IfMatch::Any(), facts)).record;
    EXPECT_THAT(NumbersOf(record), SizeIs(1));
  }
  makers.insert(makers.begin() + 1, KeyOf(0x30));
  makers.push_back(KeyOf(0x99));
  EXPECT_EQ(record.made_with, makers);
}

// domain K-12: at most 1000 different makers; one that is known already is no new one.
TEST(Rotation, MakersHaveALimit) {
  base::KeyRecord record = RecordIn(KeyState::kActive);
  record.made_with.clear();
  for (std::uint8_t high = 0; high < 4; ++high) {
    for (std::uint8_t low = 0; low < 250; ++low) {
      std::array<std::uint8_t, 16> bytes{};
      bytes[0] = high;
      bytes[1] = low;
      record.made_with.push_back(KeyId(bytes));
    }
  }
  EXPECT_EQ(Outcome(RotateAt(record, kAtOnce, kNow)), "limit_exceeded");
  Facts facts = FactsAt(kNow);
  facts.with_key = record.made_with[700];
  EXPECT_TRUE(Rotate(record, VerifierOf(1), kAtOnce, IfMatch::Any(), facts).ok());
  facts.with_key.reset();
  EXPECT_TRUE(Rotate(record, VerifierOf(1), kAtOnce, IfMatch::Any(), facts).ok());
  record.made_with.pop_back();
  EXPECT_TRUE(RotateAt(record, kAtOnce, kNow).ok());
}

// domain K-7: the old secret is the same secret until the stated end, and the epoch stays.
TEST(Rotation, OldSecretEndsAfterTheOverlap) {
  const base::KeyRecord before = RecordIn(KeyState::kActive);
  const Step step = Taken(RotateAt(before, absl::Hours(2), kNow));
  const base::SecretRecord& old = step.record.secrets[1];
  EXPECT_EQ(old.info.ends_at, kNow + absl::Hours(2));
  EXPECT_EQ(old.info.made_with, before.secrets[0].info.made_with);
  EXPECT_EQ(old.info.made_by, before.secrets[0].info.made_by);
  EXPECT_EQ(old.verifier.hash, before.secrets[0].verifier.hash);
  EXPECT_EQ(step.record.use_epoch, before.use_epoch);
  const absl::Time end = kNow + absl::Hours(2);
  EXPECT_THAT(LiveAt(step.record, end - kTick), ElementsAre(4, 3));
  EXPECT_THAT(LiveAt(step.record, end), ElementsAre(4));
  EXPECT_TRUE(OverlapRuns(step.record, end - kTick));
  EXPECT_FALSE(OverlapRuns(step.record, end));
}

// domain K-7, T-2
TEST(Rotation, WithoutOverlapEndsAllOlderSecretsAndTheUseEpoch) {
  for (const Overlap overlap : {Overlap::kNone, Overlap::kRunning}) {
    const base::KeyRecord before = RecordIn(KeyState::kActive, overlap);
    const Step step = Taken(RotateAt(before, kAtOnce, kNow));
    EXPECT_THAT(NumbersOf(step.record), ElementsAre(4));
    EXPECT_EQ(step.record.use_epoch, before.use_epoch + 1);
  }
}

// domain K-7: refused while an overlap runs, allowed from the instant that it ends.
TEST(Rotation, SecondOverlapIsRefusedWhileOneRuns) {
  const base::KeyRecord running = RecordIn(KeyState::kActive, Overlap::kRunning);
  const absl::Time end = kNow + absl::Hours(1);
  EXPECT_EQ(Outcome(RotateAt(running, absl::Seconds(1), kNow)), "state_forbids");
  EXPECT_EQ(Outcome(RotateAt(running, absl::Seconds(1), end - kTick)), "state_forbids");
  EXPECT_THAT(NumbersOf(Taken(RotateAt(running, absl::Seconds(1), end)).record), ElementsAre(4, 3));
}

// domain K-7: 0 s to 30 days, both included; L-7: what is malformed is said first.
TEST(Rotation, OverlapHasItsRange) {
  const base::KeyRecord record = RecordIn(KeyState::kActive);
  EXPECT_TRUE(RotateAt(record, kTick, kNow).ok());
  EXPECT_EQ(Taken(RotateAt(record, absl::Hours(720), kNow)).record.secrets[1].info.ends_at,
            kNow + absl::Hours(720));
  for (const absl::Duration bad :
       {-kTick, absl::Hours(720) + kTick, absl::InfiniteDuration(), -absl::InfiniteDuration()}) {
    for (const KeyState state : kKeyStates) {
      EXPECT_EQ(Outcome(RotateAt(RecordIn(state), bad, kNow)), "malformed");
    }
  }
}

// domain K-8: a secret number has 4 characters of base62; K-7: numbers are never reused.
TEST(Rotation, SecretNumbersRunOut) {
  base::KeyRecord record = RecordIn(KeyState::kActive);
  record.last_secret_number = kLastSecretNumber - 1;
  record = Taken(RotateAt(record, kAtOnce, kNow)).record;
  EXPECT_THAT(NumbersOf(record), ElementsAre(kLastSecretNumber));
  EXPECT_EQ(Outcome(RotateAt(record, kAtOnce, kNow)), "limit_exceeded");
  EXPECT_EQ(Outcome(RotateAt(record, absl::Hours(1), kNow)), "limit_exceeded");
}

// domain L-7: locked → stale version → the state → over a limit.
TEST(Rotation, RefusalsHaveTheirOrder) {
  base::KeyRecord record = RecordIn(KeyState::kLocked, Overlap::kRunning);
  record.last_secret_number = kLastSecretNumber;
  const auto rotate = [&](const IfMatch& if_match) {
    return Outcome(Rotate(record, VerifierOf(4), absl::Hours(1), if_match, FactsAt(kNow)));
  };
  const IfMatch stale = IfMatch::Tag(TagOf(6, 6));
  EXPECT_EQ(rotate(stale), "locked");
  record.key.state = KeyState::kActive;
  EXPECT_EQ(rotate(stale), "stale_version");
  EXPECT_EQ(rotate(IfMatch::Any()), "state_forbids");
  record.secrets.pop_back();
  EXPECT_EQ(rotate(IfMatch::Any()), "limit_exceeded");
}

// domain K-7: a number that went is not given again, also after a retirement.
TEST(Rotation, NumbersAreNeverReused) {
  base::KeyRecord record = RecordIn(KeyState::kActive);
  for (std::uint32_t number = 4; number < 20; ++number) {
    const absl::Duration overlap = number % 2 == 0 ? kAtOnce : absl::Hours(1);
    record = Taken(RotateAt(record, overlap, kNow)).record;
    EXPECT_EQ(record.secrets.front().info.number, number);
    EXPECT_EQ(record.last_secret_number, number);
    if (number % 2 == 1) {
      record = Taken(RetireOldSecret(record, IfMatch::Any(), FactsAt(kNow))).record;
    }
  }
}

// domain C-1: a key that was rebuilt from the feed has no secret until it is rotated.
TEST(Rotation, GivesAKeyWithoutSecretsItsFirst) {
  base::KeyRecord record = RecordIn(KeyState::kDisabled);
  record.secrets.clear();
  EXPECT_THAT(NumbersOf(Taken(RotateAt(record, absl::Hours(1), kNow)).record), ElementsAre(4));
  EXPECT_FALSE(RetireOldSecret(record, IfMatch::Any(), FactsAt(kNow))->changed);
}

// domain K-7, K-12, T-2: the newer secret goes on as it is; principals of the old one end with its
// number, so the use epoch must stay.
TEST(Rotation, EndOfTheOldSecretLeavesTheNewerAlone) {
  const base::KeyRecord before = RecordIn(KeyState::kActive, Overlap::kRunning);
  base::KeyRecord expected = before;
  expected.secrets.pop_back();
  expected.key.entity_tag = TagOf(8, 0xee);
  expected.key.modified_at = kNow;
  EXPECT_EQ(Outcome(RetireOldSecret(before, IfMatch::Any(), FactsAt(kNow))),
            "changed to\n" + Print(expected));
  EXPECT_EQ(Outcome(LeakOldSecret(before, FactsAt(kNow))), "changed to\n" + Print(expected));
}

// domain K-7, L-2: an overlap that ran out is not there to be ended.
TEST(Rotation, NothingToRetireIsNoChange) {
  const base::KeyRecord record = RecordIn(KeyState::kActive, Overlap::kRunning);
  const absl::Time end = kNow + absl::Hours(1);
  EXPECT_TRUE(RetireOldSecret(record, IfMatch::Any(), FactsAt(end - kTick))->changed);
  EXPECT_EQ(Outcome(RetireOldSecret(record, IfMatch::Any(), FactsAt(end))),
            "no change of\n" + Print(record));
  EXPECT_EQ(Outcome(LeakOldSecret(record, FactsAt(end))), "no change of\n" + Print(record));
}

// hazard F12, domain K-7: a secret that has ended leaves the record at the next change of any kind.
TEST(Rotation, EndedSecretsGoWithTheNextChange) {
  const base::KeyRecord record = RecordIn(KeyState::kActive, Overlap::kRunning);
  const absl::Time end = kNow + absl::Hours(1);
  const auto after = [&](absl::Time now) {
    return NumbersOf(
        Taken(Command(record, KeyCommand::kLock, IfMatch::Any(), FactsAt(now))).record);
  };
  EXPECT_THAT(after(end - kTick), ElementsAre(3, 2));
  EXPECT_THAT(after(end), ElementsAre(3));
}

}  // namespace
}  // namespace latchkey::lifecycle
