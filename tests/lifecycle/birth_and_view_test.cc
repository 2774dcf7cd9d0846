// Goal: how a key begins, what its readers see, and what stays of it (domain K-3, K-5, K-12, L-3).
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "engine/lifecycle/key_rules.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {
namespace {

using ::testing::ElementsAre;

NewApiKey FullRequest() {
  NewApiKey request;
  request.iam_id = IamId("not read: whose key it is has been resolved");
  request.name = "name";
  request.description = "description";
  request.expires_at = kNow + absl::Hours(5);
  request.action_when_leaked = LeakAction::kDelete;
  request.support_sessions = true;
  return request;
}

base::KeyRecord BornOf(const NewApiKey& request, bool issued_by_host = false) {
  return Born(KeyOf(1), "crn", IamId("IBMid-owner"), IdentityKind::kServiceId, AccountId("account"),
              request, VerifierOf(9), issued_by_host, FactsAt(kNow))
      .value();
}

// domain K-5
TEST(Birth, EveryFieldComesFromWhereItShould) {
  base::KeyRecord expected;
  ApiKey& key = expected.key;
  key.id = KeyOf(1);
  key.entity_tag = TagOf(1, 0xee);
  key.crn = "crn";
  key.account_id = AccountId("account");
  key.iam_id = IamId("IBMid-owner");
  key.name = "name";
  key.description = "description";
  key.created_at = kNow;
  key.created_by = IamId("IBMid-changer");
  key.created_with = KeyOf(0x77);
  key.modified_at = kNow;
  key.expires_at = kNow + absl::Hours(5);
  key.action_when_leaked = LeakAction::kDelete;
  key.support_sessions = true;
  expected.owner_kind = IdentityKind::kServiceId;
  expected.use_epoch = 1;
  expected.last_secret_number = 1;
  expected.secrets.resize(1);
  expected.secrets[0].info.number = 1;
  expected.secrets[0].info.created_at = kNow;
  expected.secrets[0].info.made_by = IamId("IBMid-changer");
  expected.secrets[0].info.made_with = KeyOf(0x77);
  expected.secrets[0].verifier = VerifierOf(9);
  expected.made_with = {KeyOf(0x77)};
  EXPECT_EQ(Print(BornOf(FullRequest())), Print(expected));
  key.issued_by_host = true;  // domain W-9
  EXPECT_EQ(Print(BornOf(FullRequest(), true)), Print(expected));
}

// domain L-3
TEST(Birth, CanBeLockedOrDisabled) {
  NewApiKey request = FullRequest();
  EXPECT_EQ(BornOf(request).key.state, KeyState::kActive);
  request.locked = true;
  EXPECT_EQ(BornOf(request).key.state, KeyState::kLocked);
  request.disabled = true;
  EXPECT_EQ(BornOf(request).key.state, KeyState::kDisabledLocked);
  request.locked = false;
  EXPECT_EQ(BornOf(request).key.state, KeyState::kDisabled);
  EXPECT_FALSE(BornOf(request).key.disabled_by_leak);
}

// domain K-9: the kind is given at birth, and no command changes it (what any command leaves is
// compared whole, the kind included).
TEST(Birth, GivesTheKindThatWasAskedFor) {
  NewApiKey request = FullRequest();
  EXPECT_EQ(BornOf(request).key.kind, KeyKind::kPlatform);
  request.kind = KeyKind::kClassic;
  EXPECT_EQ(BornOf(request).key.kind, KeyKind::kClassic);
  EXPECT_EQ(ViewOf(BornOf(request), kNow).kind, KeyKind::kClassic);
}

// domain K-5, hazard C15: "none" is an absent value, whichever way it was spelled.
TEST(Birth, EmptyDescriptionAndInfiniteExpiryAreAbsent) {
  NewApiKey request = FullRequest();
  request.description = "";
  request.expires_at = absl::InfiniteFuture();
  EXPECT_EQ(BornOf(request).key.description, std::nullopt);
  EXPECT_EQ(BornOf(request).key.expires_at, std::nullopt);
  request.expires_at = kNow - kTick;
  EXPECT_EQ(BornOf(request).key.expires_at, kNow - kTick);
}

// domain K-7, K-2: live secrets, newest first, and never a verifier (the type has none).
TEST(View, HidesEndedSecrets) {
  const base::KeyRecord record = RecordIn(KeyState::kLocked, Overlap::kRunning);
  const absl::Time end = kNow + absl::Hours(1);
  EXPECT_THAT(NumbersOf(ViewOf(record, end - kTick)), ElementsAre(3, 2));
  EXPECT_THAT(NumbersOf(ViewOf(record, end)), ElementsAre(3));
  EXPECT_EQ(ViewOf(record, kNow).secrets[1].ends_at, end);
}

// domain K-5
TEST(View, ShowsAllElse) {
  const base::KeyRecord record = RecordIn(KeyState::kDisabled);
  base::KeyRecord seen = record;
  seen.key = ViewOf(record, kNow);
  seen.key.secrets.clear();
  EXPECT_EQ(Print(seen), Print(record));
}

// domain K-12: descent can be followed through a deleted key, from the record before or after.
TEST(Tombstone, RemembersTheKeysItWasMadeWith) {
  const base::KeyRecord record = RecordIn(KeyState::kActive);
  const Step deleted = Taken(Command(record, KeyCommand::kDelete, IfMatch::Any(), FactsAt(kNow)));
  for (const base::KeyRecord& one : {record, deleted.record}) {
    const base::KeyTombstone tombstone = TombstoneOf(one, kNow);
    EXPECT_EQ(tombstone.id, KeyOf(1));
    EXPECT_EQ(tombstone.account, AccountId("account"));
    EXPECT_EQ(tombstone.iam_id, IamId("IBMid-owner"));
    EXPECT_EQ(tombstone.deleted_at, kNow);
    EXPECT_EQ(tombstone.made_with, record.made_with);
  }
}

// domain K-12: the stronger of both wins.
TEST(Leak, StrongerActionWins) {
  using enum LeakAction;
  EXPECT_EQ(LeakCommand(kNone, std::nullopt), KeyCommand::kLeakNone);
  EXPECT_EQ(LeakCommand(kDisable, std::nullopt), KeyCommand::kLeakDisable);
  EXPECT_EQ(LeakCommand(kDelete, std::nullopt), KeyCommand::kLeakDelete);
  EXPECT_EQ(LeakCommand(kNone, kNone), KeyCommand::kLeakNone);
  EXPECT_EQ(LeakCommand(kNone, kDisable), KeyCommand::kLeakDisable);
  EXPECT_EQ(LeakCommand(kNone, kDelete), KeyCommand::kLeakDelete);
  EXPECT_EQ(LeakCommand(kDisable, kNone), KeyCommand::kLeakDisable);
  EXPECT_EQ(LeakCommand(kDisable, kDisable), KeyCommand::kLeakDisable);
  EXPECT_EQ(LeakCommand(kDisable, kDelete), KeyCommand::kLeakDelete);
  EXPECT_EQ(LeakCommand(kDelete, kNone), KeyCommand::kLeakDelete);
  EXPECT_EQ(LeakCommand(kDelete, kDisable), KeyCommand::kLeakDelete);
  EXPECT_EQ(LeakCommand(kDelete, kDelete), KeyCommand::kLeakDelete);
}

// domain W-3, K-12: the mark of a leak response lasts until the key is enabled, through locks.
TEST(Leak, MarkLastsUntilEnabled) {
  base::KeyRecord record = RecordIn(KeyState::kLocked);
  const auto marked_after = [&](KeyCommand command) {
    record = Taken(Command(record, command, IfMatch::Any(), FactsAt(kNow))).record;
    return record.key.disabled_by_leak;
  };
  EXPECT_TRUE(marked_after(KeyCommand::kLeakDisable));
  EXPECT_TRUE(marked_after(KeyCommand::kUnlock));
  EXPECT_TRUE(marked_after(KeyCommand::kLock));
  EXPECT_TRUE(marked_after(KeyCommand::kUnlock));
  EXPECT_FALSE(marked_after(KeyCommand::kEnable));
  EXPECT_FALSE(marked_after(KeyCommand::kDisable));
}

// domain W-3, L-2: a leak of a key that is disabled already leaves its mark, once, and no more.
TEST(Leak, OfADisabledKeyIsRemembered) {
  for (const KeyState state : {KeyState::kDisabled, KeyState::kDisabledLocked}) {
    base::KeyRecord record = RecordIn(state);
    record.key.disabled_by_leak = false;
    const auto report = [&record] {
      return Command(record, KeyCommand::kLeakDisable, IfMatch::Any(), FactsAt(kNow));
    };
    const Step step = Taken(report());
    EXPECT_TRUE(step.record.key.disabled_by_leak);
    EXPECT_EQ(step.record.key.state, state);
    EXPECT_EQ(step.record.use_epoch, record.use_epoch) << "it ended when the key was disabled";
    EXPECT_THAT(step.fields, ElementsAre("disabled_by_leak"));
    record = step.record;
    EXPECT_FALSE(report()->changed);
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
