// Authentication through the roof: who is refused, with what reason, and at what cost.
#include <gtest/gtest.h>

#include <atomic>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/codec/base62.h"
#include "engine/codec/crc32.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

// domain A-4, hazard C1
TEST(Authenticate, RefusesATokenOfAnyOtherLength) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  ASSERT_TRUE(service.access().Authenticate(token).authenticated());
  for (std::size_t length = 0; length < token.size(); ++length) {
    EXPECT_EQ(service.access().Authenticate(token.substr(0, length)).reason(),
              Reason::kUnknownCredential);
    EXPECT_EQ(service.access().Authenticate(token.substr(token.size() - length)).reason(),
              Reason::kUnknownCredential);
  }
  for (const char* more : {"0", "A", "lk1_", " ", "\n"}) {
    EXPECT_EQ(service.access().Authenticate(token + more).reason(), Reason::kUnknownCredential);
    EXPECT_EQ(service.access().Authenticate(more + token).reason(), Reason::kUnknownCredential);
  }
}

// hazard C2, hazard C4, hazard C6, domain A-4: one refusal, no read and no Argon2 for what this
// store never issued.
TEST(Authenticate, WhatWasNeverIssuedCostsNoReadAndNoArgon2) {
  Service service;
  const std::string token(service.NewKey("bob").secret.ExposeSecret());
  std::vector<std::string> bad = {"", "lk1_", std::string(1 << 20, 'A'), " " + token.substr(1),
                                  token.substr(0, 40) + '\0' + token.substr(41)};
  std::string upper = token;
  upper[0] = 'L';
  bad.push_back(upper);
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string altered = token;
    altered[at] = altered[at] == 'x' ? 'y' : 'x';
    bad.push_back(altered);
  }
  const EngineCounters before = Must(service.engine().Info()).counters;
  for (const std::string& text : bad) {
    EXPECT_EQ(service.access().Authenticate(text).reason(), Reason::kUnknownCredential);
  }
  const EngineCounters after = Must(service.engine().Info()).counters;
  EXPECT_EQ(after.argon2_runs, before.argon2_runs);
  EXPECT_EQ(after.snapshots, before.snapshots + 1) << "the second Info itself";
  EXPECT_EQ(after.unissued_refused, before.unissued_refused + bad.size());
}

// hazard C7: the tag covers id and secret together, so splicing two tokens ends at the tag, also
// when the checksum, which anybody can compute, is made right.
TEST(Authenticate, TheSecretOfOneKeyDoesNotOpenAnother) {
  Service service;
  const std::string a(service.NewKey("bob", "a").secret.ExposeSecret());
  const std::string b(service.NewKey("bob", "b").secret.ExposeSecret());
  const std::size_t secret_at = 4 + 22 + 4;
  const std::size_t crc_at = secret_at + 43 + 11;
  std::string spliced = a.substr(0, secret_at) + b.substr(secret_at);
  const std::uint32_t crc = codec::Crc32(std::string_view(spliced).substr(0, crc_at));
  codec::EncodeBase62(crc, std::span(spliced).subspan(crc_at));
  const std::uint64_t runs = service.argon2_runs();
  EXPECT_EQ(service.access().Authenticate(spliced).reason(), Reason::kUnknownCredential);
  EXPECT_EQ(service.argon2_runs(), runs);
}

// hazard C5, domain A-4: whatever ended an issued token, its holder costs one read and no Argon2.
TEST(Authenticate, IssuedButDeadTokensCostOneReadEach) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey deleted = service.NewKey("bob");
  const CreatedKey rotated = service.NewKey("bob");
  const CreatedKey disabled = service.NewKey("bob");
  const CreatedKey expired = service.NewKey("bob");
  Must(service.keys().Delete(bob, deleted.key.id, IfMatch::Any()));
  Must(service.keys().Rotate(bob, rotated.key.id, IfMatch::Any(), absl::ZeroDuration()));
  Must(service.keys().Disable(bob, disabled.key.id, IfMatch::Any()));
  KeyUpdate past;
  past.expires_at = service.clock.Now();
  Must(service.keys().Update(bob, expired.key.id, IfMatch::Any(), past));
  service.Reopen();  // nothing is warm
  const std::pair<const CreatedKey*, Reason> rows[] = {{&deleted, Reason::kUnknownCredential},
                                                       {&rotated, Reason::kUnknownCredential},
                                                       {&disabled, Reason::kKeyDisabled},
                                                       {&expired, Reason::kKeyExpired}};
  for (const auto& [key, reason] : rows) {
    const EngineCounters before = Must(service.engine().Info()).counters;
    EXPECT_EQ(service.access().Authenticate(key->secret.ExposeSecret()).reason(), reason);
    const EngineCounters after = Must(service.engine().Info()).counters;
    EXPECT_EQ(after.argon2_runs, before.argon2_runs) << NameOf(reason);
    EXPECT_EQ(after.snapshots, before.snapshots + 2) << "this one, and the second Info itself";
    EXPECT_EQ(after.unissued_refused, before.unissued_refused) << NameOf(reason);
  }
}

// Argon2id is paid once per key, process and secret (design section 2).
TEST(Authenticate, TheSecondTimeCostsNoArgon2) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  ASSERT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  const std::uint64_t runs = service.argon2_runs();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  }
  EXPECT_EQ(service.argon2_runs(), runs);
  service.Reopen();
  const std::uint64_t fresh = service.argon2_runs();
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  EXPECT_EQ(service.argon2_runs(), fresh + 1) << "nothing of the table outlives the engine";
}

// hazard C21 as far as built: many threads, one cold token, one Argon2id.
TEST(Authenticate, ConcurrentFirstUsesShareOneArgon2) {
  Service service([](Options& options) { options.argon2.memory_kib = 64 * 1024; });
  const CreatedKey key = service.NewKey("bob");
  const std::uint64_t runs = service.argon2_runs();
  std::atomic<int> authenticated{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (service.access().Authenticate(key.secret.ExposeSecret()).authenticated()) {
        ++authenticated;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(authenticated, 8);
  EXPECT_EQ(service.argon2_runs(), runs + 1);
}

// domain A-4: the holder of an issued token is told the first of identity not active, disabled,
// expired; a deleted or rotated-away token answers as unknown.
TEST(Authenticate, TellsTheHolderTheFirstReason) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const auto reason = [&] {
    return service.access().Authenticate(key.secret.ExposeSecret()).reason();
  };
  EXPECT_EQ(reason(), Reason::kAuthenticated);
  KeyUpdate expire;
  expire.expires_at = service.clock.Now() - absl::Seconds(1);
  Must(service.keys().Update(service.By("bob"), key.key.id, IfMatch::Any(), expire));
  EXPECT_EQ(reason(), Reason::kKeyExpired);
  Must(service.keys().Disable(service.By("bob"), key.key.id, IfMatch::Any()));
  EXPECT_EQ(reason(), Reason::kKeyDisabled);
  Must(service.directory().SuspendMember(service.host(), AccountId("acme"), User("bob"),
                                         IfMatch::Any()));
  EXPECT_EQ(reason(), Reason::kIdentityNotActive);
  Must(service.directory().RemoveMember(service.host(), AccountId("acme"), User("bob"),
                                        IfMatch::Any()));
  EXPECT_EQ(reason(), Reason::kUnknownCredential);
}

// hazard C14, domain D-1, domain D-4, hazard K16: a lock keeps no credential alive.
TEST(Authenticate, AKeyOfAnInactiveIdentityIsRefusedLockedOrNot) {
  for (const bool locked : {false, true}) {
    Service service;
    NewApiKey request;
    request.name = "key";
    request.locked = locked;
    const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
    const std::string_view token = key.secret.ExposeSecret();
    ASSERT_TRUE(service.access().Authenticate(token).authenticated());
    const AccountId acme("acme");
    Must(service.directory().SuspendMember(service.host(), acme, User("bob"), IfMatch::Any()));
    EXPECT_EQ(service.access().Authenticate(token).reason(), Reason::kIdentityNotActive);
    Must(service.directory().ReactivateMember(service.host(), acme, User("bob"), IfMatch::Any()));
    EXPECT_TRUE(service.access().Authenticate(token).authenticated());
    Must(service.directory().SetAccountState(service.host(), acme, IfMatch::Any(),
                                             AccountState::kSuspended));
    EXPECT_EQ(service.access().Authenticate(token).reason(), Reason::kIdentityNotActive);
    Must(service.directory().SetAccountState(service.host(), acme, IfMatch::Any(),
                                             AccountState::kOpen));
    EXPECT_TRUE(service.access().Authenticate(token).authenticated());
    Must(service.directory().DeleteUser(service.host(), User("bob")));
    EXPECT_EQ(service.access().Authenticate(token).reason(), Reason::kUnknownCredential);
  }
}

// domain A-3: a principal kept from an earlier authentication is no exception.
TEST(Authenticate, AKeptPrincipalIsCheckedAgainAtEveryUse) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const AccessRequest read = {"acme", "shop", "shop.item.read", {}};
  const auto kept_after = [&](auto change) {
    const CreatedKey key = service.NewKey("bob");
    const Principal kept = service.access().Authenticate(key.secret.ExposeSecret());
    EXPECT_TRUE(service.access().Authorize(kept, read).allowed());
    change(key.key.id);
    return service.access().Authorize(kept, read).reason();
  };
  const Caller bob = service.By("bob");
  const Keys keys = service.keys();
  EXPECT_EQ(kept_after([&](KeyId id) { Must(keys.Delete(bob, id, IfMatch::Any())); }),
            Reason::kPrincipalRevoked);
  EXPECT_EQ(kept_after([&](KeyId id) { Must(keys.Disable(bob, id, IfMatch::Any())); }),
            Reason::kPrincipalRevoked);
  EXPECT_EQ(kept_after([&](KeyId id) {
              Must(keys.Disable(bob, id, IfMatch::Any()));
              Must(keys.Enable(bob, id, IfMatch::Any()));
            }),
            Reason::kPrincipalRevoked)
      << "the use epoch moved: enabling again does not revive what was out";
  EXPECT_EQ(kept_after([&](KeyId id) {
              Must(keys.Rotate(bob, id, IfMatch::Any(), absl::ZeroDuration()));
            }),
            Reason::kPrincipalRevoked);
  EXPECT_EQ(kept_after([&](KeyId id) { Must(keys.Lock(bob, id, IfMatch::Any())); }),
            Reason::kAllowedByPolicy)
      << "a lock guards against change, not against use";
}

// domain W-9, hazard C91: what no engine of ours made is refused.
TEST(Authenticate, AForeignPrincipalIsInvalid) {
  Service service;
  Service other;
  const AccessRequest read = {"acme", "shop", "shop.item.read", {}};
  EXPECT_EQ(service.access().Authorize(Principal(), read).reason(), Reason::kPrincipalInvalid);
  EXPECT_EQ(service.access().Authorize(other.As("alice"), read).reason(),
            Reason::kPrincipalInvalid);
  const Principal before = service.As("alice");
  ASSERT_TRUE(service.access().Authorize(before, read).allowed());
  service.Reopen();
  EXPECT_EQ(service.access().Authorize(before, read).reason(), Reason::kPrincipalInvalid);
}

// domain K-11, hazard C15: expiry exactly now has passed; a clock set back revives nothing.
TEST(Authenticate, ExpiryIsPreciseAndAClockSetBackRevivesNothing) {
  Service service;
  NewApiKey request;
  request.name = "short";
  request.expires_at = service.clock.Now() + absl::Hours(1);
  const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
  const auto reason = [&] {
    return service.access().Authenticate(key.secret.ExposeSecret()).reason();
  };
  service.clock.Advance(absl::Hours(1) - absl::Milliseconds(50));
  EXPECT_EQ(reason(), Reason::kAuthenticated);
  service.clock.Advance(absl::Milliseconds(50));
  EXPECT_EQ(reason(), Reason::kKeyExpired);
  service.clock.SetWallClock(service.clock.Now() - absl::Hours(5));
  EXPECT_EQ(reason(), Reason::kKeyExpired);
}

// domain K-11: a clock that ran ahead of boot time is not latched.
TEST(Authenticate, OneBadJumpAheadDoesNotKillKeysForGood) {
  Service service;
  NewApiKey request;
  request.name = "a day";
  request.expires_at = service.clock.Now() + absl::Hours(24);
  const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
  const absl::Time truth = service.clock.Now();
  service.clock.SetWallClock(truth + absl::Hours(24 * 365));
  EXPECT_EQ(service.access().Authenticate(key.secret.ExposeSecret()).reason(), Reason::kKeyExpired);
  service.clock.SetWallClock(truth);
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
}

// A wait that is over before it began is a fault, never a verdict on the token (hazard F1). A hash
// that outlasts the deadline of its call keeps its permit until it ends (hazard C19).
TEST(Authenticate, NoTimeLeftToWaitIsAFault) {
  Service service([](Options& options) {
    options.argon2_concurrency = 1;
    options.argon2.memory_kib = 256 * 1024;
    options.argon2.passes = 2;
  });
  const CreatedKey a = service.NewKey("bob", "a");
  const CreatedKey b = service.NewKey("bob", "b");
  RequestContext hurried;
  hurried.timeout = absl::Microseconds(1);
  std::thread holder([&] {
    EXPECT_TRUE(service.access().Authenticate(a.secret.ExposeSecret(), hurried).authenticated());
  });
  while (service.argon2_runs() < 3) std::this_thread::yield();  // two creations and the holder's
  const Decision decision = service.access().Check(b.secret.ExposeSecret(),
                                                   {"acme", "shop", "shop.item.read", {}}, hurried);
  holder.join();
  EXPECT_EQ(decision.outcome(), Outcome::kFault);
  EXPECT_EQ(decision.reason(), Reason::kBusy);
  EXPECT_TRUE(service.access().Authenticate(b.secret.ExposeSecret()).authenticated());
}

}  // namespace
}  // namespace latchkey::test
