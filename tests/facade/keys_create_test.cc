// Creation of keys through the roof: what is accepted, who may, how many, all or nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "facade/paused_call.h"
#include "facade/service.h"
#include "facade/two_processes.h"

namespace latchkey::test {
namespace {

const char kKeyCreator[] = "crn:v1:bluemix:public:iam-identity::::serviceRole:UserApiKeyCreator";

NewApiKey Named(std::string_view name) {
  NewApiKey request;
  request.name = name;
  return request;
}

NewApiKey For(const IamId& owner, std::string_view account = "acme") {
  NewApiKey request = Named("key");
  request.iam_id = owner;
  request.account_id = AccountId(account);
  return request;
}

Reason Refusal(const Service& service, const Caller& caller, const NewApiKey& request) {
  return ReasonOf(service.keys().Create(caller, request).status());
}

std::size_t CountOf(const Service& service, std::string_view user,
                    std::string_view account = "acme") {
  KeyQuery query;
  query.account_id = AccountId(account);
  query.iam_id = User(user);
  return Must(service.keys().List(service.host(), query, {100, ""})).keys.size();
}

void Restrict(const Service& service, std::optional<std::uint32_t> limit, bool creation) {
  AccountSettings settings;
  settings.keys_per_identity = limit;
  settings.restrict_create_platform_apikey = creation;
  Must(service.directory().UpdateSettings(service.host(), AccountId("acme"), IfMatch::Any(),
                                          settings));
}

std::string Repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// domain K-1, domain W-1
TEST(KeysCreate, AUserFederatedOrNotMakesKeysWhoseNamesMayRepeat) {
  Service service;
  NewUser federated;
  federated.id = User("fred");
  federated.name = "fred";
  federated.federated = true;
  Must(service.directory().CreateUser(service.host(), federated));
  service.AddUser("fred", "acme");
  for (const char* user : {"bob", "fred", "alice"}) {
    const CreatedKey first = service.NewKey(user, "the same");
    const CreatedKey second = service.NewKey(user, "the same");
    EXPECT_NE(first.key.id, second.key.id);
    EXPECT_NE(first.secret.ExposeSecret(), second.secret.ExposeSecret());
    EXPECT_EQ(service.access().Authenticate(first.secret.ExposeSecret()).key_id(), first.key.id);
    EXPECT_EQ(CountOf(service, user), 2u);
  }
}

// domain K-5: every field of a key that was asked for by name only.
TEST(KeysCreate, ANewKeyHasTheStatedFieldsAndDefaults) {
  Service service;
  const CreatedKey made = service.NewKey("bob", "deploy");
  const ApiKey key = Must(service.keys().Get(service.By("bob"), made.key.id));
  EXPECT_TRUE(std::regex_match(key.id.ToString(),
                               std::regex("ApiKey-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")));
  EXPECT_TRUE(std::regex_match(key.entity_tag.ToString(), std::regex("1-[0-9a-f]{32}")));
  EXPECT_EQ(key.crn, "crn:v1:bluemix:public:iam-identity::a/acme::apikey:" + key.id.ToString());
  EXPECT_EQ(key.account_id, AccountId("acme"));
  EXPECT_EQ(key.iam_id, User("bob"));
  EXPECT_EQ(key.name, "deploy");
  EXPECT_EQ(key.created_at, service.clock.Now());
  EXPECT_EQ(key.created_by, User("bob"));
  EXPECT_EQ(key.modified_at, key.created_at);
  EXPECT_EQ(key.state, KeyState::kActive);
  EXPECT_FALSE(key.description || key.created_with || key.expires_at);
  EXPECT_EQ(key.action_when_leaked, LeakAction::kDisable);
  EXPECT_FALSE(key.support_sessions || key.issued_by_host || key.disabled_by_leak);
  ASSERT_EQ(key.secrets.size(), 1u);
  EXPECT_EQ(key.secrets[0].number, 1u);
  EXPECT_EQ(key.secrets[0].made_by, User("bob"));
  EXPECT_EQ(key.secrets[0].ends_at, std::nullopt);
  EXPECT_EQ(key.secrets[0].made_with, std::nullopt);
}

// domain K-5: created_with and made_with name the key that the creator acted through.
TEST(KeysCreate, AKeyMadeThroughAKeyNamesIt) {
  Service service;
  const CreatedKey tool = service.NewKey("bob", "tool");
  const Principal through = service.access().Authenticate(tool.secret.ExposeSecret());
  const ApiKey key = Must(service.keys().Create(Caller::Acting(through), Named("made"))).key;
  EXPECT_EQ(key.created_by, User("bob"));
  EXPECT_EQ(key.created_with, tool.key.id);
  EXPECT_EQ(key.secrets.at(0).made_with, tool.key.id);
}

// domain K-5: lengths are in characters, and text is strict UTF-8.
TEST(KeysCreate, NameAndDescriptionAreMeasuredInCharacters) {
  Service service([](Options& options) { options.limits.keys_per_identity = 100; });
  const Caller bob = service.By("bob");
  for (const char* letter : {"a", "é", "鍵", "🔑"}) {
    NewApiKey request = Named(Repeated(letter, 100));
    request.description = Repeated(letter, 1024);
    const ApiKey key = Must(service.keys().Create(bob, request)).key;
    EXPECT_EQ(key.name, request.name);
    EXPECT_EQ(key.description, request.description);
    EXPECT_EQ(Refusal(service, bob, Named(Repeated(letter, 101))), Reason::kMalformed);
    request.description = Repeated(letter, 1025);
    EXPECT_EQ(Refusal(service, bob, request), Reason::kMalformed);
  }
  EXPECT_EQ(Refusal(service, bob, Named("")), Reason::kMalformed);
  for (const char* text : {"\xff", "\xc0\x80", "\xed\xa0\x80", "half \xc3", "\xf5\x80\x80\x80"}) {
    EXPECT_EQ(Refusal(service, bob, Named(text)), Reason::kInvalidUtf8);
    NewApiKey request = Named("key");
    request.description = text;
    EXPECT_EQ(Refusal(service, bob, request), Reason::kInvalidUtf8);
  }
  NewApiKey empty = Named("key");
  empty.description = "";
  EXPECT_EQ(Must(service.keys().Create(bob, empty)).key.description, std::nullopt);
}

// domain K-3: the engine takes no secret and keeps none.
TEST(KeysCreate, StoreValueIsRefused) {
  Service service;
  NewApiKey request = Named("key");
  request.store_value = true;
  EXPECT_EQ(Refusal(service, service.By("bob"), request), Reason::kSecretNotAccepted);
  EXPECT_EQ(Refusal(service, service.host(), request), Reason::kSecretNotAccepted);
  EXPECT_EQ(CountOf(service, "bob"), 0u);
}

// domain K-8, domain K-12, hazard C3: the pattern matches every token; a text gives up this
// store's tokens, and neither altered ones nor another store's.
TEST(KeysCreate, TokensAreMatchedByThePatternAndFoundInText) {
  Service service;
  Service other;
  const CreatedKey a = service.NewKey("bob", "a");
  const CreatedKey b = service.NewKey("dan", "b");
  const std::string first(a.secret.ExposeSecret());
  const std::string second(b.secret.ExposeSecret());
  const std::regex pattern(Must(service.keys().TokenPattern()));
  EXPECT_TRUE(std::regex_match(first, pattern));
  EXPECT_TRUE(std::regex_match(second, pattern));
  EXPECT_TRUE(std::regex_match(first, std::regex("lk1_[A-Za-z0-9]{86}")));
  EXPECT_FALSE(std::regex_match(first + "0", pattern));

  std::string altered = first;
  altered[50] = altered[50] == 'x' ? 'y' : 'x';
  const std::string foreign(other.NewKey("bob").secret.ExposeSecret());
  const std::string text = "key = \"" + first + "\"\n" + altered + "\n" + foreign +
                           "\nhttps://host/?k=" + second + "&x=lk1_";
  const std::vector<TokenSighting> found = Must(service.keys().FindTokens(text));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(text.substr(found[0].offset, found[0].length), first);
  EXPECT_EQ(found[0].key_id, a.key.id);
  EXPECT_EQ(text.substr(found[1].offset, found[1].length), second);
  EXPECT_EQ(found[1].key_id, b.key.id);
}

// domain L-3
TEST(KeysCreate, AKeyCanBeBornInEachOfTheFourStates) {
  Service service;
  for (const bool locked : {false, true}) {
    for (const bool disabled : {false, true}) {
      NewApiKey request = Named("born");
      request.locked = locked;
      request.disabled = disabled;
      const CreatedKey key = Must(service.keys().Create(service.By("bob"), request));
      EXPECT_EQ(key.key.state, BornState(locked, disabled));
      EXPECT_EQ(service.access().Authenticate(key.secret.ExposeSecret()).authenticated(),
                !disabled);
    }
  }
}

// domain W-2, hazard C41: whatever its role, nobody makes a user key for somebody else, from
// elsewhere, or with a profile applied; and the refusal costs no Argon2 (W-6).
TEST(KeysCreate, AUserKeyIsMadeByItsOwnUserOnly) {
  Service service;
  service.Grant("acme", service.ops, kAdministrator, "iam-identity");
  const std::uint64_t runs = service.argon2_runs();
  for (const char* who : {"bob", "carol", "alice"}) {
    EXPECT_EQ(Refusal(service, service.By(who), For(User("dan"))), Reason::kNotAllowed);
  }
  EXPECT_EQ(Refusal(service, service.By("bob", "acme"), For(User("bob"), "beta")),
            Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, service.By("bob"), For(User("nobody"))), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, service.By("dan"), For(User("dan"), "beta")), Reason::kNotFound)
      << "dan is not of beta: it does not exist for him";
  const Caller with_profile = Caller::Acting(service.AsProfile("dan"));
  EXPECT_EQ(Refusal(service, with_profile, For(User("dan"))), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, with_profile, Named("of the profile")), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, Caller::Anybody(), Named("key")), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, Caller(), Named("key")), Reason::kCallerMissing);
  EXPECT_EQ(service.argon2_runs(), runs);
  EXPECT_EQ(CountOf(service, "dan") + CountOf(service, "bob"), 0u);

  EXPECT_EQ(service.NewKey("bob", "key", "beta").key.account_id, AccountId("beta"));
  const CreatedKey robots = Must(service.keys().Create(with_profile, For(service.robot)));
  EXPECT_EQ(robots.key.created_by, service.ops) << "service-ID keys a profile does make";
}

// domain W-9: the host makes keys for others, marked so, and for live members only.
TEST(KeysCreate, WhatTheHostMakesForAUserIsMarkedAsSuch) {
  Service service;
  const CreatedKey users = Must(service.keys().Create(service.host(), For(User("dan"))));
  EXPECT_TRUE(users.key.issued_by_host);
  EXPECT_TRUE(users.key.created_by.empty());
  EXPECT_EQ(users.key.iam_id, User("dan"));
  EXPECT_FALSE(Must(service.keys().Create(service.host(), For(service.robot))).key.issued_by_host);
  EXPECT_EQ(Refusal(service, service.host(), Named("whose?")), Reason::kMalformed);
  EXPECT_EQ(Refusal(service, service.host(), For(User("nobody"))), Reason::kUnknownReference);
  EXPECT_EQ(Refusal(service, service.host(), For(User("dan"), "beta")), Reason::kUnknownReference);
  EXPECT_EQ(Refusal(service, service.host(), For(User("dan"), "none")), Reason::kUnknownReference);
  EXPECT_EQ(Refusal(service, service.host(), For(service.robot, "beta")),
            Reason::kUnknownReference);
  EXPECT_EQ(Refusal(service, service.host(), For(service.ops)), Reason::kNotAllowed);
  Must(service.directory().SuspendMember(service.host(), AccountId("acme"), User("dan"),
                                         IfMatch::Any()));
  EXPECT_EQ(Refusal(service, service.host(), For(User("dan"))), Reason::kUnknownReference);
}

// domain W-4: binds the owner too, gives way to the role, touches creation only.
TEST(KeysCreate, ARestrictedAccountAsksForTheRoleOfTheOwnerToo) {
  Service service;
  const CreatedKey before = service.NewKey("bob");
  Restrict(service, std::nullopt, true);
  EXPECT_EQ(Refusal(service, service.By("bob"), Named("key")), Reason::kNotAllowed);
  EXPECT_EQ(Refusal(service, service.By("alice"), Named("key")), Reason::kNotAllowed);
  EXPECT_TRUE(service.keys().Create(service.host(), For(User("dan"))).ok());
  EXPECT_TRUE(service.keys().Create(service.By("carol"), For(service.robot)).ok());
  KeyUpdate rename;
  rename.name = "renamed";
  EXPECT_TRUE(service.keys().Update(service.By("bob"), before.key.id, IfMatch::Any(), rename).ok());
  EXPECT_TRUE(service.keys()
                  .Rotate(service.By("bob"), before.key.id, IfMatch::Any(), absl::ZeroDuration())
                  .ok());
  EXPECT_EQ(service.NewKey("bob", "key", "beta").key.account_id, AccountId("beta"));
  for (const char* user : {"bob", "alice"}) {
    service.Grant("acme", User(user), kKeyCreator, "iam-identity");
    EXPECT_EQ(service.NewKey(user).key.iam_id, User(user));
  }
}

// domain K-4, hazard C51: per identity and account, whatever state the keys are in.
TEST(KeysCreate, TheTwentyFirstKeyIsRefusedUntilTheAccountAllowsMore) {
  Service service;
  const Caller bob = service.By("bob");
  std::vector<KeyId> keys;
  for (int i = 0; i < 20; ++i) {
    NewApiKey request = Named("key");
    request.locked = i % 2 != 0;
    request.disabled = i % 3 == 0;
    if (i % 5 == 0) request.expires_at = service.clock.Now() - absl::Hours(1);
    keys.push_back(Must(service.keys().Create(bob, request)).key.id);
  }
  const std::uint64_t runs = service.argon2_runs();
  EXPECT_EQ(Refusal(service, bob, Named("21st")), Reason::kLimitExceeded);
  EXPECT_EQ(Refusal(service, service.host(), For(User("bob"))), Reason::kLimitExceeded)
      << "the host is held to limits";
  EXPECT_EQ(service.argon2_runs(), runs) << "a refused caller costs nothing";
  service.NewKey("dan");
  service.NewKey("bob", "key", "beta");
  Restrict(service, 21, false);
  service.NewKey("bob");
  EXPECT_EQ(Refusal(service, bob, Named("22nd")), Reason::kLimitExceeded);
  Must(service.keys().Delete(bob, keys.at(4), IfMatch::Any()));
  service.NewKey("bob");
  Restrict(service, 5, false);
  EXPECT_EQ(Refusal(service, bob, Named("6th")), Reason::kLimitExceeded);
  EXPECT_EQ(Refusal(service, service.By("dan"), Named("2nd")), Reason::kNone);
}

// domain K-4, hazard C51: the quota is asked again inside the write transaction.
TEST(KeysCreate, AQuotaThatFillsUpMeanwhileIsSeen) {
  for (const bool by_host : {false, true}) {
    Service service;
    for (int i = 0; i < 19; ++i) service.NewKey("bob");
    const Caller caller = by_host ? service.host() : service.By("bob");
    Reason late = Reason::kNone;
    PausedCall paused([&] { late = Refusal(service, caller, For(User("bob"))); });
    service.NewKey("bob", "the twentieth");
    paused.Finish();
    EXPECT_EQ(late, Reason::kLimitExceeded);
    EXPECT_EQ(CountOf(service, "bob"), 20u);
  }
}

// domain W-6, hazard C51
TEST(KeysCreate, AnOwnerWhoIsSuspendedMeanwhileGetsNoKey) {
  Service service;
  Reason late = Reason::kNone;
  PausedCall paused([&] { late = Refusal(service, service.host(), For(User("bob"))); });
  Must(service.directory()
           .SuspendMember(service.host(), AccountId("acme"), User("bob"), IfMatch::Any())
           .status());
  paused.Finish();
  EXPECT_EQ(late, Reason::kUnknownReference);
}

// domain K-4, hazard C51
TEST(KeysCreate, ThreadsThatRaceMakeExactlyTwenty) {
  Service service;
  std::atomic<int> made{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 6; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const Reason reason = Refusal(service, service.By("bob"), Named("race"));
        if (reason == Reason::kNone) ++made;
        if (reason == Reason::kLimitExceeded) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 20);
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(CountOf(service, "bob"), 20u);
}

// domain K-4, hazard C51
TEST(KeysCreate, ProcessesThatRaceMakeExactlyTwenty) {
  const testing::TemporaryStore place;
  std::optional<Service> service;
  EXPECT_EQ(MakeKeysInTwoProcesses(place, service, For(User("bob")), 20), 20);
  EXPECT_EQ(CountOf(*service, "bob"), 20u);
}

// hazard C52, hazard C47: all or nothing, each request judged on its own.
TEST(KeysCreate, ABatchIsMadeWholeOrNotAtAll) {
  Service service;
  const Caller bob = service.By("bob");
  const Keys keys = service.keys();
  const auto refusal = [&](const std::vector<NewApiKey>& requests) {
    return ReasonOf(keys.CreateBatch(bob, requests).status());
  };
  const std::uint64_t revision = Must(service.engine().Info()).revision;
  EXPECT_EQ(refusal({}), Reason::kMalformed);
  EXPECT_EQ(refusal(std::vector<NewApiKey>(101, Named("many"))), Reason::kMalformed);
  EXPECT_EQ(refusal({Named("good"), Named(""), Named("good")}), Reason::kMalformed);
  EXPECT_EQ(refusal({Named("good"), For(User("dan"))}), Reason::kNotAllowed);
  EXPECT_EQ(refusal(std::vector<NewApiKey>(21, Named("too many"))), Reason::kLimitExceeded);
  service.NewKey("bob");
  EXPECT_EQ(refusal(std::vector<NewApiKey>(20, Named("one too many"))), Reason::kLimitExceeded);
  EXPECT_EQ(Must(service.engine().Info()).revision, revision + 1) << "the one key";
  EXPECT_EQ(CountOf(service, "bob"), 1u);

  Restrict(service, 101, false);
  std::vector<NewApiKey> requests;
  for (int i = 0; i < 100; ++i) requests.push_back(Named("n" + std::to_string(i)));
  const std::uint64_t before = Must(service.engine().Info()).revision;
  const std::vector<CreatedKey> made = Must(keys.CreateBatch(bob, requests));
  EXPECT_EQ(Must(service.engine().Info()).revision, before + 1) << "one transaction";
  ASSERT_EQ(made.size(), 100u);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(made[i].key.name, requests[i].name);
    ids.insert(made[i].key.id.ToString());
  }
  EXPECT_EQ(ids.size(), 100u);
  EXPECT_EQ(service.access().Authenticate(made[99].secret.ExposeSecret()).key_id(),
            made[99].key.id);
}

}  // namespace
}  // namespace latchkey::test
