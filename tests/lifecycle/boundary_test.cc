// Goal: terms are appended and removed like every change of a key, and whatever is made through a
// bounded key is no wider than it (domain R-2).
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "engine/lifecycle/key_rules.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

BoundaryTerm TermOf(const std::string& action) {
  BoundaryTerm term;
  term.actions = {action};
  return term;
}

Facts Through(std::vector<BoundaryTerm> terms, std::optional<absl::Time> ends = std::nullopt,
              LeakAction action = LeakAction::kNone) {
  Facts facts = FactsAt(kNow);
  facts.bound = base::KeyBound{std::move(terms), ends, action};
  return facts;
}

absl::StatusOr<base::KeyRecord> BornThrough(const NewApiKey& request, const Facts& facts) {
  return Born(KeyOf(1), "crn", IamId("IBMid-owner"), IdentityKind::kUser, AccountId("account"),
              request, VerifierOf(9), false, facts);
}

std::vector<std::string> ActionsOf(const base::KeyRecord& record) {
  std::vector<std::string> actions;
  for (const BoundaryTerm& term : record.key.boundary) actions.push_back(term.actions.front());
  return actions;
}

// domain R-2, hazard C42
TEST(Boundary, IsCarriedToAKeyThatIsBornThroughIt) {
  NewApiKey request;
  request.boundary = {TermOf("own"), TermOf("b")};
  const auto born = BornThrough(request, Through({TermOf("a"), TermOf("b")}));
  ASSERT_TRUE(born.ok()) << born.status();
  EXPECT_THAT(ActionsOf(*born), ElementsAre("a", "b", "own"));
  const auto free = BornThrough(request, FactsAt(kNow));
  ASSERT_TRUE(free.ok());
  EXPECT_THAT(ActionsOf(*free), ElementsAre("own", "b"));
}

// domain R-2: no later expiry and no weaker leak action; what is narrower already stays.
TEST(Boundary, LendsItsExpiryAndLeakAction) {
  const absl::Time ends = kNow + absl::Hours(2);
  const Facts facts = Through({TermOf("a")}, ends, LeakAction::kDisable);
  for (const std::optional<absl::Time>& asked :
       {std::optional<absl::Time>(), std::optional(ends + kTick), std::optional(ends),
        std::optional(ends - kTick)}) {
    NewApiKey request;
    request.expires_at = asked;
    request.action_when_leaked = LeakAction::kNone;
    const auto born = BornThrough(request, facts);
    ASSERT_TRUE(born.ok());
    EXPECT_EQ(born->key.expires_at, std::min(asked.value_or(absl::InfiniteFuture()), ends));
    EXPECT_EQ(born->key.action_when_leaked, LeakAction::kDisable);
  }
  NewApiKey stricter;
  stricter.action_when_leaked = LeakAction::kDelete;
  EXPECT_EQ(BornThrough(stricter, facts)->key.action_when_leaked, LeakAction::kDelete);
}

// domain R-2, hazard C42: the same for a key that is rotated through a bounded one.
TEST(Boundary, IsCarriedToAKeyThatIsRotatedThroughIt) {
  const absl::Time ends = kNow + absl::Minutes(1);
  base::KeyRecord record = RecordIn(KeyState::kActive);
  record.key.boundary = {TermOf("own")};
  record.key.action_when_leaked = LeakAction::kNone;
  const Facts facts = Through({TermOf("a")}, ends, LeakAction::kDelete);
  const Step step =
      Taken(Rotate(record, VerifierOf(4), absl::ZeroDuration(), IfMatch::Any(), facts));
  EXPECT_THAT(ActionsOf(step.record), ElementsAre("a", "own"));
  EXPECT_EQ(step.record.key.expires_at, ends);
  EXPECT_EQ(step.record.key.action_when_leaked, LeakAction::kDelete);
  EXPECT_THAT(step.fields, ElementsAre("secrets", "boundary", "expires_at", "action_when_leaked"));
  const Step again =
      Taken(Rotate(step.record, VerifierOf(5), absl::ZeroDuration(), IfMatch::Any(), facts));
  EXPECT_THAT(again.fields, ElementsAre("secrets")) << "nothing is carried twice";
}

// domain R-2, domain section 9: at most 8 terms, however they come.
TEST(Boundary, HasALimit) {
  std::vector<BoundaryTerm> eight;
  for (int i = 0; i < 8; ++i) eight.push_back(TermOf(std::to_string(i)));
  base::KeyRecord record = RecordIn(KeyState::kActive);
  record.key.boundary = eight;
  EXPECT_EQ(Outcome(AppendTerm(record, TermOf("ninth"), IfMatch::Any(), FactsAt(kNow))),
            "limit_exceeded");
  EXPECT_EQ(Outcome(Rotate(record, VerifierOf(4), absl::ZeroDuration(), IfMatch::Any(),
                           Through({TermOf("ninth")}))),
            "limit_exceeded");
  NewApiKey request;
  request.boundary = {TermOf("ninth")};
  EXPECT_EQ(ReasonOf(BornThrough(request, Through(eight)).status()), Reason::kLimitExceeded);
  request.boundary = {eight[3]};
  EXPECT_THAT(BornThrough(request, Through(eight))->key.boundary, SizeIs(8));
  record.key.boundary.pop_back();
  EXPECT_TRUE(AppendTerm(record, TermOf("eighth"), IfMatch::Any(), FactsAt(kNow)).ok());
}

// domain R-2, domain section 3 (as an update), L-2, L-7, K-6
TEST(Boundary, TermsFollowTheTableLikeAnUpdate) {
  const auto append = [](const base::KeyRecord& record, const IfMatch& if_match) {
    return AppendTerm(record, TermOf("new"), if_match, FactsAt(kNow));
  };
  const auto remove = [](const base::KeyRecord& record, const IfMatch& if_match) {
    return RemoveTerm(record, 0, if_match, FactsAt(kNow));
  };
  for (const KeyState state : kKeyStates) {
    base::KeyRecord record = RecordIn(state);
    record.key.boundary = {TermOf("old")};
    const Effect effect = TransitionOf(state, KeyCommand::kUpdate).effect;
    if (effect == Effect::kStays) {
      const Step appended = Taken(append(record, IfMatch::Any()));
      EXPECT_THAT(ActionsOf(appended.record), ElementsAre("old", "new"));
      EXPECT_EQ(appended.record.key.entity_tag, TagOf(8, 0xee));
      EXPECT_EQ(appended.record.use_epoch, record.use_epoch);
      EXPECT_THAT(appended.fields, ElementsAre("boundary"));
      EXPECT_FALSE(append(appended.record, IfMatch::Any())->changed) << "the same term again";
      EXPECT_THAT(ActionsOf(Taken(remove(record, IfMatch::Any())).record), IsEmpty());
      EXPECT_EQ(Outcome(append(record, IfMatch::Tag(TagOf(6, 0x07)))), "stale_version");
      EXPECT_EQ(Outcome(remove(record, IfMatch::Tag(TagOf(6, 0x07)))), "stale_version");
      EXPECT_EQ(Outcome(RemoveTerm(record, 1, IfMatch::Any(), FactsAt(kNow))), "malformed");
    } else {
      const std::string refusal = effect == Effect::kNotFound ? "not_found" : "locked";
      EXPECT_EQ(Outcome(append(record, IfMatch::Any())), refusal);
      EXPECT_EQ(Outcome(remove(record, IfMatch::Any())), refusal);
    }
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
