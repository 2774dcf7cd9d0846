// Goal: a credential is live exactly when key, secret and epoch say so (domain K-11, A-4, section 7
// step 1, T-2). Method: every state × side of the key's expiry × side of the secret's end × epoch,
// against answers that are worked out here from the pages' sentences.
#include "engine/authn/liveness.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "latchkey/lifecycle.h"
#include "latchkey/status.h"

namespace latchkey::authn {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
constexpr absl::Duration kTick = absl::Nanoseconds(1);
constexpr std::uint32_t kEpoch = 5;

// An end in time, and whether it has come by kNow: exactly now, it has (domain K-11).
struct Bound {
  std::string name;
  std::optional<absl::Time> at;
  bool passed;
};

std::vector<Bound> AllBounds() {
  return {{"never", std::nullopt, false},
          {"in the far future", absl::InfiniteFuture(), false},
          {"a tick from now", kNow + kTick, false},
          {"now", kNow, true},
          {"a tick ago", kNow - kTick, true},
          {"in 1970", absl::UnixEpoch(), true},
          {"before 1970", absl::FromUnixSeconds(-1), true},
          {"in the infinite past", absl::InfinitePast(), true}};
}

base::SecretRecord SecretOf(std::uint32_t number, std::optional<absl::Time> ends_at) {
  base::SecretRecord secret;
  secret.info.number = number;
  secret.info.ends_at = ends_at;
  return secret;
}

// Secret 9 lives on, 8 is the old one of an overlap; 7 and lower were rotated away.
base::KeyRecord RecordOf(KeyState state, const Bound& expiry, const Bound& old_end) {
  base::KeyRecord record;
  record.key.state = state;
  record.key.expires_at = expiry.at;
  record.use_epoch = kEpoch;
  record.last_secret_number = 9;
  record.secrets = {SecretOf(9, std::nullopt), SecretOf(8, old_end.at)};
  return record;
}

struct Shown {
  std::uint32_t number;
  bool live;  // unless the key is deleted
};

struct World {
  KeyState state;
  Bound expiry;
  Bound old_end;
  Shown shown;

  base::KeyRecord Record() const { return RecordOf(state, expiry, old_end); }
  bool SecretLives() const { return shown.live && state != KeyState::kDeleted; }
  std::string Describe() const {
    return "state " + std::to_string(static_cast<int>(state)) + ", key expires " + expiry.name +
           ", old secret ends " + old_end.name + ", shown secret " + std::to_string(shown.number);
  }
};

std::vector<World> AllWorlds() {
  std::vector<World> worlds;
  for (const KeyState state : kKeyStates) {
    for (const Bound& expiry : AllBounds()) {
      for (const Bound& end : AllBounds()) {
        for (const Shown& shown :
             std::vector<Shown>{{9, true}, {8, !end.passed}, {7, false}, {10, false}, {0, false}}) {
          worlds.push_back({state, expiry, end, shown});
        }
      }
    }
  }
  return worlds;
}

// What the holder of a live secret of the key is told (domain A-4: disabled before expired).
Reason ToldOfKey(const World& world) {
  if (world.state == KeyState::kDisabled) return Reason::kKeyDisabled;
  if (world.state == KeyState::kDisabledLocked) return Reason::kKeyDisabled;
  return world.expiry.passed ? Reason::kKeyExpired : Reason::kAuthenticated;
}

// domain K-7, K-11, L-4
TEST(Liveness, SecretIsFoundWhileItLives) {
  for (const World& world : AllWorlds()) {
    SCOPED_TRACE(world.Describe());
    const base::KeyRecord record = world.Record();
    const base::SecretRecord* secret = LiveSecret(record, world.shown.number, kNow);
    ASSERT_EQ(secret != nullptr, world.SecretLives());
    if (secret == nullptr) continue;
    EXPECT_EQ(secret->info.number, world.shown.number);
  }
}

// domain A-4, K-11, hazard C15
TEST(Liveness, HolderIsToldTheFirstReason) {
  for (const World& world : AllWorlds()) {
    SCOPED_TRACE(world.Describe());
    const Reason expected = world.SecretLives() ? ToldOfKey(world) : Reason::kUnknownCredential;
    EXPECT_EQ(CredentialState(world.Record(), world.shown.number, kNow), expected);
  }
}

// domain section 7 step 1, A-3, T-2: another epoch is dead, an older or a newer one.
TEST(Liveness, PrincipalLivesWithItsSecretAndEpoch) {
  for (const World& world : AllWorlds()) {
    for (const std::uint32_t epoch : {kEpoch, kEpoch - 1, kEpoch + 1, 0U, ~0U}) {
      SCOPED_TRACE(world.Describe() + ", epoch " + std::to_string(epoch));
      const bool lives = world.SecretLives() && epoch == kEpoch;
      EXPECT_EQ(PrincipalState(world.Record(), world.shown.number, epoch, kNow),
                lives ? ToldOfKey(world) : Reason::kPrincipalRevoked);
    }
  }
}

// hazard K16: a locked key authenticates like an unlocked one.
TEST(Liveness, LockDoesNotMatter) {
  const Bound never = AllBounds().front();
  EXPECT_EQ(CredentialState(RecordOf(KeyState::kLocked, never, never), 9, kNow),
            Reason::kAuthenticated);
  EXPECT_EQ(PrincipalState(RecordOf(KeyState::kLocked, never, never), 9, kEpoch, kNow),
            Reason::kAuthenticated);
}

// domain A-4: a deleted token answers as unknown, even from a record whose secrets are still there.
TEST(Liveness, DeletedKeyHasNoLiveSecret) {
  const Bound never = AllBounds().front();
  const base::KeyRecord record = RecordOf(KeyState::kDeleted, never, never);
  EXPECT_EQ(LiveSecret(record, 9, kNow), nullptr);
  EXPECT_EQ(CredentialState(record, 9, kNow), Reason::kUnknownCredential);
  EXPECT_EQ(PrincipalState(record, 9, kEpoch, kNow), Reason::kPrincipalRevoked);
}

// domain C-1: a key that was rebuilt from the feed has no secret, so nothing authenticates.
TEST(Liveness, KeyWithoutSecretsKnowsNobody) {
  base::KeyRecord record;
  EXPECT_EQ(CredentialState(record, 0, kNow), Reason::kUnknownCredential);
  EXPECT_EQ(PrincipalState(record, 0, record.use_epoch, kNow), Reason::kPrincipalRevoked);
}

// domain K-11: a cached credential ends at the earlier of key and secret, each to the tick.
TEST(Liveness, EarlierOfKeyAndSecretEnds) {
  const Bound key_end{"", kNow + absl::Seconds(2), false};
  const Bound secret_end{"", kNow + absl::Seconds(1), false};
  const base::KeyRecord record = RecordOf(KeyState::kActive, key_end, secret_end);
  const auto at = [&](std::uint32_t number, absl::Duration after) {
    return PrincipalState(record, number, kEpoch, kNow + after);
  };
  EXPECT_EQ(at(8, absl::Seconds(1) - kTick), Reason::kAuthenticated);
  EXPECT_EQ(at(8, absl::Seconds(1)), Reason::kPrincipalRevoked);
  EXPECT_EQ(at(9, absl::Seconds(2) - kTick), Reason::kAuthenticated);
  EXPECT_EQ(at(9, absl::Seconds(2)), Reason::kKeyExpired);
}

}  // namespace
}  // namespace latchkey::authn
