// Goal: Update changes what is given and different, names it, and nothing else (domain K-5, K-6).
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "engine/lifecycle/key_rules.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {
namespace {

using ::testing::ElementsAre;

struct Row {
  std::string field;
  std::function<void(KeyUpdate&)> ask;
  std::function<void(ApiKey&)> effect;
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"name", [](KeyUpdate& u) { u.name = "new"; }, [](ApiKey& k) { k.name = "new"; }},
      {"description", [](KeyUpdate& u) { u.description = "new"; },
       [](ApiKey& k) { k.description = "new"; }},
      {"description", [](KeyUpdate& u) { u.description = ""; },
       [](ApiKey& k) { k.description.reset(); }},
      {"action_when_leaked", [](KeyUpdate& u) { u.action_when_leaked = LeakAction::kNone; },
       [](ApiKey& k) { k.action_when_leaked = LeakAction::kNone; }},
      {"support_sessions", [](KeyUpdate& u) { u.support_sessions = false; },
       [](ApiKey& k) { k.support_sessions = false; }},
      {"expires_at", [](KeyUpdate& u) { u.expires_at = kNow + absl::Hours(9); },
       [](ApiKey& k) { k.expires_at = kNow + absl::Hours(9); }},
      {"expires_at", [](KeyUpdate& u) { u.expires_at = absl::InfiniteFuture(); },
       [](ApiKey& k) { k.expires_at.reset(); }},
  };
  return rows;
}

// domain K-5, K-6
TEST(Update, ChangesExactlyTheFieldThatIsGiven) {
  const base::KeyRecord before = RecordIn(KeyState::kActive, Overlap::kRunning);
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.field);
    KeyUpdate update;
    row.ask(update);
    const Step step = Taken(Update(before, update, IfMatch::Any(), FactsAt(kNow)));
    base::KeyRecord expected = before;
    row.effect(expected.key);
    expected.key.entity_tag = TagOf(8, 0xee);
    expected.key.modified_at = kNow;
    EXPECT_EQ(Print(step.record), Print(expected));
    EXPECT_THAT(step.fields, ElementsAre(row.field));
    EXPECT_FALSE(step.deleted);
  }
}

// domain L-2: what has its value already is no change, not even of an expired key's.
TEST(Update, SameValuesAreNoChange) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.field);
    base::KeyRecord before = RecordIn(KeyState::kDisabled);
    row.effect(before.key);
    KeyUpdate update;
    row.ask(update);
    const auto step = Update(before, update, IfMatch::Any(), FactsAt(kNow));
    EXPECT_EQ(Outcome(step), "no change of\n" + Print(before));
  }
}

// domain L-2, L-7
TEST(Update, EmptyUpdateIsNoChangeUnlessRefused) {
  const KeyUpdate nothing;
  const base::KeyRecord active = RecordIn(KeyState::kActive);
  EXPECT_EQ(Outcome(Update(active, nothing, IfMatch::Any(), FactsAt(kNow))),
            "no change of\n" + Print(active));
  EXPECT_EQ(Outcome(Update(active, nothing, IfMatch::Tag(TagOf(1, 1)), FactsAt(kNow))),
            "stale_version");
  EXPECT_EQ(Outcome(Update(RecordIn(KeyState::kLocked), nothing, IfMatch::Tag(TagOf(1, 1)),
                           FactsAt(kNow))),
            "locked");
}

// domain K-6: n grows by one for the change, however many fields it has.
TEST(Update, NamesAllFieldsInOrder) {
  KeyUpdate update;
  update.name = "new";
  update.description = "new";
  update.action_when_leaked = LeakAction::kDelete;
  update.support_sessions = false;
  update.expires_at = kNow;
  const Step step =
      Taken(Update(RecordIn(KeyState::kActive), update, IfMatch::Any(), FactsAt(kNow)));
  EXPECT_THAT(step.fields, ElementsAre("name", "description", "action_when_leaked",
                                       "support_sessions", "expires_at"));
  EXPECT_EQ(step.record.key.entity_tag.n, 8U);
}

// domain K-11, hazard C15: a past expiry is taken, and means that it has passed.
TEST(Update, PastExpiryIsAccepted) {
  for (const absl::Time past : {kNow, kNow - kTick, absl::UnixEpoch(), absl::FromUnixSeconds(-1)}) {
    KeyUpdate update;
    update.expires_at = past;
    const Step step =
        Taken(Update(RecordIn(KeyState::kActive), update, IfMatch::Any(), FactsAt(kNow)));
    EXPECT_EQ(step.record.key.expires_at, past);
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
