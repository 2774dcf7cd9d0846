// Many tokens at once: each is answered as Check would answer it alone (domain ).
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr AccessRequest kRead = {"acme", "shop", "shop.item.read", {}};
constexpr AccessRequest kWrite = {"acme", "shop", "shop.item.write", {}};

std::string TokenOf(const CreatedKey& key) { return std::string(key.secret.ExposeSecret()); }

std::vector<Decision> Ask(const Service& service, const std::vector<CheckItem>& items) {
  std::vector<Decision> decisions(items.size());
  service.access().CheckBatch(items, decisions);
  return decisions;
}

void ExpectAsAlone(const Service& service, const std::vector<CheckItem>& items) {
  const std::vector<Decision> decisions = Ask(service, items);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Decision alone =
        service.access().Check(items[i].token, items[i].request, items[i].context);
    EXPECT_EQ(decisions[i].outcome(), alone.outcome()) << i;
    EXPECT_EQ(decisions[i].reason(), alone.reason()) << i;
    EXPECT_EQ(decisions[i].policy_serial(), alone.policy_serial()) << i;
    EXPECT_EQ(decisions[i].key_id(), alone.key_id()) << i;
    EXPECT_EQ(decisions[i].identity_serial(), alone.identity_serial()) << i;
  }
}

// domain A-4: what is wrong with one is no other's concern, wherever in the batch it stands.
TEST(CheckBatch, AnswersEachAsItWouldBeAnsweredAlone) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  service.Grant("acme", User("dan"), kWriter);
  const std::string bob = TokenOf(service.NewKey("bob"));
  const std::string dan = TokenOf(service.NewKey("dan"));
  const CreatedKey gone = service.NewKey("bob", "gone");
  Must(service.keys().Delete(service.host(), gone.key.id, IfMatch::Any()));
  const std::string deleted = TokenOf(gone);
  std::string forged = bob;
  forged[30] = forged[30] == 'a' ? 'b' : 'a';
  const std::vector<CheckItem> some = {{bob, kRead},
                                       {dan, kWrite},
                                       {bob, kWrite},
                                       {"no token", kRead},
                                       {forged, kRead},
                                       {deleted, kRead},
                                       {bob, {"acme", "", "shop.item.read", {}}},
                                       {bob, {"beta", "shop", "shop.item.read", {}}},
                                       {bob, {"nowhere", "shop", "shop.item.read", {}}}};
  std::vector<CheckItem> items;
  for (std::size_t size = 0; size <= 40; ++size) {
    ExpectAsAlone(service, items);
    items.push_back(some[size % some.size()]);
  }
}

// domain A-3
TEST(CheckBatch, ReadsNothingOfTheStoreForWhatIsWarm) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const std::string bob = TokenOf(service.NewKey("bob"));
  const std::vector<CheckItem> items(20, CheckItem{bob, kRead});
  Ask(service, items);
  Ask(service, items);
  const std::uint64_t before = Must(service.engine().Info()).counters.snapshots;
  for (const Decision& decision : Ask(service, items)) EXPECT_TRUE(decision.allowed());
  EXPECT_EQ(Must(service.engine().Info()).counters.snapshots - before, 1U) << "Info's own";
}

// domain A-2
TEST(CheckBatch, RefusesSizesThatDoNotMatchOrAreTooLarge) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const std::string bob = TokenOf(service.NewKey("bob"));
  const std::vector<CheckItem> items(kCheckBatchMax + 1, CheckItem{bob, kRead});
  std::vector<Decision> decisions(items.size());
  service.access().CheckBatch(items, decisions);
  for (const Decision& decision : decisions) {
    EXPECT_EQ(decision.outcome(), Outcome::kFault);
    EXPECT_EQ(decision.reason(), Reason::kMalformed);
  }
  decisions.resize(2);
  service.access().CheckBatch(std::span(items).first(1), decisions);
  for (const Decision& decision : decisions) EXPECT_EQ(decision.reason(), Reason::kMalformed);
  service.engine().Close();
  decisions.resize(1);
  service.access().CheckBatch(std::span(items).first(1), decisions);
  EXPECT_EQ(decisions[0].reason(), Reason::kClosed);
}

}  // namespace
}  // namespace latchkey::test
