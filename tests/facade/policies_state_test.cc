// Policies that are deactivated and restored.
#include <gtest/gtest.h>

#include <string>

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");
const AccessRequest kRead = {"acme", "shop", "shop.item.read", {}};

class PolicyStates : public ::testing::Test {
 protected:
  bool Reads(std::string_view user) const {
    return service.access().Authorize(service.As(user), kRead).allowed();
  }
  absl::StatusOr<Policy> Deactivate(const Caller& by, const IfMatch& if_match = IfMatch::Any()) {
    return service.policies().Deactivate(by, kAcme, policy.id, if_match);
  }
  absl::StatusOr<Policy> Restore(const Caller& by, const IfMatch& if_match = IfMatch::Any()) {
    return service.policies().Restore(by, kAcme, policy.id, if_match);
  }

  Service service;
  const Policy policy = service.Grant("acme", User("bob"), kReader);
};

// domain P-1, A-3: nothing is granted from the return of the call on, in another process too, also
// to a key and a principal that are warm
TEST_F(PolicyStates, ADeactivatedPolicyGrantsNothingUntilItIsRestored) {
  const CreatedKey key = service.NewKey("bob");
  const Principal kept = service.access().Authenticate(key.secret.ExposeSecret());
  ASSERT_TRUE(service.Check(key.secret.ExposeSecret(), "shop.item.read").allowed());
  const Policy off = Must(Deactivate(service.host()));
  EXPECT_EQ(off.state, PolicyState::kDeleted);
  EXPECT_EQ(off.entity_tag.n, policy.entity_tag.n + 1);
  EXPECT_EQ(service.Check(key.secret.ExposeSecret(), "shop.item.read").reason(), Reason::kNoPolicy);
  EXPECT_FALSE(service.access().Authorize(kept, kRead).allowed());
  service.Reopen();
  EXPECT_FALSE(Reads("bob"));
  const Policy on = Must(Restore(service.host()));
  EXPECT_EQ(on.state, PolicyState::kActive);
  EXPECT_EQ(on.entity_tag.n, policy.entity_tag.n + 2);
  EXPECT_EQ(on.serial, policy.serial);
  EXPECT_TRUE(Reads("bob"));
}

// domain L-2, K-6: for policies as for keys
TEST_F(PolicyStates, NoChangeKeepsTheTagAndAStaleTagIsRefused) {
  EXPECT_EQ(Must(Restore(service.host())).entity_tag, policy.entity_tag);
  const Policy off = Must(Deactivate(service.host(), IfMatch::Tag(policy.entity_tag)));
  EXPECT_EQ(Must(Deactivate(service.host())).entity_tag, off.entity_tag);
  EXPECT_EQ(ReasonOf(Deactivate(service.host(), IfMatch::Tag(policy.entity_tag)).status()),
            Reason::kStaleVersion);
  EXPECT_EQ(ReasonOf(Restore(service.host(), IfMatch::Tag(policy.entity_tag)).status()),
            Reason::kStaleVersion);
  EXPECT_FALSE(Reads("bob"));
}

// domain P-8: it is read, listed and written as IBM's "deleted"
TEST_F(PolicyStates, ADeactivatedPolicyIsKept) {
  Must(Deactivate(service.host()));
  const Policy read = Must(service.policies().Get(service.host(), kAcme, policy.id));
  EXPECT_NE(Must(Policies::ToJson(read)).find(R"("state":"deleted")"), std::string::npos);
  const std::vector<Policy> all = Must(service.policies().List(service.host(), kAcme));
  EXPECT_EQ(std::ranges::count(all, policy.id, &Policy::id), 1);
}

// domain W-8: restoring grants, deactivating does not
TEST_F(PolicyStates, RestoringNeedsWhatGrantingNeeds) {
  EXPECT_EQ(ReasonOf(Deactivate(service.By("dan")).status()), Reason::kNotFound);
  NewPolicy scoped;
  scoped.account = kAcme;
  scoped.subject = User("dan");
  scoped.roles = {RoleId(kAdministrator)};
  scoped.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  const PolicyId administrator = Must(service.policies().Create(service.host(), scoped)).id;
  Must(Deactivate(service.By("dan")));
  Must(Restore(service.By("dan")));
  // Nobody but the owner grants to itself.
  EXPECT_TRUE(
      service.policies().Deactivate(service.By("dan"), kAcme, administrator, IfMatch::Any()).ok());
  EXPECT_EQ(ReasonOf(Restore(service.By("dan")).status()), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(service.policies()
                         .Restore(service.By("dan"), kAcme, administrator, IfMatch::Any())
                         .status()),
            Reason::kNotFound);
  Must(service.policies().Restore(service.By("alice"), kAcme, administrator, IfMatch::Any()));
  scoped.subject = User("carol");
  const PolicyId other = Must(service.policies().Create(service.host(), scoped)).id;
  const auto own = Must(
      service.policies().Deactivate(service.By("carol"), kAcme, administrator, IfMatch::Any()));
  EXPECT_EQ(own.state, PolicyState::kDeleted);
  EXPECT_EQ(
      ReasonOf(
          service.policies().Restore(service.By("carol"), kAcme, other, IfMatch::Any()).status()),
      Reason::kNotAllowed)
      << "to oneself";
}

// domain W-8, D-4: what a policy names must be there, and its account open, for it to be restored
TEST_F(PolicyStates, WhatIsRestoredMustStillFit) {
  NewCustomRole role;
  role.account = kAcme;
  role.service = "shop";
  role.name = "Buyer";
  role.title = "Buyer";
  role.actions = {"shop.item.read"};
  const RoleId buyer = Must(service.policies().CreateCustomRole(service.host(), role)).id;
  const Policy by_role = service.Grant("acme", User("dan"), buyer.text());
  Must(service.policies().Deactivate(service.host(), kAcme, by_role.id, IfMatch::Any()));
  EXPECT_EQ(
      ReasonOf(service.policies().DeleteCustomRole(service.host(), kAcme, buyer, IfMatch::Any())),
      Reason::kStateForbids);
  Must(Deactivate(service.host()));
  Must(service.directory().SetAccountState(service.host(), kAcme, IfMatch::Any(),
                                           AccountState::kSuspended));
  EXPECT_EQ(ReasonOf(Restore(service.host()).status()), Reason::kStateForbids);
  Must(service.directory().SetAccountState(service.host(), kAcme, IfMatch::Any(),
                                           AccountState::kOpen));
  Must(Restore(service.host()));
}

// domain D-2: re-adding revives nothing, deactivated policies neither
TEST_F(PolicyStates, GoWithTheirSubject) {
  const GroupId staff =
      Must(service.directory().CreateGroup(service.host(), kAcme, "restored", "")).id;
  const Policy of_group = service.Grant("acme", staff, kReader);
  Must(service.policies().Deactivate(service.host(), kAcme, of_group.id, IfMatch::Any()));
  Must(service.directory().DeleteGroup(service.host(), kAcme, staff, IfMatch::Any()));
  EXPECT_EQ(ReasonOf(service.policies().Get(service.host(), kAcme, of_group.id).status()),
            Reason::kNotFound);
  Must(Deactivate(service.host()));
  Must(service.directory().RemoveMember(service.host(), kAcme, User("bob"), IfMatch::Any()));
  EXPECT_EQ(ReasonOf(Restore(service.host()).status()), Reason::kNotFound);
}

// domain D-3: the policies of a locked service ID stay as they are
TEST_F(PolicyStates, OfALockedServiceIdStayAsTheyAre) {
  const Identity robot =
      Must(service.directory().CreateServiceId(service.host(), kAcme, "locked", ""));
  const Policy on = service.Grant("acme", robot.id, kReader);
  const Policy off = service.Grant("acme", robot.id, kWriter);
  Must(service.policies().Deactivate(service.host(), kAcme, off.id, IfMatch::Any()));
  Must(service.directory().LockServiceId(service.host(), kAcme, robot.id, IfMatch::Any()));
  EXPECT_EQ(
      ReasonOf(
          service.policies().Deactivate(service.host(), kAcme, on.id, IfMatch::Any()).status()),
      Reason::kLocked);
  EXPECT_EQ(
      ReasonOf(service.policies().Restore(service.host(), kAcme, off.id, IfMatch::Any()).status()),
      Reason::kLocked);
}

// domain section 9: what is kept counts
TEST(PolicyLimits, CountDeactivatedPoliciesToo) {
  Service service([](Options& options) { options.limits.policies_per_subject = 1; });
  const Policy one = service.Grant("acme", User("dan"), kReader);
  Must(service.policies().Deactivate(service.host(), kAcme, one.id, IfMatch::Any()));
  NewPolicy more;
  more.account = kAcme;
  more.subject = User("dan");
  more.roles = {RoleId(kReader)};
  more.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_EQ(ReasonOf(service.policies().Create(service.host(), more).status()),
            Reason::kLimitExceeded);
}

}  // namespace
}  // namespace latchkey::test
