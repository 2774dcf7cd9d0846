// Lists of keys: what they hold for whom, page by page; and the purge of what has long expired.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

KeyQuery Of(std::string_view account = "acme") {
  KeyQuery query;
  query.account_id = AccountId(account);
  return query;
}

std::vector<std::string> NamesOf(const std::vector<ApiKey>& keys) {
  std::vector<std::string> names;
  for (const ApiKey& key : keys) names.push_back(key.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Listed(const Service& service, const Caller& caller,
                                const KeyQuery& query) {
  return NamesOf(Must(service.keys().List(caller, query, {100, ""})).keys);
}

using Names = std::vector<std::string>;

Reason ListRefusal(const Service& service, const Caller& caller, const KeyQuery& query,
                   const PageRequest& page) {
  return ReasonOf(service.keys().List(caller, query, page).status());
}

CreatedKey RobotsKey(const Service& service, std::string_view name) {
  NewApiKey request;
  request.name = name;
  request.iam_id = service.robot;
  request.account_id = AccountId("acme");
  return Must(service.keys().Create(service.host(), request));
}

// domain W-7, hazard C46: lists hold only what the caller may see.
TEST(KeysList, EveryCallerGetsItsOwnView) {
  Service service;
  service.NewKey("alice", "a");
  service.NewKey("bob", "b");
  service.NewKey("dan", "d");
  service.NewKey("bob", "beta's", "beta");
  RobotsKey(service, "r");
  EXPECT_EQ(Listed(service, service.host(), Of()), (Names{"a", "b", "d", "r"}));
  EXPECT_EQ(Listed(service, service.By("alice"), Of()), (Names{"a", "b", "d", "r"}));
  EXPECT_EQ(Listed(service, service.By("carol"), Of()), (Names{"a", "b", "d", "r"}));
  EXPECT_EQ(Listed(service, service.By("bob"), Of()), Names{"b"});
  EXPECT_EQ(Listed(service, service.By("bob", "beta"), Of("beta")), Names{"beta's"});
  KeyQuery bobs = Of();
  bobs.iam_id = User("bob");
  EXPECT_EQ(Listed(service, service.By("dan"), bobs), Names{});
  const absl::Status hidden = service.keys().List(service.By("dan"), Of("beta"), {20, ""}).status();
  const absl::Status never = service.keys().List(service.By("dan"), Of("none"), {20, ""}).status();
  EXPECT_EQ(ReasonOf(hidden), Reason::kNotFound);
  EXPECT_EQ(hidden, never) << "the same code, reason and text";
}

// domain W-7, hazard C46: pages are counted in visible keys; a last page that is full says so.
TEST(KeysList, PagesCountOnlyVisibleKeys) {
  Service service;
  for (int i = 0; i < 5; ++i) {
    for (const char* user : {"alice", "bob", "carol", "dan"}) service.NewKey(user);
  }
  for (int i = 0; i < 5; ++i) RobotsKey(service, "r");
  for (const std::uint32_t size : {1U, 2U, 5U, 6U}) {
    PageRequest page{size, ""};
    std::size_t seen = 0;
    std::size_t pages = 0;
    do {
      const KeyPage answer = Must(service.keys().List(service.By("dan"), Of(), page));
      seen += answer.keys.size();
      ++pages;
      page.cursor = answer.next;
    } while (!page.cursor.empty());
    EXPECT_EQ(seen, 5u);
    EXPECT_EQ(pages, (5 + size - 1) / size) << "no empty page betrays what is hidden";
  }
}

// domain K-5, keys.h List
TEST(KeysList, AllConditionsOfAQueryHold) {
  Service service;
  service.NewKey("bob", "Deploy one");
  service.NewKey("bob", "deploy two");
  service.NewKey("dan", "Deploy dan");
  RobotsKey(service, "Deploy robot");
  NewApiKey described;
  described.name = "other";
  described.description = "for Deploy";
  Must(service.keys().Create(service.By("dan"), described));

  KeyQuery query = Of();
  query.name_contains = "Deploy";
  EXPECT_EQ(Listed(service, service.host(), query),
            (Names{"Deploy dan", "Deploy one", "Deploy robot"}));
  query.owner_kind = IdentityKind::kUser;
  EXPECT_EQ(Listed(service, service.host(), query), (Names{"Deploy dan", "Deploy one"}));
  query.iam_id = User("bob");
  EXPECT_EQ(Listed(service, service.host(), query), Names{"Deploy one"});
  KeyQuery robots = Of();
  robots.owner_kind = IdentityKind::kServiceId;
  EXPECT_EQ(Listed(service, service.host(), robots), Names{"Deploy robot"});
  KeyQuery text = Of();
  text.description_contains = "Deploy";
  EXPECT_EQ(Listed(service, service.host(), text), Names{"other"});
}

// keys.h List: what was there throughout is seen exactly once, whatever comes and goes.
TEST(KeysList, PagesSurviveInsertionsAndDeletions) {
  Service service([](Options& options) { options.limits.keys_per_identity = 100; });
  const Caller bob = service.By("bob");
  std::map<std::string, int> times;
  for (int i = 0; i < 20; ++i) times[service.NewKey("bob").key.id.ToString()] = 0;
  PageRequest page{3, ""};
  do {
    const KeyPage answer = Must(service.keys().List(bob, Of(), page));
    for (const ApiKey& key : answer.keys) ++times[key.id.ToString()];
    // The key that the cursor stands on goes, and two come somewhere.
    Must(service.keys().Delete(bob, answer.keys.back().id, IfMatch::Any()));
    for (int i = 0; i < 2 && times.size() < 40; ++i) {
      times[service.NewKey("bob").key.id.ToString()] = -1;
    }
    page.cursor = answer.next;
  } while (!page.cursor.empty());
  for (const auto& [id, seen] : times) {
    EXPECT_LE(seen, 1) << "none is seen twice; those that came meanwhile count from -1";
  }
  EXPECT_EQ(std::count_if(times.begin(), times.end(),
                          [](const auto& entry) { return entry.second == 1; }),
            20)
      << "each that was there throughout, or until it was seen";
}

// keys.h List: a cursor is of its query and its store, and nobody makes one up.
TEST(KeysList, ACursorOfAnotherQueryIsRefused) {
  Service service;
  Service other;
  for (int i = 0; i < 4; ++i) {
    service.NewKey("bob");
    other.NewKey("bob");
  }
  const Caller bob = service.By("bob");
  const std::string cursor = Must(service.keys().List(bob, Of(), {2, ""})).next;
  ASSERT_FALSE(cursor.empty());
  EXPECT_EQ(ListRefusal(service, bob, Of(), {3, cursor}), Reason::kNone) << "the size may change";
  KeyQuery named = Of();
  named.name_contains = "k";
  KeyQuery owned = Of();
  owned.iam_id = User("bob");
  KeyQuery kind = Of();
  kind.owner_kind = IdentityKind::kUser;
  for (const KeyQuery& query : {named, owned, kind, Of("beta")}) {
    EXPECT_EQ(ListRefusal(service, bob, query, {2, cursor}), Reason::kMalformed);
  }
  std::string altered = cursor;
  altered.back() = altered.back() == 'A' ? 'Q' : 'A';
  for (const std::string& bad : {altered, cursor + "AAAA", std::string("x"), std::string(500, 'A'),
                                 Must(other.keys().List(other.By("bob"), Of(), {2, ""})).next}) {
    EXPECT_EQ(ListRefusal(service, bob, Of(), {2, bad}), Reason::kMalformed);
  }
  EXPECT_EQ(ListRefusal(service, bob, Of(), {0, ""}), Reason::kMalformed);
  EXPECT_EQ(ListRefusal(service, bob, Of(), {101, ""}), Reason::kMalformed);
}

CreatedKey Expiring(const Service& service, const IamId& owner, absl::Duration in, bool locked) {
  NewApiKey request;
  request.name = "key";
  request.iam_id = owner;
  request.account_id = AccountId("acme");
  request.expires_at = service.clock.Now() + in;
  request.locked = locked;
  return Must(service.keys().Create(service.host(), request));
}

// domain L-6: an explicit call with an age; locked keys stay and are counted.
TEST(KeysPurge, DeletesTheLongExpiredAndCountsTheLocked) {
  Service service;
  const absl::Duration age = absl::Hours(24);
  const KeyId old = Expiring(service, User("bob"), -age, false).key.id;
  const KeyId robots = Expiring(service, service.robot, -2 * age, false).key.id;
  const KeyId locked = Expiring(service, User("dan"), -age, true).key.id;
  const KeyId recent = Expiring(service, User("bob"), -age + absl::Microseconds(1), false).key.id;
  const KeyId lasting = service.NewKey("bob").key.id;
  const AccountId acme("acme");
  const auto purge = [&](const Caller& caller) { return service.keys().Purge(caller, acme, age); };
  EXPECT_EQ(ReasonOf(purge(service.By("dan")).status()), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(service.keys().Purge(service.host(), acme, -age).status()),
            Reason::kMalformed);
  EXPECT_TRUE(service.keys().Get(service.host(), old).ok());
  const PurgeReport report = Must(purge(service.By("carol")));
  EXPECT_EQ(report.deleted, 2u);
  EXPECT_EQ(report.skipped_locked, 1u);
  for (const KeyId& id : {old, robots}) {
    EXPECT_EQ(ReasonOf(service.keys().Get(service.host(), id).status()), Reason::kNotFound);
  }
  for (const KeyId& id : {locked, recent, lasting}) {
    EXPECT_TRUE(service.keys().Get(service.host(), id).ok());
  }
  EXPECT_EQ(Must(purge(service.By("carol"))).deleted, 0u);
}

// domain L-6, domain W-3: a purge deletes only what its caller may delete.
TEST(KeysPurge, LeavesTheOwnersKeysToTheOwner) {
  Service service;
  const KeyId alices = Expiring(service, User("alice"), -absl::Hours(2), false).key.id;
  const auto purge = [&](const char* user) {
    return Must(service.keys().Purge(service.By(user), AccountId("acme"), absl::Hours(1))).deleted;
  };
  EXPECT_EQ(purge("carol"), 0u);
  EXPECT_TRUE(service.keys().Get(service.host(), alices).ok());
  EXPECT_EQ(purge("alice"), 1u);
}

// domain L-6: at most 1,000 go in a call, and locked ones do not stand in the way of the rest.
TEST(KeysPurge, AThousandLockedKeysDoNotKeepTheRest) {
  Service service([](Options& options) { options.limits.keys_per_identity = 2000; });
  std::vector<NewApiKey> requests(100);
  for (NewApiKey& request : requests) {
    request.name = "old";
    request.iam_id = User("bob");
    request.account_id = AccountId("acme");
    request.expires_at = service.clock.Now();
    request.locked = true;
  }
  for (int i = 0; i < 10; ++i) Must(service.keys().CreateBatch(service.host(), requests));
  const KeyId last = Expiring(service, User("dan"), absl::ZeroDuration(), false).key.id;
  const PurgeReport report =
      Must(service.keys().Purge(service.host(), AccountId("acme"), absl::ZeroDuration()));
  EXPECT_EQ(report.skipped_locked, 1000u);
  EXPECT_EQ(report.deleted, 1u);
  EXPECT_EQ(ReasonOf(service.keys().Get(service.host(), last).status()), Reason::kNotFound);
}

}  // namespace
}  // namespace latchkey::test
