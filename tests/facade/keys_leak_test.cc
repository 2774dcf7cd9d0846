// Leak response through the roof: who may report, what it does, which keys came of a leaked one.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

NewApiKey Reacting(LeakAction action, std::string_view name = "key") {
  NewApiKey request;
  request.name = name;
  request.action_when_leaked = action;
  return request;
}

CreatedKey KeyOf(const Service& service, std::string_view user, LeakAction action) {
  return Must(service.keys().Create(service.By(user), Reacting(action)));
}

Caller Through(const Service& service, const CreatedKey& key) {
  return Caller::Acting(service.access().Authenticate(key.secret.ExposeSecret()));
}

CreatedKey MadeThrough(const Service& service, const CreatedKey& key, const IamId& owner) {
  NewApiKey request = Reacting(LeakAction::kDisable, "made");
  request.iam_id = owner;
  return Must(service.keys().Create(Through(service, key), request));
}

Reason Answer(const Service& service, const CreatedKey& key) {
  return service.access().Authenticate(key.secret.ExposeSecret()).reason();
}

KeyState StateOf(const Service& service, const CreatedKey& key) {
  return Must(service.keys().Get(service.host(), key.key.id)).state;
}

void ReportByAnybody(const Service& service, const CreatedKey& key) {
  Must(service.keys().ReportLeakedToken(Caller::Anybody(), key.secret.ExposeSecret()));
}

Change LastChange(const Service& service) {
  return Must(service.engine().feed().Read(service.host(), 0, 1000)).changes.back();
}

std::vector<KeyId> Sorted(std::vector<KeyId> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

// domain K-12: by id; the key's own action, at once.
TEST(KeysLeak, AReportByIdAppliesTheKeysOwnAction) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey none = KeyOf(service, "bob", LeakAction::kNone);
  EXPECT_EQ(Must(service.keys().ReportLeak(bob, none.key.id)).action, LeakAction::kNone);
  EXPECT_EQ(Answer(service, none), Reason::kAuthenticated);
  const CreatedKey disable = KeyOf(service, "bob", LeakAction::kDisable);
  const Principal kept = service.access().Authenticate(disable.secret.ExposeSecret());
  EXPECT_EQ(Must(service.keys().ReportLeak(bob, disable.key.id)).action, LeakAction::kDisable);
  EXPECT_EQ(Answer(service, disable), Reason::kKeyDisabled);
  const CreatedKey remove = KeyOf(service, "bob", LeakAction::kDelete);
  EXPECT_EQ(Must(service.keys().ReportLeak(bob, remove.key.id)).action, LeakAction::kDelete);
  EXPECT_EQ(Answer(service, remove), Reason::kUnknownCredential);

  Must(service.keys().Enable(bob, disable.key.id, IfMatch::Any()));
  EXPECT_EQ(Answer(service, disable), Reason::kAuthenticated);
  EXPECT_EQ(service.access().Authorize(kept, {"acme", "shop", "shop.item.read", {}}).reason(),
            Reason::kPrincipalRevoked)
      << "the use epoch moved: what was out stays dead";
}

// domain K-12, domain W-3, domain W-5, domain W-7: who may report by id.
TEST(KeysLeak, ByIdTheUserItsAdministratorsAndTheHostReport) {
  Service service;
  const auto report = [&](const Caller& caller, const KeyId& id) {
    return ReasonOf(service.keys().ReportLeak(caller, id).status());
  };
  const KeyId bobs = KeyOf(service, "bob", LeakAction::kNone).key.id;
  const KeyId alices = KeyOf(service, "alice", LeakAction::kNone).key.id;
  NewApiKey robots = Reacting(LeakAction::kNone);
  robots.iam_id = service.robot;
  robots.account_id = AccountId("acme");
  const KeyId robot = Must(service.keys().Create(service.host(), robots)).key.id;
  for (const char* user : {"bob", "carol", "alice"}) {
    EXPECT_EQ(report(service.By(user), bobs), Reason::kNone);
  }
  EXPECT_EQ(report(service.host(), bobs), Reason::kNone);
  EXPECT_EQ(report(service.By("dan"), bobs), Reason::kNotFound);
  EXPECT_EQ(report(service.By("bea", "beta"), bobs), Reason::kNotFound);
  EXPECT_EQ(report(Caller::Anybody(), bobs), Reason::kNotAllowed);
  EXPECT_EQ(report(service.By("carol"), alices), Reason::kNotAllowed)
      << "the account owner's keys are touched by nobody else";
  EXPECT_EQ(report(service.host(), alices), Reason::kNone);
  EXPECT_EQ(report(service.By("carol"), robot), Reason::kNone);
  EXPECT_EQ(report(service.By("bob"), robot), Reason::kNotFound);
}

// domain K-12: others name a stronger action, never a weaker one; the key's own user names none.
TEST(KeysLeak, TheStrongerOfTwoActionsWins) {
  for (const char* who : {"carol", "alice", "host"}) {
    Service service;
    const Caller caller = who == std::string_view("host") ? service.host() : service.By(who);
    for (const LeakAction own : {LeakAction::kNone, LeakAction::kDisable, LeakAction::kDelete}) {
      for (const LeakAction named :
           {LeakAction::kNone, LeakAction::kDisable, LeakAction::kDelete}) {
        const CreatedKey key = KeyOf(service, "bob", own);
        EXPECT_EQ(Must(service.keys().ReportLeak(caller, key.key.id, named)).action,
                  std::max(own, named));
      }
    }
  }
  Service service;
  const CreatedKey key = KeyOf(service, "bob", LeakAction::kDisable);
  EXPECT_EQ(
      ReasonOf(
          service.keys().ReportLeak(service.By("bob"), key.key.id, LeakAction::kDelete).status()),
      Reason::kNotAllowed);
  EXPECT_EQ(StateOf(service, key), KeyState::kActive);
}

// domain K-12: by the token, anybody; the answer tells nothing.
TEST(KeysLeak, AReportByTokenIsAcceptedWhetherOrNotItActs) {
  Service service;
  Service other;
  const CreatedKey live = KeyOf(service, "bob", LeakAction::kDisable);
  const CreatedKey gone = KeyOf(service, "bob", LeakAction::kDisable);
  Must(service.keys().Delete(service.By("bob"), gone.key.id, IfMatch::Any()));
  const CreatedKey foreign = other.NewKey("bob");
  std::string altered(live.secret.ExposeSecret());
  altered[50] = altered[50] == 'x' ? 'y' : 'x';
  const std::uint64_t revision = Must(service.engine().Info()).revision;
  for (const std::string& token :
       {std::string(), std::string("lk1_"), altered, std::string(gone.secret.ExposeSecret()),
        std::string(foreign.secret.ExposeSecret())}) {
    EXPECT_TRUE(service.keys().ReportLeakedToken(Caller::Anybody(), token).ok());
  }
  EXPECT_EQ(Must(service.engine().Info()).revision, revision) << "nothing was done";
  EXPECT_EQ(ReasonOf(service.keys().ReportLeakedToken(Caller(), live.secret.ExposeSecret())),
            Reason::kCallerMissing);
  EXPECT_EQ(Answer(service, live), Reason::kAuthenticated);
  ReportByAnybody(service, live);
  EXPECT_EQ(Answer(service, live), Reason::kKeyDisabled);
  ReportByAnybody(service, live);
  EXPECT_EQ(Must(service.engine().Info()).revision, revision + 1) << "once";

  const CreatedKey dans = KeyOf(service, "dan", LeakAction::kDelete);
  Must(service.keys().ReportLeakedToken(service.By("bob"), dans.secret.ExposeSecret()));
  EXPECT_EQ(Answer(service, dans), Reason::kUnknownCredential) << "any principal, too";
}

// domain K-12: it acts only if that secret is live.
TEST(KeysLeak, ADeadSecretThatLeaksHarmsNobody) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey first = KeyOf(service, "bob", LeakAction::kDelete);
  const KeyId id = first.key.id;
  const CreatedKey second = Must(service.keys().Rotate(bob, id, IfMatch::Any(), absl::Hours(1)));
  service.clock.Advance(absl::Hours(1));
  ReportByAnybody(service, first);
  EXPECT_EQ(Answer(service, second), Reason::kAuthenticated) << "the overlap is over";
  const CreatedKey third =
      Must(service.keys().Rotate(bob, id, IfMatch::Any(), absl::ZeroDuration()));
  ReportByAnybody(service, second);
  EXPECT_EQ(Answer(service, third), Reason::kAuthenticated);
  ReportByAnybody(service, third);
  EXPECT_EQ(Answer(service, third), Reason::kUnknownCredential);
}

// domain K-12, domain section 3: the old secret of an overlap ends only the overlap, in each state.
TEST(KeysLeak, TheOldSecretOfAnOverlapEndsOnlyTheOverlap) {
  for (const bool locked : {false, true}) {
    for (const bool disabled : {false, true}) {
      Service service;
      const Caller bob = service.By("bob");
      const CreatedKey old = KeyOf(service, "bob", LeakAction::kDelete);
      const KeyId id = old.key.id;
      const CreatedKey fresh = Must(service.keys().Rotate(bob, id, IfMatch::Any(), absl::Hours(1)));
      if (disabled) Must(service.keys().Disable(bob, id, IfMatch::Any()));
      if (locked) Must(service.keys().Lock(bob, id, IfMatch::Any()));
      const ApiKey before = Must(service.keys().Get(bob, id));
      ReportByAnybody(service, old);
      const ApiKey after = Must(service.keys().Get(bob, id));
      EXPECT_EQ(after.state, BornState(locked, disabled));
      EXPECT_EQ(after.entity_tag.n, before.entity_tag.n + 1);
      ASSERT_EQ(after.secrets.size(), 1u);
      EXPECT_EQ(after.secrets[0].number, 2u);
      EXPECT_EQ(Must(service.keys().History(bob, id)).back().command, KeyCommand::kLeakOldSecret);
      EXPECT_EQ(Answer(service, old), Reason::kUnknownCredential);
      EXPECT_EQ(Answer(service, fresh), disabled ? Reason::kKeyDisabled : Reason::kAuthenticated);
    }
  }
}

// domain K-12: the newer secret of an overlap is the key.
TEST(KeysLeak, TheNewerSecretOfAnOverlapIsTheWholeKey) {
  Service service;
  const CreatedKey old = KeyOf(service, "bob", LeakAction::kDisable);
  const CreatedKey fresh =
      Must(service.keys().Rotate(service.By("bob"), old.key.id, IfMatch::Any(), absl::Hours(1)));
  ReportByAnybody(service, fresh);
  EXPECT_EQ(Answer(service, old), Reason::kKeyDisabled);
  EXPECT_EQ(Answer(service, fresh), Reason::kKeyDisabled);
}

// domain K-12: whoever holds the old secret may have made the newer one: through this key, or
// through one that descends from it, also when that one is deleted; through another key it is not.
TEST(KeysLeak, AnOverlapThatTheLeakedKeyMadeItselfIsNoShelter) {
  enum class Maker { kItself, kChild, kDeletedChildsChild, kUnrelated };
  for (const Maker maker :
       {Maker::kItself, Maker::kChild, Maker::kDeletedChildsChild, Maker::kUnrelated}) {
    Service service;
    const CreatedKey old = KeyOf(service, "bob", LeakAction::kDisable);
    const CreatedKey child = MadeThrough(service, old, User("bob"));
    const CreatedKey grandchild = MadeThrough(service, child, User("bob"));
    const CreatedKey unrelated = KeyOf(service, "bob", LeakAction::kDisable);
    const CreatedKey* through = &old;
    if (maker == Maker::kChild) through = &child;
    if (maker == Maker::kUnrelated) through = &unrelated;
    if (maker == Maker::kDeletedChildsChild) {
      through = &grandchild;
      Must(service.keys().Delete(service.By("bob"), child.key.id, IfMatch::Any()));
    }
    const CreatedKey fresh = Must(service.keys().Rotate(Through(service, *through), old.key.id,
                                                        IfMatch::Any(), absl::Hours(1)));
    ReportByAnybody(service, old);
    EXPECT_EQ(Answer(service, fresh),
              maker == Maker::kUnrelated ? Reason::kAuthenticated : Reason::kKeyDisabled);
  }
}

// domain K-12: the live keys that came of a leaked one, through tombstones too, go to whoever may
// see them and into the change record.
TEST(KeysLeak, WhatWasMadeWithALeakedKeyIsFollowedThroughDeletedKeys) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey leaked = KeyOf(service, "bob", LeakAction::kDelete);
  const CreatedKey child = MadeThrough(service, leaked, User("bob"));
  const CreatedKey grandchild = MadeThrough(service, child, User("bob"));
  const CreatedKey last = MadeThrough(service, grandchild, User("bob"));
  const CreatedKey bystander = KeyOf(service, "bob", LeakAction::kDisable);
  const CreatedKey rotated = KeyOf(service, "bob", LeakAction::kDisable);
  Must(service.keys().Rotate(Through(service, last), rotated.key.id, IfMatch::Any(),
                             absl::Hours(1)));
  for (const CreatedKey* gone : {&child, &grandchild}) {
    Must(service.keys().Delete(bob, gone->key.id, IfMatch::Any()));
  }
  const std::vector<KeyId> expected = Sorted({last.key.id, rotated.key.id});
  EXPECT_EQ(Sorted(Must(service.keys().ReportLeak(bob, leaked.key.id)).made_with), expected);
  const Change change = LastChange(service);
  EXPECT_EQ(change.act, "key.report_leak");
  EXPECT_EQ(Sorted(change.made_with_leaked), expected);
  EXPECT_EQ(Answer(service, last), Reason::kAuthenticated) << "listed, for a person to judge";
  EXPECT_EQ(Answer(service, bystander), Reason::kAuthenticated);
}

// domain K-12: what was made through a secret that has ended since is found all the same.
TEST(KeysLeak, DescentOutlivesTheSecretThatItCameThrough) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey leaked = KeyOf(service, "bob", LeakAction::kDisable);
  const CreatedKey first = KeyOf(service, "bob", LeakAction::kDisable);
  const CreatedKey rotated = Must(service.keys().Rotate(Through(service, leaked), first.key.id,
                                                        IfMatch::Any(), absl::ZeroDuration()));
  const CreatedKey made = MadeThrough(service, rotated, User("bob"));
  Must(service.keys().Rotate(bob, rotated.key.id, IfMatch::Any(), absl::ZeroDuration()));
  EXPECT_EQ(Sorted(Must(service.keys().ReportLeak(bob, leaked.key.id)).made_with),
            Sorted({rotated.key.id, made.key.id}));
}

// domain K-12, domain W-7: the reporter learns of no key that it may not see; the feed has all.
TEST(KeysLeak, TheReportNamesOnlyWhatTheReporterMaySee) {
  Service service;
  const Policy right = service.Grant("acme", User("bob"), kAdministrator, "iam-identity");
  const CreatedKey leaked = KeyOf(service, "bob", LeakAction::kDisable);
  const CreatedKey own = MadeThrough(service, leaked, User("bob"));
  const CreatedKey robots = MadeThrough(service, leaked, service.robot);
  const std::vector<KeyId> both = Sorted({own.key.id, robots.key.id});
  EXPECT_EQ(Sorted(Must(service.keys().ReportLeak(service.By("carol"), leaked.key.id,
                                                  LeakAction::kDisable))
                       .made_with),
            both);
  EXPECT_EQ(Sorted(LastChange(service).made_with_leaked), both);
  Must(service.keys().Enable(service.By("bob"), leaked.key.id, IfMatch::Any()));
  Must(service.policies().Delete(service.host(), AccountId("acme"), right.id, IfMatch::Any()));
  EXPECT_EQ(Must(service.keys().ReportLeak(service.By("bob"), leaked.key.id)).made_with,
            std::vector<KeyId>{own.key.id});
  EXPECT_EQ(Sorted(LastChange(service).made_with_leaked), both);
}

// hazard C50, domain K-12: the lock does not stop it, and stays.
TEST(KeysLeak, ALockedKeyIsDisabledAndStaysLocked) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey key = KeyOf(service, "bob", LeakAction::kDisable);
  Must(service.keys().Lock(bob, key.key.id, IfMatch::Any()));
  ReportByAnybody(service, key);
  EXPECT_EQ(Answer(service, key), Reason::kKeyDisabled);
  EXPECT_EQ(StateOf(service, key), KeyState::kDisabledLocked);
  EXPECT_EQ(ReasonOf(service.keys().Enable(bob, key.key.id, IfMatch::Any()).status()),
            Reason::kLocked);
  EXPECT_EQ(Must(service.keys().ReportLeak(service.host(), key.key.id, LeakAction::kDelete)).action,
            LeakAction::kDelete);
  EXPECT_EQ(Answer(service, key), Reason::kUnknownCredential);
}

// domain W-3: that the key was disabled when the leak was reported changes nothing of it.
TEST(KeysLeak, NoAdministratorEnablesAKeyThatLeakedWhileDisabled) {
  Service service;
  const KeyId id = service.NewKey("bob").key.id;
  Must(service.keys().Disable(service.By("bob"), id, IfMatch::Any()));
  Must(service.keys().ReportLeak(service.By("bob"), id));
  EXPECT_EQ(ReasonOf(service.keys().Enable(service.By("carol"), id, IfMatch::Any()).status()),
            Reason::kNotAllowed);
  Must(service.keys().Enable(service.By("bob"), id, IfMatch::Any()));
}

// domain W-3: after a leak response only the key's own user, or the host, enables.
TEST(KeysLeak, NoAdministratorEnablesAfterALeak) {
  Service service;
  const Caller bob = service.By("bob");
  const KeyId id = service.NewKey("bob").key.id;
  const auto enable = [&](const Caller& caller) {
    return ReasonOf(service.keys().Enable(caller, id, IfMatch::Any()).status());
  };
  for (const Caller& allowed : {bob, service.host()}) {
    Must(service.keys().ReportLeak(service.By("carol"), id));
    EXPECT_TRUE(Must(service.keys().Get(bob, id)).disabled_by_leak);
    EXPECT_EQ(enable(service.By("carol")), Reason::kNotAllowed);
    EXPECT_EQ(enable(service.By("alice")), Reason::kNotAllowed);
    EXPECT_EQ(enable(allowed), Reason::kNone);
    EXPECT_FALSE(Must(service.keys().Get(bob, id)).disabled_by_leak) << "the mark goes with it";
  }
  Must(service.keys().Disable(service.By("carol"), id, IfMatch::Any()));
  EXPECT_EQ(enable(service.By("carol")), Reason::kNone) << "disabled by hand, it is no leak";
}

}  // namespace
}  // namespace latchkey::test
