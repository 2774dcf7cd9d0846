// Section 3 of the domain through the roof: every command on every state, versions, order of
// refusals, and what a lock does and does not hold back.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr KeyCommand kManagement[] = {
    KeyCommand::kUpdate, KeyCommand::kRotate,  KeyCommand::kRetireOldSecret, KeyCommand::kLock,
    KeyCommand::kUnlock, KeyCommand::kDisable, KeyCommand::kEnable,          KeyCommand::kDelete};
constexpr KeyState kLiving[] = {KeyState::kActive, KeyState::kLocked, KeyState::kDisabled,
                                KeyState::kDisabledLocked};

absl::Status Ask(const Service& service, const Call& call, KeyCommand command, const KeyId& id,
                 const IfMatch& tag) {
  const Keys keys = service.keys();
  KeyUpdate update;
  update.name = "renamed";
  switch (command) {
    case KeyCommand::kUpdate:
      return keys.Update(call, id, tag, update).status();
    case KeyCommand::kRotate:
      return keys.Rotate(call, id, tag, absl::ZeroDuration()).status();
    case KeyCommand::kRetireOldSecret:
      return keys.RetireOldSecret(call, id, tag).status();
    case KeyCommand::kLock:
      return keys.Lock(call, id, tag).status();
    case KeyCommand::kUnlock:
      return keys.Unlock(call, id, tag).status();
    case KeyCommand::kDisable:
      return keys.Disable(call, id, tag).status();
    case KeyCommand::kEnable:
      return keys.Enable(call, id, tag).status();
    case KeyCommand::kDelete:
      return keys.Delete(call, id, tag);
    default:
      return absl::InternalError("no command of key management");
  }
}

CreatedKey BornIn(const Service& service, KeyState state,
                  LeakAction action = LeakAction::kDisable) {
  NewApiKey request;
  request.name = "key";
  request.locked = IsLocked(state);
  request.disabled = IsDisabled(state);
  request.action_when_leaked = action;
  return Must(service.keys().Create(service.By("bob"), request));
}

void Roomy(Options& options) { options.limits.keys_per_identity = 1000; }

EntityTag Stale(EntityTag tag) {
  tag.nonce[0] ^= 1;
  return tag;
}

std::size_t Applied(const std::vector<HistoryEntry>& history) {
  std::size_t count = 0;
  for (const HistoryEntry& entry : history) count += entry.refused ? 0 : 1;
  return count;
}

// A refusal or "no change" left everything as it was.
void ExpectUntouched(const Service& service, const ApiKey& before, std::size_t applied) {
  const ApiKey after = Must(service.keys().Get(service.host(), before.id));
  EXPECT_EQ(after.entity_tag, before.entity_tag);
  EXPECT_EQ(after.state, before.state);
  EXPECT_EQ(after.name, before.name);
  EXPECT_EQ(after.modified_at, before.modified_at);
  EXPECT_EQ(after.secrets.front().number, before.secrets.front().number);
  EXPECT_EQ(Applied(Must(service.keys().History(service.host(), before.id))), applied);
}

void ExpectChanged(const Service& service, const ApiKey& before, const Transition& row) {
  if (row.to == KeyState::kDeleted) {
    EXPECT_EQ(ReasonOf(service.keys().Get(service.host(), before.id).status()), Reason::kNotFound);
    return;
  }
  const ApiKey after = Must(service.keys().Get(service.host(), before.id));
  EXPECT_EQ(after.state, row.to);
  EXPECT_EQ(after.entity_tag.n, before.entity_tag.n + 1);
  EXPECT_NE(after.entity_tag.nonce, before.entity_tag.nonce);
  const auto history = Must(service.keys().History(service.host(), before.id));
  EXPECT_EQ(history.back().command, row.command);
  EXPECT_FALSE(history.back().refused);
  EXPECT_EQ(history.back().by, User("bob"));
}

// One cell of the table; `which_tag`: 0 any, 1 the matching one, 2 a stale one.
void ExpectCell(const Service& service, KeyState state, KeyCommand command, int which_tag) {
  const ApiKey key = BornIn(service, state).key;
  const Transition& row = TransitionOf(state, command);
  const IfMatch tags[] = {IfMatch::Any(), IfMatch::Tag(key.entity_tag),
                          IfMatch::Tag(Stale(key.entity_tag))};
  const bool stale = which_tag == 2;
  Reason expected = stale ? Reason::kStaleVersion : Reason::kNone;
  if (row.effect == Effect::kRefusedLocked) expected = Reason::kLocked;
  // Without an overlap there is nothing to retire.
  const bool no_change = row.effect == Effect::kNoChange || command == KeyCommand::kRetireOldSecret;

  const Caller bob = service.By("bob");
  EXPECT_EQ(ReasonOf(Ask(service, bob, command, key.id, tags[which_tag])), expected);
  if (expected == Reason::kNone && !no_change) {
    ExpectChanged(service, key, row);
    return;
  }
  EXPECT_EQ(ReasonOf(Ask(service, bob, command, key.id, tags[which_tag])), expected) << "L-5";
  ExpectUntouched(service, key, 1);
}

// domain section 3, domain L-2, domain L-5, domain K-6, hazard C50: all cells, all tags.
TEST(KeysLifecycle, EveryCommandOnEveryStateDoesWhatTheTableSays) {
  Service service(Roomy);
  for (const KeyState state : kLiving) {
    for (const KeyCommand command : kManagement) {
      for (const int which_tag : {0, 1, 2}) {
        SCOPED_TRACE(std::string(NameOf(command)) + " on " + std::string(NameOf(state)));
        ExpectCell(service, state, command, which_tag);
      }
    }
  }
}

// domain section 3, domain L-4
TEST(KeysLifecycle, ADeletedKeyIsNotFoundByAnyCommand) {
  Service service;
  const ApiKey key = BornIn(service, KeyState::kActive).key;
  Must(service.keys().Delete(service.By("bob"), key.id, IfMatch::Tag(key.entity_tag)));
  for (const KeyCommand command : kManagement) {
    for (const Caller& caller : {service.By("bob"), service.host()}) {
      EXPECT_EQ(ReasonOf(Ask(service, caller, command, key.id, IfMatch::Any())), Reason::kNotFound);
    }
  }
  EXPECT_EQ(ReasonOf(service.keys().ReportLeak(service.host(), key.id).status()),
            Reason::kNotFound);
}

// domain section 3, domain K-12: the row of leak response.
TEST(KeysLifecycle, ALeakDoesWhatTheTableSaysLockedOrNot) {
  Service service(Roomy);
  const std::pair<LeakAction, KeyCommand> actions[] = {
      {LeakAction::kNone, KeyCommand::kLeakNone},
      {LeakAction::kDisable, KeyCommand::kLeakDisable},
      {LeakAction::kDelete, KeyCommand::kLeakDelete}};
  for (const KeyState state : kLiving) {
    for (const auto& [action, command] : actions) {
      SCOPED_TRACE(std::string(NameOf(command)) + " on " + std::string(NameOf(state)));
      const ApiKey key = BornIn(service, state, action).key;
      const Transition& row = TransitionOf(state, command);
      const LeakReport report = Must(service.keys().ReportLeak(service.By("bob"), key.id));
      if (row.effect == Effect::kNoChange) {
        EXPECT_EQ(report.action, LeakAction::kNone);
        ExpectUntouched(service, key, 1);
      } else {
        EXPECT_EQ(report.action, action);
        ExpectChanged(service, key, row);
      }
    }
  }
}

// domain section 3, hazard C50, hazard K16: removal of the identity and expiry outrank the lock.
TEST(KeysLifecycle, RemovingTheIdentityDeletesItsKeysInEveryState) {
  Service service;
  std::vector<CreatedKey> keys;
  for (const KeyState state : kLiving) keys.push_back(BornIn(service, state));
  Must(service.directory().RemoveMember(service.host(), AccountId("acme"), User("bob"),
                                        IfMatch::Any()));
  service.AddUser("bob", "acme");
  for (const CreatedKey& key : keys) {
    EXPECT_EQ(ReasonOf(service.keys().Get(service.host(), key.key.id).status()), Reason::kNotFound);
    EXPECT_EQ(service.access().Authenticate(key.secret.ExposeSecret()).reason(),
              Reason::kUnknownCredential);
  }
}

// hazard C50, hazard K16: a locked key authenticates, until its expiry all the same.
TEST(KeysLifecycle, ALockNeitherStopsUseNorOutlastsExpiry) {
  Service service;
  NewApiKey request;
  request.name = "locked";
  request.locked = true;
  request.expires_at = service.clock.Now() + absl::Hours(1);
  const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  service.clock.Advance(absl::Hours(1));
  EXPECT_EQ(service.access().Authenticate(key.secret.ExposeSecret()).reason(), Reason::kKeyExpired);
  const PurgeReport purge =
      Must(service.keys().Purge(service.host(), AccountId("acme"), absl::ZeroDuration()));
  EXPECT_EQ(purge.deleted, 0u);
  EXPECT_EQ(purge.skipped_locked, 1u);
}

// domain L-7: of two refusals that apply, the earlier of the order answers.
TEST(KeysLifecycle, TheFirstRefusalOfTheOrderAnswers) {
  Service service;
  const Keys keys = service.keys();
  const ApiKey locked = BornIn(service, KeyState::kDisabledLocked).key;
  const ApiKey open = BornIn(service, KeyState::kDisabled).key;
  const IfMatch stale = IfMatch::Tag(Stale(locked.entity_tag));
  const Caller bob = service.By("bob");
  const Caller carol = service.By("carol");  // may edit, may not widen
  const Caller dan = service.By("dan");      // sees nothing
  KeyUpdate bad;
  bad.name = "";
  KeyUpdate widen;
  widen.support_sessions = true;
  KeyUpdate same;
  same.name = open.name;
  const auto update = [&](const Caller& who, const KeyId& id, const IfMatch& tag,
                          const KeyUpdate& what) {
    return ReasonOf(keys.Update(who, id, tag, what).status());
  };
  const auto rotate = [&](const Caller& who, const KeyId& id, const IfMatch& tag,
                          absl::Duration overlap) {
    return ReasonOf(keys.Rotate(who, id, tag, overlap).status());
  };
  // malformed before not visible, not allowed, locked, stale
  EXPECT_EQ(update(dan, locked.id, stale, bad), Reason::kMalformed);
  EXPECT_EQ(update(bob, KeyId(), stale, bad), Reason::kMalformed);
  EXPECT_EQ(update(bob, locked.id, stale, bad), Reason::kMalformed);
  EXPECT_EQ(rotate(carol, locked.id, stale, absl::Hours(24 * 31)), Reason::kMalformed);
  EXPECT_EQ(ReasonOf(keys.ReportLeak(dan, locked.id, LeakAction{9}).status()), Reason::kMalformed);
  // not visible before not allowed, locked, stale
  EXPECT_EQ(update(dan, locked.id, stale, widen), Reason::kNotFound);
  EXPECT_EQ(rotate(dan, locked.id, stale, absl::ZeroDuration()), Reason::kNotFound);
  // not allowed before locked, stale, no change
  EXPECT_EQ(update(carol, locked.id, stale, widen), Reason::kNotAllowed);
  EXPECT_EQ(rotate(carol, locked.id, stale, absl::ZeroDuration()), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(keys.RetireOldSecret(carol, open.id, stale).status()), Reason::kNotAllowed);
  // locked before stale, no change
  EXPECT_EQ(update(bob, locked.id, stale, same), Reason::kLocked);
  EXPECT_EQ(ReasonOf(keys.Disable(bob, locked.id, stale).status()), Reason::kLocked);
  EXPECT_EQ(ReasonOf(keys.Disable(bob, locked.id, IfMatch::Any()).status()), Reason::kLocked);
  // stale before no change, and before what the state forbids
  EXPECT_EQ(update(bob, open.id, stale, same), Reason::kStaleVersion);
  EXPECT_EQ(ReasonOf(keys.Disable(bob, open.id, stale).status()), Reason::kStaleVersion);
  EXPECT_EQ(ReasonOf(keys.RetireOldSecret(bob, open.id, stale).status()), Reason::kStaleVersion);
  Must(keys.Rotate(bob, open.id, IfMatch::Any(), absl::Hours(1)));
  EXPECT_EQ(rotate(bob, open.id, stale, absl::Hours(1)), Reason::kStaleVersion);
  EXPECT_EQ(rotate(bob, open.id, IfMatch::Any(), absl::Hours(1)), Reason::kStateForbids);
}

// domain L-7, of creation: malformed, not allowed, then the limit.
TEST(KeysLifecycle, TheOrderHoldsForCreationToo) {
  Service service([](Options& options) { options.limits.keys_per_identity = 1; });
  service.NewKey("bob");
  service.NewKey("dan");
  NewApiKey request;
  request.iam_id = User("dan");
  const auto refusal = [&] {
    return ReasonOf(service.keys().Create(service.By("bob"), request).status());
  };
  EXPECT_EQ(refusal(), Reason::kMalformed);
  request.name = "key";
  EXPECT_EQ(refusal(), Reason::kNotAllowed);
  request.iam_id = User("bob");
  EXPECT_EQ(refusal(), Reason::kLimitExceeded);
}

// domain K-6: n grows by exactly one per change; the tag of any earlier version is refused.
TEST(KeysLifecycle, OnlyTheNewestTagMatches) {
  Service service;
  const Caller bob = service.By("bob");
  ApiKey key = service.NewKey("bob").key;
  std::vector<EntityTag> old;
  for (std::uint64_t n = 2; n <= 8; ++n) {
    old.push_back(key.entity_tag);
    const IfMatch tag = IfMatch::Tag(key.entity_tag);
    key = Must(n % 2 == 0 ? service.keys().Lock(bob, key.id, tag)
                          : service.keys().Unlock(bob, key.id, tag));
    EXPECT_EQ(key.entity_tag.n, n);
    for (const EntityTag& tag_before : old) {
      EXPECT_EQ(ReasonOf(service.keys().Lock(bob, key.id, IfMatch::Tag(tag_before)).status()),
                Reason::kStaleVersion);
    }
  }
}

// hazard C49: no lost update.
TEST(KeysLifecycle, OfTwoChangesOfOneVersionExactlyOneWins) {
  Service service;
  const Caller bob = service.By("bob");
  ApiKey key = service.NewKey("bob").key;
  for (int round = 0; round < 10; ++round) {
    std::atomic<int> won{0};
    std::atomic<int> stale{0};
    const auto change = [&](std::string_view name) {
      KeyUpdate update;
      update.description = std::string(name) + std::to_string(round);
      const auto result = service.keys().Update(bob, key.id, IfMatch::Tag(key.entity_tag), update);
      if (result.ok()) ++won;
      if (ReasonOf(result.status()) == Reason::kStaleVersion) ++stale;
    };
    std::thread a(change, "a");
    std::thread b(change, "b");
    a.join();
    b.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(stale, 1);
    const ApiKey after = Must(service.keys().Get(bob, key.id));
    EXPECT_EQ(after.entity_tag.n, key.entity_tag.n + 1);
    key = after;
  }
}

// hazard C50: lock against delete, whichever comes first; never both.
TEST(KeysLifecycle, ALockThatWasAnsweredHoldsAgainstARacingDelete) {
  Service service;
  const Caller bob = service.By("bob");
  for (int round = 0; round < 10; ++round) {
    const KeyId id = service.NewKey("bob").key.id;
    absl::Status locked;
    absl::Status deleted;
    std::thread a([&] { locked = service.keys().Lock(bob, id, IfMatch::Any()).status(); });
    std::thread b([&] { deleted = service.keys().Delete(bob, id, IfMatch::Any()); });
    a.join();
    b.join();
    EXPECT_NE(locked.ok(), deleted.ok());
    EXPECT_EQ(ReasonOf(locked.ok() ? deleted : locked),
              locked.ok() ? Reason::kLocked : Reason::kNotFound);
    EXPECT_EQ(service.keys().Get(bob, id).ok(), locked.ok());
  }
}

}  // namespace
}  // namespace latchkey::test
