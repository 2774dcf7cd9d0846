// Secrets over time, and what is written down: rotation, overlap, expiry, history.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "facade/paused_call.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr absl::Duration kMicro = absl::Microseconds(1);

Reason Answer(const Service& service, const CreatedKey& key) {
  return service.access().Authenticate(key.secret.ExposeSecret()).reason();
}

KeyUpdate ExpiresAt(absl::Time at) {
  KeyUpdate update;
  update.expires_at = at;
  return update;
}

// domain K-7: a new key, then the old one goes; the others are not touched.
TEST(KeysRotation, EachKeyIsDeletedWithoutTouchingTheOthers) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey old = service.NewKey("bob", "old");
  const CreatedKey fresh = service.NewKey("bob", "new");
  Must(service.keys().Delete(bob, old.key.id, IfMatch::Tag(old.key.entity_tag)));
  EXPECT_EQ(Answer(service, old), Reason::kUnknownCredential);
  EXPECT_EQ(Answer(service, fresh), Reason::kAuthenticated);
  EXPECT_EQ(Must(service.keys().Get(bob, fresh.key.id)).entity_tag, fresh.key.entity_tag);
}

// domain K-7, hazard C15: both secrets live during the overlap, the old one up to its end exactly.
TEST(KeysRotation, TheOldSecretLivesForTheOverlapAndNotLonger) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey old = service.NewKey("bob");
  const absl::Time start = service.clock.Now();
  const CreatedKey fresh =
      Must(service.keys().Rotate(bob, old.key.id, IfMatch::Any(), absl::Hours(1)));
  EXPECT_EQ(fresh.key.id, old.key.id);
  EXPECT_EQ(fresh.key.entity_tag.n, 2u);
  ASSERT_EQ(fresh.key.secrets.size(), 2u);
  EXPECT_EQ(fresh.key.secrets[0].number, 2u);
  EXPECT_EQ(fresh.key.secrets[0].ends_at, std::nullopt);
  EXPECT_EQ(fresh.key.secrets[1].number, 1u);
  EXPECT_EQ(fresh.key.secrets[1].ends_at, start + absl::Hours(1));
  service.clock.Advance(absl::Hours(1) - absl::Seconds(1));
  EXPECT_EQ(Answer(service, old), Reason::kAuthenticated);
  service.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(Answer(service, old), Reason::kUnknownCredential) << "the end, exactly now";
  EXPECT_EQ(Answer(service, fresh), Reason::kAuthenticated);
  EXPECT_EQ(Must(service.keys().Get(bob, old.key.id)).secrets.size(), 1u);
  service.clock.SetWallClock(start);
  EXPECT_EQ(Answer(service, old), Reason::kUnknownCredential) << "a clock set back revives nothing";
}

// domain K-7
TEST(KeysRotation, WithoutOverlapEveryOlderSecretEndsAtOnce) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey a = service.NewKey("bob");
  const CreatedKey b = Must(service.keys().Rotate(bob, a.key.id, IfMatch::Any(), absl::Hours(1)));
  EXPECT_EQ(ReasonOf(service.keys().Rotate(bob, a.key.id, IfMatch::Any(), absl::Hours(1)).status()),
            Reason::kStateForbids)
      << "at most two live secrets";
  EXPECT_EQ(Answer(service, a), Reason::kAuthenticated);
  const CreatedKey c =
      Must(service.keys().Rotate(bob, a.key.id, IfMatch::Any(), absl::ZeroDuration()));
  EXPECT_EQ(Answer(service, a), Reason::kUnknownCredential);
  EXPECT_EQ(Answer(service, b), Reason::kUnknownCredential);
  EXPECT_EQ(Answer(service, c), Reason::kAuthenticated);
  ASSERT_EQ(c.key.secrets.size(), 1u);
  EXPECT_EQ(c.key.secrets[0].number, 3u) << "numbers are not used again";
}

// domain K-7: RetireOldSecret ends an overlap early, and is no change without one (L-2).
TEST(KeysRotation, RetiringEndsTheOverlapNow) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey old = service.NewKey("bob");
  const CreatedKey fresh =
      Must(service.keys().Rotate(bob, old.key.id, IfMatch::Any(), absl::Hours(1)));
  const ApiKey retired =
      Must(service.keys().RetireOldSecret(bob, old.key.id, IfMatch::Tag(fresh.key.entity_tag)));
  EXPECT_EQ(retired.entity_tag.n, 3u);
  EXPECT_EQ(Answer(service, old), Reason::kUnknownCredential);
  EXPECT_EQ(Answer(service, fresh), Reason::kAuthenticated);
  EXPECT_EQ(Must(service.keys().RetireOldSecret(bob, old.key.id, IfMatch::Any())).entity_tag,
            retired.entity_tag);
  EXPECT_TRUE(service.keys().Rotate(bob, old.key.id, IfMatch::Any(), absl::Hours(1)).ok());
}

// domain K-7: 0 s to 30 days.
TEST(KeysRotation, AnOverlapIsFromNothingToThirtyDays) {
  Service service;
  const Caller bob = service.By("bob");
  const KeyId id = service.NewKey("bob").key.id;
  for (const absl::Duration bad :
       {-kMicro, kOverlapMax + kMicro, absl::InfiniteDuration(), -absl::InfiniteDuration()}) {
    EXPECT_EQ(ReasonOf(service.keys().Rotate(bob, id, IfMatch::Any(), bad).status()),
              Reason::kMalformed);
  }
  EXPECT_TRUE(service.keys().Rotate(bob, id, IfMatch::Any(), kOverlapMax).ok());
}

// domain K-7, hazard C56: another rotation took the number while this one made its secret; a lock
// that came meanwhile refuses it.
TEST(KeysRotation, ARotationThatIsOvertakenDecidesAnew) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey first = service.NewKey("bob");
  const KeyId id = first.key.id;
  absl::StatusOr<CreatedKey> late = absl::UnknownError("not yet");
  const auto rotate = [&] {
    late = service.keys().Rotate(bob, id, IfMatch::Any(), absl::ZeroDuration());
  };
  PausedCall overtaken(rotate);
  const CreatedKey between =
      Must(service.keys().Rotate(bob, id, IfMatch::Any(), absl::ZeroDuration()));
  overtaken.Finish();
  const CreatedKey last = Must(std::move(late));
  EXPECT_EQ(last.key.secrets.at(0).number, 3u);
  EXPECT_EQ(Answer(service, last), Reason::kAuthenticated);
  EXPECT_EQ(Answer(service, between), Reason::kUnknownCredential);

  PausedCall locked_out(rotate);
  Must(service.keys().Lock(bob, id, IfMatch::Any()));
  locked_out.Finish();
  EXPECT_EQ(ReasonOf(late.status()), Reason::kLocked);
  EXPECT_EQ(Answer(service, last), Reason::kAuthenticated) << "the key is unchanged";
}

// domain K-11, hazard C15: exactly now has passed, a past value is accepted, infinity removes it,
// and nothing else means "for ever".
TEST(KeysRotation, AnExpiryIsMovedAndRemovedByUpdate) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey key = service.NewKey("bob");
  const auto update = [&](absl::Time at) {
    return ReasonOf(service.keys().Update(bob, key.key.id, IfMatch::Any(), ExpiresAt(at)).status());
  };
  const absl::Time now = service.clock.Now();
  EXPECT_EQ(update(now + absl::Seconds(1)), Reason::kNone);
  EXPECT_EQ(Answer(service, key), Reason::kAuthenticated);
  EXPECT_EQ(update(now), Reason::kNone);
  EXPECT_EQ(Answer(service, key), Reason::kKeyExpired) << "exactly now";
  EXPECT_EQ(update(absl::UnixEpoch()), Reason::kNone);
  EXPECT_EQ(Answer(service, key), Reason::kKeyExpired);
  for (const absl::Time bad :
       {absl::UnixEpoch() - kMicro, absl::InfinitePast(), absl::FromUnixSeconds(253'402'300'800)}) {
    EXPECT_EQ(update(bad), Reason::kMalformed);
    EXPECT_EQ(Answer(service, key), Reason::kKeyExpired);
  }
  EXPECT_EQ(update(absl::InfiniteFuture()), Reason::kNone);
  EXPECT_EQ(Must(service.keys().Get(bob, key.key.id)).expires_at, std::nullopt);
  service.clock.Advance(absl::Hours(24 * 365));
  EXPECT_EQ(Answer(service, key), Reason::kAuthenticated);
}

// domain K-11: what has expired stays so when the clock is set back, until an update counts afresh.
TEST(KeysRotation, AClockSetBackRevivesNothingButAnUpdateDoes) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey key = service.NewKey("bob");
  const absl::Time start = service.clock.Now();
  Must(service.keys().Update(bob, key.key.id, IfMatch::Any(), ExpiresAt(start + absl::Hours(1))));
  service.clock.Advance(absl::Hours(2));
  EXPECT_EQ(Answer(service, key), Reason::kKeyExpired);
  service.clock.SetWallClock(start);
  EXPECT_EQ(Answer(service, key), Reason::kKeyExpired);
  EXPECT_EQ(Must(service.keys().Lock(bob, key.key.id, IfMatch::Any())).modified_at,
            start + absl::Hours(2))
      << "the latest time seen is the least now";
  Must(service.keys().Unlock(bob, key.key.id, IfMatch::Any()));
  Must(service.keys().Update(bob, key.key.id, IfMatch::Any(), ExpiresAt(start + absl::Hours(3))));
  EXPECT_EQ(Answer(service, key), Reason::kAuthenticated);
}

// domain K-14: who, when, which command, which fields.
TEST(KeysHistory, TellsWhoDidWhatWhenAndToWhichFields) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const KeyId id = key.key.id;
  const absl::Time start = service.clock.Now();
  const Caller through = Caller::Acting(service.access().Authenticate(key.secret.ExposeSecret()));
  service.clock.Advance(absl::Hours(1));
  KeyUpdate update = ExpiresAt(start + absl::Hours(1000));
  update.name = "renamed";
  Must(service.keys().Update(through, id, IfMatch::Any(), update));
  Must(service.keys().Lock(service.By("carol"), id, IfMatch::Any()));
  Must(service.keys().Lock(service.By("carol"), id, IfMatch::Any()));  // no change: no entry
  Must(service.keys().Unlock(service.host(), id, IfMatch::Any()));
  Must(service.keys().Disable(service.host(), id, IfMatch::Any()));

  const std::vector<HistoryEntry> history = Must(service.keys().History(service.By("bob"), id));
  ASSERT_EQ(history.size(), 5u);
  EXPECT_EQ(history[0].command, KeyCommand::kCreate);
  EXPECT_EQ(history[0].at, start);
  EXPECT_EQ(history[0].by, User("bob"));
  EXPECT_EQ(history[0].with_key, std::nullopt);
  EXPECT_EQ(history[1].command, KeyCommand::kUpdate);
  EXPECT_EQ(history[1].at, start + absl::Hours(1));
  EXPECT_EQ(history[1].with_key, id);
  EXPECT_EQ(history[1].fields, (std::vector<std::string>{"name", "expires_at"}));
  EXPECT_EQ(history[2].by, User("carol"));
  EXPECT_EQ(history[2].fields, std::vector<std::string>{"locked"});
  EXPECT_TRUE(history[3].by.empty()) << "the host";
  EXPECT_EQ(history[4].fields, std::vector<std::string>{"disabled"});
  for (const HistoryEntry& entry : history) EXPECT_FALSE(entry.refused);
}

std::vector<HistoryEntry> Refusals(const Service& service, const KeyId& id) {
  std::vector<HistoryEntry> refused;
  for (const HistoryEntry& entry : Must(service.keys().History(service.host(), id))) {
    if (entry.refused) refused.push_back(entry);
  }
  return refused;
}

// domain K-14: equal refusals coalesce into one entry a minute, with a count.
TEST(KeysHistory, RefusedAttemptsOnALockedKeyCoalesce) {
  Service service;
  const KeyId id = service.NewKey("bob").key.id;
  const ApiKey locked = Must(service.keys().Lock(service.By("bob"), id, IfMatch::Any()));
  const auto attempt = [&](const char* who) {
    EXPECT_EQ(ReasonOf(service.keys().Delete(service.By(who), id, IfMatch::Any())),
              Reason::kLocked);
  };
  for (int i = 0; i < 5; ++i) attempt("bob");
  attempt("carol");
  EXPECT_EQ(ReasonOf(service.keys()
                         .Rotate(service.By("bob"), id, IfMatch::Any(), absl::ZeroDuration())
                         .status()),
            Reason::kLocked);
  std::vector<HistoryEntry> refused = Refusals(service, id);
  ASSERT_EQ(refused.size(), 3u) << "one for each caller and command";
  EXPECT_EQ(refused[0].by, User("bob"));
  EXPECT_EQ(refused[0].command, KeyCommand::kDelete);
  EXPECT_EQ(refused[0].count, 1u);
  EXPECT_EQ(refused[1].by, User("carol"));
  EXPECT_EQ(refused[2].command, KeyCommand::kRotate);
  service.clock.Advance(absl::Seconds(59));
  attempt("bob");
  EXPECT_EQ(Refusals(service, id).size(), 3u);
  service.clock.Advance(absl::Seconds(1));
  attempt("bob");
  refused = Refusals(service, id);
  ASSERT_EQ(refused.size(), 3u) << "equal ones are one entry";
  const auto bobs = std::find_if(refused.begin(), refused.end(), [](const HistoryEntry& entry) {
    return entry.by == User("bob") && entry.command == KeyCommand::kDelete;
  });
  ASSERT_NE(bobs, refused.end());
  EXPECT_EQ(bobs->count, 7u) << "the first, the four and the one that were held back, and this one";
  EXPECT_EQ(Must(service.keys().Get(service.By("bob"), id)).entity_tag, locked.entity_tag)
      << "a refusal changes nothing";
}

// domain K-14: what was refused for another reason is no attempt on a locked key.
TEST(KeysHistory, OtherRefusalsAreNotWrittenDown) {
  Service service;
  const ApiKey key = service.NewKey("bob").key;
  Must(service.keys().Disable(service.By("bob"), key.id, IfMatch::Any()));
  const IfMatch stale = IfMatch::Tag(key.entity_tag);
  EXPECT_FALSE(service.keys().Delete(service.By("bob"), key.id, stale).ok());
  EXPECT_FALSE(service.keys().Delete(service.By("dan"), key.id, IfMatch::Any()).ok());
  EXPECT_EQ(Must(service.keys().History(service.host(), key.id)).size(), 2u);
}

// domain K-14, domain section 9: the oldest go.
TEST(KeysHistory, KeepsTheNewestEntriesUpToItsLimit) {
  Service service([](Options& options) { options.limits.history_per_key = 3; });
  const Caller bob = service.By("bob");
  const KeyId id = service.NewKey("bob").key.id;
  Must(service.keys().Disable(bob, id, IfMatch::Any()));
  Must(service.keys().Enable(bob, id, IfMatch::Any()));
  Must(service.keys().Rotate(bob, id, IfMatch::Any(), absl::ZeroDuration()));
  Must(service.keys().Lock(bob, id, IfMatch::Any()));
  EXPECT_FALSE(service.keys().Delete(bob, id, IfMatch::Any()).ok());
  const std::vector<HistoryEntry> history = Must(service.keys().History(bob, id));
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].command, KeyCommand::kRotate);
  EXPECT_EQ(history[1].command, KeyCommand::kLock);
  EXPECT_TRUE(history[2].refused);
}

}  // namespace
}  // namespace latchkey::test
