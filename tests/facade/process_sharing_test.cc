// Two processes on one store, and one process that misuses it.
//
// Method: the test forks before it opens anything; the child opens the same store, carries out what
// it is told over a pipe, and acknowledges each command after the call has returned.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "facade/second_process.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

absl::Status Do(const Engine& engine, const std::string& line) {
  const std::size_t space = line.find(' ');
  const std::string verb = line.substr(0, space);
  const std::string object = line.substr(space + 1);
  const Caller host = Caller::TrustedHost();
  const AccountId acme("acme");
  if (const auto id = KeyId::Parse(object)) {
    if (verb == "delete") return engine.keys().Delete(host, *id, IfMatch::Any());
    if (verb == "disable") return engine.keys().Disable(host, *id, IfMatch::Any()).status();
    if (verb == "lock") return engine.keys().Lock(host, *id, IfMatch::Any()).status();
    if (verb == "rotate") {
      return engine.keys().Rotate(host, *id, IfMatch::Any(), absl::ZeroDuration()).status();
    }
    if (verb == "expire") {
      KeyUpdate update;
      update.expires_at = absl::FromUnixSeconds(1);
      return engine.keys().Update(host, *id, IfMatch::Any(), update).status();
    }
    if (verb == "leak") {
      return engine.keys().ReportLeak(host, *id, LeakAction::kDelete).status();
    }
  }
  if (verb == "unpolicy") {
    return engine.policies().Delete(host, acme, PolicyId(object), IfMatch::Any());
  }
  if (verb == "ungroup") {
    return engine.directory().RemoveFromGroup(host, acme, GroupId(object), User("bob"));
  }
  if (verb == "suspend") {
    return engine.directory().SuspendMember(host, acme, IamId(object), IfMatch::Any()).status();
  }
  if (verb == "remove") {
    return engine.directory().RemoveMember(host, acme, IamId(object), IfMatch::Any()).status();
  }
  if (verb == "close") {
    return engine.directory()
        .SetAccountState(host, acme, IfMatch::Any(), AccountState::kSuspended)
        .status();
  }
  return absl::UnimplementedError("no such verb");
}

SecondProcess RevokerAt(const testing::TemporaryStore& place, const Clock& clock) {
  return SecondProcess(
      testing::FastOptions(place, clock),
      [](const Engine& engine, const std::string& line) { return Do(engine, line).ok(); });
}

// hazard C53, domain A-3: warm here, revoked and acknowledged there, refused at the very next call.
TEST(TwoProcesses, WhatOneRevokesTheOtherRefusesAtItsNextCall) {
  struct Case {
    const char* verb;
    std::function<std::string(Service&, const CreatedKey&, const Policy&)> object;
    Reason then;
  };
  const auto key_id = [](Service&, const CreatedKey& key, const Policy&) {
    return key.key.id.ToString();
  };
  const auto bob = [](Service&, const CreatedKey&, const Policy&) { return User("bob").text(); };
  const Case cases[] = {
      {"delete", key_id, Reason::kUnknownCredential},
      {"disable", key_id, Reason::kKeyDisabled},
      {"expire", key_id, Reason::kKeyExpired},
      {"leak", key_id, Reason::kUnknownCredential},
      {"unpolicy",
       [](Service&, const CreatedKey&, const Policy& policy) { return policy.id.text(); },
       Reason::kNoPolicy},
      {"ungroup", [](Service& s, const CreatedKey&, const Policy&) { return s.staff.text(); },
       Reason::kNoPolicy},
      {"suspend", bob, Reason::kIdentityNotActive},
      {"remove", bob, Reason::kUnknownCredential},
      {"close", bob, Reason::kIdentityNotActive},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.verb);
    const testing::TemporaryStore place;
    const testing::ManualClock clock;
    SecondProcess other = RevokerAt(place, clock);
    Service service([](Options&) {}, &place);
    const Policy policy = service.Grant("acme", service.staff, kReader);
    const CreatedKey key = service.NewKey("bob");
    const std::string_view token = key.secret.ExposeSecret();
    ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
    ASSERT_TRUE(service.Check(token, "shop.item.read").allowed()) << "warm";
    ASSERT_TRUE(other.Run(std::string(test.verb) + " " + test.object(service, key, policy)));
    const Decision decision = service.Check(token, "shop.item.read");
    EXPECT_FALSE(decision.allowed());
    EXPECT_EQ(decision.reason(), test.then);
  }
}

// domain section 3: a lock made elsewhere is seen too, and takes no access away.
TEST(TwoProcesses, ALockMadeElsewhereRefusesChangeHere) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  SecondProcess other = RevokerAt(place, clock);
  Service service([](Options&) {}, &place);
  const CreatedKey key = service.NewKey("bob");
  ASSERT_TRUE(other.Run("lock " + key.key.id.ToString()));
  EXPECT_EQ(ReasonOf(service.keys().Delete(service.By("bob"), key.key.id, IfMatch::Any())),
            Reason::kLocked);
  EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
}

// hazard C60: a child of the process that opened the engine gets kForked from everything, may open
// the store anew, and does not disturb its parent.
TEST(OneProcess, AForkedChildIsRefusedAndMayOpenAnew) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  const pid_t child = fork();
  if (child == 0) {
    const Decision decision = service.Check(token, "shop.item.read");
    if (decision.allowed() || decision.reason() != Reason::kForked) _exit(1);
    if (service.access().Authenticate(token).reason() != Reason::kForked) _exit(2);
    // Not even what needs no store is answered: another thread's lock may be held for ever here.
    if (service.access().Authenticate("no token").reason() != Reason::kForked) _exit(7);
    if (ReasonOf(service.keys().Get(service.host(), key.key.id).status()) != Reason::kForked) {
      _exit(3);
    }
    if (ReasonOf(service.keys().Delete(service.host(), key.key.id, IfMatch::Any())) !=
        Reason::kForked) {
      _exit(4);
    }
    auto anew = Engine::Open(service.options());
    if (!anew.ok()) _exit(5);
    if (!anew->keys().Delete(Caller::TrustedHost(), key.key.id, IfMatch::Any()).ok()) _exit(6);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(service.Check(token, "shop.item.read").reason(), Reason::kUnknownCredential)
      << "the child deleted the key: the parent sees it and goes on";
}

// hazard C60: its parent deletes the key; the child, whose memory still has it warm, gets kForked
// from every way of asking.
TEST(OneProcess, AForkedChildDoesNotAllowWhatItsParentDeletes) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  const AccessRequest request = {"acme", "shop", "shop.item.read", {}};
  const Principal principal = service.access().Authenticate(token);
  const PreparedRequest prepared = Must(service.access().Prepare(request));
  ASSERT_TRUE(service.Check(token, "shop.item.read").allowed());
  ASSERT_TRUE(service.Check(token, "shop.item.read").allowed()) << "warm";
  std::array<int, 2> deleted{};
  ASSERT_EQ(pipe(deleted.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    char done = 0;
    if (read(deleted[0], &done, 1) != 1) _exit(100);
    const Access access = service.access();
    const CheckItem item = {token, request};
    std::array<Decision, 5> decisions = {access.Check(token, request),
                                         access.Check(token, prepared),
                                         access.Authorize(principal, request)};
    access.CheckBatch(std::span(&item, 1), std::span(&decisions[3], 1));
    access.AuthorizeBatch(principal, std::span(&request, 1), std::span(&decisions[4], 1));
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      const bool refused = !decisions[i].allowed() && decisions[i].reason() == Reason::kForked;
      if (!refused) _exit(static_cast<int>(i) + 1);
    }
    _exit(0);
  }
  Must(service.keys().Delete(service.host(), key.key.id, IfMatch::Any()));
  ASSERT_EQ(write(deleted[1], "x", 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  for (const int end : deleted) close(end);
}

// hazard C61, hazard F2
TEST(OneProcess, AStoreIsOpenOnceByAnyPath) {
  Service service;
  EXPECT_EQ(ReasonOf(Engine::Open(service.options()).status()), Reason::kAlreadyOpen);
  const std::string link = service.store.path() + "-link";
  std::filesystem::create_directory_symlink(service.store.path(), link);
  Options by_link = service.options();
  by_link.path = link;
  const auto second = Engine::Open(by_link);
  EXPECT_FALSE(second.ok());
  service.engine().Close();
  EXPECT_TRUE(Engine::Open(service.options()).ok()) << "once closed, it can be opened again";
}

// The roof: Close() drains, later calls answer "closed" (hazard C91).
TEST(OneProcess, AfterCloseEveryHandleAnswersClosed) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const Keys keys = service.keys();
  const Directory directory = service.directory();
  const Policies policies = service.policies();
  const Access access = service.access();
  const Feed feed = service.engine().feed();
  service.engine().Close();
  service.engine().Close();
  const Caller host = service.host();
  EXPECT_EQ(ReasonOf(keys.Get(host, key.key.id).status()), Reason::kClosed);
  EXPECT_EQ(ReasonOf(directory.GetAccount(host, AccountId("acme")).status()), Reason::kClosed);
  EXPECT_EQ(ReasonOf(policies.ListServices(host).status()), Reason::kClosed);
  EXPECT_EQ(ReasonOf(feed.Read(host, 0, 10).status()), Reason::kClosed);
  EXPECT_EQ(ReasonOf(service.engine().Info().status()), Reason::kClosed);
  const Decision decision = access.Check(key.secret.ExposeSecret(), {"acme", "shop", "x", {}});
  EXPECT_EQ(decision.outcome(), Outcome::kFault);
  EXPECT_EQ(decision.reason(), Reason::kClosed);
  EXPECT_EQ(access.Authenticate(key.secret.ExposeSecret()).reason(), Reason::kClosed);
}

// A request id settles whether a mutation took place, and is used once.
TEST(OneProcess, ARequestIdSettlesWhatWasCommitted) {
  Service service;
  RequestId id;
  id.bytes[0] = 7;
  EXPECT_EQ(ReasonOf(service.engine().Settle(service.host(), id).status()), Reason::kNotFound);
  NewApiKey request;
  request.name = "settled";
  const CreatedKey key = Must(service.keys().Create(Call(service.By("bob")).Named(id), request));
  const Settlement settled = Must(service.engine().Settle(service.host(), id));
  EXPECT_EQ(settled.act, "key.create");
  EXPECT_EQ(settled.object, key.key.id.ToString());
  EXPECT_EQ(ReasonOf(service.keys().Create(Call(service.By("bob")).Named(id), request).status()),
            Reason::kRequestIdUsed);
}

}  // namespace
}  // namespace latchkey::test
