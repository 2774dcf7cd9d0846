// Boundaries of keys through the roof: what a bounded key may do, what comes of it, and whose hand
// removes a term (domain R-2).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

BoundaryTerm Actions(std::vector<std::string> actions) {
  BoundaryTerm term;
  term.actions = std::move(actions);
  return term;
}

BoundaryTerm Accounts(std::initializer_list<AccountId> accounts) {
  BoundaryTerm term;
  term.accounts = accounts;
  return term;
}

Caller Through(const Service& service, const CreatedKey& key) {
  return Caller::Acting(service.access().Authenticate(key.secret.ExposeSecret()));
}

CreatedKey BoundedKey(const Service& service, std::string_view user,
                      std::vector<BoundaryTerm> boundary) {
  NewApiKey request;
  request.name = "bounded";
  request.boundary = std::move(boundary);
  return Must(service.keys().Create(service.By(user), request));
}

const AccountId kAcme("acme");

// domain R-2, section 7 step 4: from the next decision on, also for a principal that was kept.
TEST(KeysBoundary, ATermCutsAtOnceAndItsRemovalRestores) {
  Service service;
  service.Grant("acme", User("bob"), kWriter);
  const Caller bob = service.By("bob");
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  const Principal kept = service.access().Authenticate(token);
  const AccessRequest write = {"acme", "shop", "shop.item.write", {}};
  ASSERT_TRUE(service.access().Authorize(kept, write).allowed());
  const ApiKey bounded = Must(service.keys().AppendBoundaryTerm(
      bob, key.key.id, IfMatch::Tag(key.key.entity_tag), Actions({"shop.item.read"})));
  EXPECT_EQ(bounded.boundary.size(), 1u);
  EXPECT_EQ(service.access().Authorize(kept, write).reason(), Reason::kKeyBoundary);
  EXPECT_EQ(service.Check(token, "shop.item.write").reason(), Reason::kKeyBoundary);
  EXPECT_TRUE(service.Check(token, "shop.item.read").allowed());
  EXPECT_TRUE(service.access().Authorize(service.As("bob"), write).allowed())
      << "the user itself is not bounded";
  const Explanation why = Must(service.access().Explain(service.host(), kept, write));
  EXPECT_EQ(why.decision.reason(), Reason::kKeyBoundary);
  EXPECT_EQ(why.grants.size(), 1u) << "what the boundary cut";
  service.Reopen();
  EXPECT_EQ(service.Check(token, "shop.item.write").reason(), Reason::kKeyBoundary);
  Must(service.keys().RemoveBoundaryTerm(service.By("bob"), key.key.id, IfMatch::Any(), 0));
  EXPECT_TRUE(service.Check(token, "shop.item.write").allowed());
}

// domain: the source is that of the request, and its absence is no way around.
TEST(KeysBoundary, ASourceIsAskedOfEveryEntry) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  BoundaryTerm office;
  office.sources = {AddressRange::Parse("192.0.2.0/24").value()};
  const CreatedKey key = BoundedKey(service, "bob", {office});
  const std::string token(key.secret.ExposeSecret());
  const Principal principal = service.access().Authenticate(token);
  const AccessRequest read = {"acme", "shop", "shop.item.read", {}};
  RequestContext inside, outside;
  inside.source = IpAddress::Parse("::ffff:192.0.2.5");
  outside.source = IpAddress::Parse("198.51.100.5");
  EXPECT_TRUE(service.access().Check(token, read, inside).allowed());
  EXPECT_TRUE(service.access().Authorize(principal, read, inside).allowed());
  EXPECT_FALSE(service.access().Check(token, read, outside).allowed());
  EXPECT_FALSE(service.access().Check(token, read).allowed());
  EXPECT_FALSE(service.access().Authorize(principal, read).allowed());
  EXPECT_TRUE(
      Must(service.access().Explain(service.host(), principal, read, inside)).decision.allowed());
  Decision decision;
  service.access().AuthorizeBatch(principal, {&read, 1}, {&decision, 1}, outside);
  EXPECT_EQ(decision.reason(), Reason::kKeyBoundary);
}

// hazard C42, domain R-2: no sibling of a bounded key is wider, whichever way it comes about.
TEST(KeysBoundary, NoSiblingIsWider) {
  Service service;
  const std::vector<BoundaryTerm> terms = {
      Accounts({kAcme}), Actions({"iam-identity.user-apikey.create", "iam-identity.apikey.get",
                                  "iam-identity.apikey.update"})};
  const CreatedKey other = service.NewKey("bob");
  const CreatedKey key = BoundedKey(service, "bob", terms);
  KeyUpdate strict;
  strict.expires_at = service.clock.Now() + absl::Hours(10);
  strict.action_when_leaked = LeakAction::kDelete;
  Must(service.keys().Update(service.By("bob"), key.key.id, IfMatch::Any(), strict));
  const Caller through = Through(service, key);
  const auto expect_bound = [&](const ApiKey& sibling, const char* way) {
    ASSERT_GE(sibling.boundary.size(), 2u) << way;
    EXPECT_EQ(sibling.boundary[0], terms[0]) << way;
    EXPECT_EQ(sibling.boundary[1], terms[1]) << way;
    EXPECT_EQ(sibling.expires_at, strict.expires_at) << way;
    EXPECT_EQ(sibling.action_when_leaked, LeakAction::kDelete) << way;
  };
  NewApiKey request;
  request.name = "sibling";
  request.action_when_leaked = LeakAction::kNone;
  const CreatedKey created = Must(service.keys().Create(through, request));
  expect_bound(created.key, "create");
  request.boundary = {Actions({"shop.item.read"})};
  const std::vector<NewApiKey> batch = {request, request};
  for (const CreatedKey& one : Must(service.keys().CreateBatch(through, batch))) {
    expect_bound(one.key, "batch");
    EXPECT_EQ(one.key.boundary.size(), 3u);
  }
  const CreatedKey rotated =
      Must(service.keys().Rotate(through, other.key.id, IfMatch::Any(), absl::ZeroDuration()));
  expect_bound(rotated.key, "rotate");
  expect_bound(Must(service.keys().Get(service.host(), other.key.id)), "rotate, stored");
  const CreatedKey grandchild = Must(service.keys().Create(Through(service, created), request));
  expect_bound(grandchild.key, "through a sibling");
}

// domain R-2: an administrator appends and never removes; the user removes, but not through a
// bounded key; of a service ID's key the account owner does; the host may all.
TEST(KeysBoundary, WhoseHandRemovesATerm) {
  Service service;
  const Keys keys = service.keys();
  const CreatedKey key = BoundedKey(service, "bob", {Accounts({kAcme})});
  const KeyId id = key.key.id;
  const auto remove = [&](const Caller& caller, const KeyId& which) {
    return ReasonOf(keys.RemoveBoundaryTerm(caller, which, IfMatch::Any(), 0).status());
  };
  Must(keys.AppendBoundaryTerm(service.By("carol"), id, IfMatch::Any(), Actions({"a"})));
  EXPECT_EQ(remove(service.By("carol"), id), Reason::kNotAllowed);
  EXPECT_EQ(remove(service.By("alice"), id), Reason::kNotAllowed) << "the owner, of a user's key";
  EXPECT_EQ(remove(service.By("dan"), id), Reason::kNotFound);
  const CreatedKey wide = BoundedKey(service, "bob", {Accounts({kAcme, AccountId("beta")})});
  EXPECT_EQ(remove(Through(service, wide), id), Reason::kNotAllowed);
  EXPECT_EQ(remove(Through(service, wide), wide.key.id), Reason::kNotAllowed);
  EXPECT_EQ(remove(service.By("bob"), id), Reason::kNone);
  EXPECT_EQ(remove(service.host(), id), Reason::kNone);
  EXPECT_EQ(remove(service.By("bob"), id), Reason::kMalformed) << "there is none left";

  NewApiKey of_robot;
  of_robot.name = "robot";
  of_robot.iam_id = service.robot;
  of_robot.boundary = {Accounts({kAcme})};
  const CreatedKey robots = Must(keys.Create(service.By("alice"), of_robot));
  EXPECT_EQ(remove(service.By("carol"), robots.key.id), Reason::kNotAllowed);
  EXPECT_EQ(remove(service.By("alice"), robots.key.id), Reason::kNone);
}

// domain R-2, W-8, D-2: what grants, and what has no action, is not done through a bounded key.
TEST(KeysBoundary, GrantsNothingAndMovesNoOwnership) {
  Service service;
  const CreatedKey key = BoundedKey(service, "alice", {Accounts({kAcme, AccountId("beta")})});
  const Caller alice = Through(service, key);
  NewPolicy policy;
  policy.account = kAcme;
  policy.subject = User("dan");
  policy.roles = {RoleId(kReader)};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_EQ(ReasonOf(service.policies().Create(alice, policy).status()), Reason::kNotAllowed);
  Must(service.policies().Create(service.By("alice"), policy));
  EXPECT_FALSE(service.directory().AddToGroup(alice, kAcme, service.staff, User("dan")).ok());
  EXPECT_EQ(ReasonOf(service.directory()
                         .TransferOwnership(alice, kAcme, IfMatch::Any(), User("bob"))
                         .status()),
            Reason::kNotAllowed);
  EXPECT_FALSE(service.directory().Leave(alice, AccountId("beta")).ok());
  EXPECT_EQ(Must(service.directory().GetAccount(alice, kAcme)).owner, User("alice"))
      << "what its action allows it still does";
}

// domain R-2, K-6, K-14, C-1: a change of the boundary is a change of the key like any other.
TEST(KeysBoundary, IsRecordedLikeEveryChange) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey key = service.NewKey("bob");
  const BoundaryTerm term = Actions({"shop.item.read"});
  const ApiKey after = Must(
      service.keys().AppendBoundaryTerm(bob, key.key.id, IfMatch::Tag(key.key.entity_tag), term));
  EXPECT_EQ(after.entity_tag.n, key.key.entity_tag.n + 1);
  EXPECT_EQ(
      Must(service.keys().AppendBoundaryTerm(bob, key.key.id, IfMatch::Any(), term)).entity_tag,
      after.entity_tag)
      << "the same again is no change";
  EXPECT_EQ(ReasonOf(service.keys()
                         .AppendBoundaryTerm(bob, key.key.id, IfMatch::Tag(key.key.entity_tag),
                                             Actions({"b"}))
                         .status()),
            Reason::kStaleVersion);
  EXPECT_EQ(ReasonOf(service.keys()
                         .AppendBoundaryTerm(bob, key.key.id, IfMatch::Any(), BoundaryTerm{})
                         .status()),
            Reason::kMalformed);
  const std::vector<HistoryEntry> history = Must(service.keys().History(bob, key.key.id));
  EXPECT_EQ(history.back().fields, std::vector<std::string>{"boundary"});
  Must(service.keys().Lock(bob, key.key.id, IfMatch::Any()));
  EXPECT_EQ(ReasonOf(service.keys()
                         .AppendBoundaryTerm(bob, key.key.id, IfMatch::Any(), Actions({"b"}))
                         .status()),
            Reason::kLocked);
  EXPECT_EQ(
      ReasonOf(service.keys().RemoveBoundaryTerm(bob, key.key.id, IfMatch::Any(), 0).status()),
      Reason::kLocked);
}

}  // namespace
}  // namespace latchkey::test
