// Other people's keys and service IDs' keys: who may what, what does not exist for whom, and rights
// that go away.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "facade/paused_call.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

using KeyCall = std::function<absl::Status(const Keys&, const Caller&, const KeyId&)>;

KeyCall Updating(const KeyUpdate& update) {
  return [update](const Keys& keys, const Caller& caller, const KeyId& id) {
    return keys.Update(caller, id, IfMatch::Any(), update).status();
  };
}

template <class Change>
KeyUpdate With(Change change) {
  KeyUpdate update;
  change(update);
  return update;
}

absl::Status DoGet(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Get(caller, id).status();
}
absl::Status DoHistory(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.History(caller, id).status();
}
absl::Status DoRename(const Keys& keys, const Caller& caller, const KeyId& id) {
  return Updating(With([](KeyUpdate& update) { update.name = "renamed"; }))(keys, caller, id);
}
absl::Status DoLock(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Lock(caller, id, IfMatch::Any()).status();
}
absl::Status DoUnlock(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Unlock(caller, id, IfMatch::Any()).status();
}
absl::Status DoDisable(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Disable(caller, id, IfMatch::Any()).status();
}
absl::Status DoEnable(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Enable(caller, id, IfMatch::Any()).status();
}
absl::Status DoDelete(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Delete(caller, id, IfMatch::Any());
}
absl::Status DoRotate(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.Rotate(caller, id, IfMatch::Any(), absl::Hours(1)).status();
}
absl::Status DoRetire(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.RetireOldSecret(caller, id, IfMatch::Any()).status();
}
absl::Status DoReport(const Keys& keys, const Caller& caller, const KeyId& id) {
  return keys.ReportLeak(caller, id).status();
}

// In an order in which an administrator can do all of the first nine to one key.
constexpr absl::Status (*kForAdministrators[])(const Keys&, const Caller&, const KeyId&) = {
    DoGet, DoHistory, DoRename, DoLock, DoUnlock, DoDisable, DoEnable, DoReport, DoDelete};
constexpr absl::Status (*kForOneself[])(const Keys&, const Caller&, const KeyId&) = {DoRotate,
                                                                                     DoRetire};

NewApiKey OfRobot(const Service& service) {
  NewApiKey request;
  request.name = "robot's";
  request.iam_id = service.robot;
  request.account_id = AccountId("acme");
  return request;
}

// A role of iam-identity with just these actions, for carol's colleague dan, on one service ID.
Policy GrantOnServiceId(const Service& service, const IamId& service_id,
                        const std::vector<std::string>& actions) {
  NewCustomRole role;
  role.account = AccountId("acme");
  role.service = "iam-identity";
  role.name = "R" + std::to_string(actions.size());
  role.title = role.name;
  role.actions = actions;
  NewPolicy policy;
  policy.account = AccountId("acme");
  policy.subject = User("dan");
  policy.roles = {Must(service.policies().CreateCustomRole(service.host(), role)).id};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"iam-identity"}},
                     {"resourceType", AttributeOperator::kStringEquals, {"serviceid"}},
                     {"resource", AttributeOperator::kStringEquals, {service_id.text()}}};
  return Must(service.policies().Create(service.host(), policy));
}

// domain W-3, domain W-2a: what owner and administrator may do to others' keys, and what not.
TEST(KeysOfOthers, AdministratorsManageButNeverWidenOrLearnASecret) {
  for (const char* who : {"carol", "alice"}) {
    Service service;
    const Keys keys = service.keys();
    const Caller caller = service.By(who);
    const CreatedKey key = service.NewKey("bob");
    const KeyId id = key.key.id;
    const absl::Time soon = service.clock.Now() + absl::Hours(1);
    const auto update = [&](auto change) {
      return ReasonOf(Updating(With(change))(keys, caller, id));
    };
    for (const auto act : kForOneself) {
      EXPECT_EQ(ReasonOf(act(keys, caller, id)), Reason::kNotAllowed);
    }
    EXPECT_EQ(update([](KeyUpdate& u) { u.support_sessions = true; }), Reason::kNotAllowed);
    EXPECT_EQ(update([](KeyUpdate& u) { u.description = "theirs"; }), Reason::kNone);
    EXPECT_EQ(update([](KeyUpdate& u) { u.action_when_leaked = LeakAction::kNone; }),
              Reason::kNone);
    EXPECT_EQ(update([&](KeyUpdate& u) { u.expires_at = soon; }), Reason::kNone) << "earlier";
    EXPECT_EQ(update([&](KeyUpdate& u) { u.expires_at = soon + absl::Microseconds(1); }),
              Reason::kNotAllowed);
    EXPECT_EQ(update([&](KeyUpdate& u) { u.expires_at = absl::InfiniteFuture(); }),
              Reason::kNotAllowed);
    for (const auto act : kForAdministrators) {
      EXPECT_EQ(ReasonOf(act(keys, caller, id)), Reason::kNone);
    }
    EXPECT_FALSE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  }
}

// domain W-3: the account owner's own keys are touched by nobody else, the host apart.
TEST(KeysOfOthers, TheOwnersKeysAreTheOwners) {
  Service service;
  const KeyId id = service.NewKey("alice").key.id;
  EXPECT_EQ(ReasonOf(DoGet(service.keys(), service.By("carol"), id)), Reason::kNone);
  for (const auto act :
       {DoRename, DoLock, DoUnlock, DoDisable, DoEnable, DoReport, DoDelete, DoRotate, DoRetire}) {
    EXPECT_EQ(ReasonOf(act(service.keys(), service.By("carol"), id)), Reason::kNotAllowed);
  }
  EXPECT_EQ(Must(service.keys().Get(service.host(), id)).entity_tag.n, 1u);
  EXPECT_TRUE(DoRename(service.keys(), service.host(), id).ok());
}

// domain W-2a, domain W-9: with a profile applied a user's own keys are somebody else's.
TEST(KeysOfOthers, AProfileDoesNotRotateTheKeysOfItsUser) {
  Service service;
  const KeyId id = service.NewKey("dan").key.id;
  const Caller profile = Caller::Acting(service.AsProfile("dan"));
  EXPECT_EQ(ReasonOf(DoRotate(service.keys(), profile, id)), Reason::kNotFound);
  service.Grant("acme", service.ops, kAdministrator, "iam-identity");
  EXPECT_EQ(ReasonOf(DoRotate(service.keys(), profile, id)), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(DoGet(service.keys(), profile, id)), Reason::kNone);
  EXPECT_EQ(ReasonOf(DoRotate(service.keys(), service.By("dan"), id)), Reason::kNone);
}

// domain W-5, domain W-2a: rights on that service ID decide, each act by its own action.
TEST(KeysOfOthers, KeysOfServiceIdsAreGovernedByRightsOnThatServiceId) {
  Service service;
  const Keys keys = service.keys();
  const IamId other =
      Must(service.directory().CreateServiceId(service.host(), AccountId("acme"), "other", "")).id;
  const KeyId id = Must(keys.Create(service.By("carol"), OfRobot(service))).key.id;
  NewApiKey others = OfRobot(service);
  others.iam_id = other;
  const KeyId of_other = Must(keys.Create(service.host(), others)).key.id;
  const Caller dan = service.By("dan");
  EXPECT_EQ(ReasonOf(keys.Create(dan, OfRobot(service)).status()), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(DoGet(keys, dan, id)), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(DoGet(keys, Caller::Acting(service.AsServiceId(service.robot)), id)),
            Reason::kNotFound)
      << "a service ID acting itself needs the right too";

  GrantOnServiceId(service, service.robot, {"iam-identity.apikey.get"});
  EXPECT_EQ(ReasonOf(DoGet(keys, dan, id)), Reason::kNone);
  EXPECT_EQ(ReasonOf(DoGet(keys, dan, of_other)), Reason::kNotFound);
  for (const auto act : {DoRename, DoLock, DoDisable, DoDelete, DoRotate, DoRetire, DoReport}) {
    EXPECT_EQ(ReasonOf(act(keys, dan, id)), Reason::kNotAllowed);
  }
  GrantOnServiceId(service, service.robot,
                   {"iam-identity.apikey.get", "iam-identity.apikey.update"});
  EXPECT_EQ(ReasonOf(DoRename(keys, dan, id)), Reason::kNone);
  EXPECT_EQ(ReasonOf(DoRetire(keys, dan, id)), Reason::kNone);
  EXPECT_EQ(ReasonOf(DoRotate(keys, dan, id)), Reason::kNotAllowed) << "needs create as well";
  EXPECT_EQ(ReasonOf(DoDelete(keys, dan, id)), Reason::kNotAllowed);
  GrantOnServiceId(
      service, service.robot,
      {"iam-identity.apikey.get", "iam-identity.apikey.create", "iam-identity.apikey.delete"});
  EXPECT_EQ(ReasonOf(DoRotate(keys, dan, id)), Reason::kNone);
  EXPECT_EQ(ReasonOf(keys.Create(dan, OfRobot(service)).status()), Reason::kNone);
  EXPECT_EQ(ReasonOf(keys.Create(dan, others).status()), Reason::kNotAllowed);
  EXPECT_EQ(ReasonOf(DoDelete(keys, dan, id)), Reason::kNone);
  EXPECT_EQ(ReasonOf(DoDelete(keys, dan, of_other)), Reason::kNotFound);
}

// domain W-7, hazard C46: code, reason and text are the same as for what never was.
TEST(KeysOfOthers, WhatOneMayNotSeeDoesNotExist) {
  Service service;
  const Keys keys = service.keys();
  const KeyId hidden = service.NewKey("bob").key.id;
  const KeyId robots = Must(keys.Create(service.host(), OfRobot(service))).key.id;
  const KeyId deleted = service.NewKey("bob").key.id;
  Must(keys.Delete(service.host(), deleted, IfMatch::Any()));
  KeyId::Bytes bytes{};
  bytes[0] = 1;
  const KeyId never(bytes);
  for (const Caller& caller :
       {service.By("dan"), service.By("bea", "beta"), Caller::Acting(service.AsProfile("dan"))}) {
    for (const auto act : {DoGet, DoHistory, DoRename, DoLock, DoUnlock, DoDisable, DoEnable,
                           DoDelete, DoRotate, DoRetire, DoReport}) {
      const absl::Status nothing = act(keys, caller, never);
      EXPECT_EQ(ReasonOf(nothing), Reason::kNotFound);
      for (const KeyId& id : {hidden, robots, deleted}) {
        const absl::Status status = act(keys, caller, id);
        EXPECT_EQ(status.code(), nothing.code());
        EXPECT_EQ(ReasonOf(status), ReasonOf(nothing));
        EXPECT_EQ(status.message(), nothing.message());
      }
    }
  }
  EXPECT_EQ(Must(keys.History(service.host(), hidden)).size(), 1u) << "and none was written down";
}

// hazard C43, domain A-1: a right that goes is gone for the keys made before, too.
TEST(KeysOfOthers, AKeyLosesARightTogetherWithItsUser) {
  Service service;
  const KeyId bobs = service.NewKey("bob").key.id;
  const Policy right = service.Grant("acme", User("dan"), kAdministrator, "iam-identity");
  const CreatedKey dans = service.NewKey("dan");
  const Caller through = Caller::Acting(service.access().Authenticate(dans.secret.ExposeSecret()));
  EXPECT_EQ(ReasonOf(DoRename(service.keys(), through, bobs)), Reason::kNone);
  Must(service.policies().Delete(service.host(), AccountId("acme"), right.id, IfMatch::Any()));
  EXPECT_EQ(ReasonOf(DoRename(service.keys(), through, bobs)), Reason::kNotFound);
  EXPECT_EQ(ReasonOf(DoRename(service.keys(), through, dans.key.id)), Reason::kNone);
}

// hazard C41, domain W-2, domain W-8: a key makes no key for somebody else, and no grant to itself.
TEST(KeysOfOthers, AKeyDoesNotRaiseItself) {
  Service service;
  const CreatedKey carols = service.NewKey("carol");
  const Caller through =
      Caller::Acting(service.access().Authenticate(carols.secret.ExposeSecret()));
  NewApiKey for_owner;
  for_owner.name = "key";
  for_owner.iam_id = User("alice");
  EXPECT_EQ(ReasonOf(service.keys().Create(through, for_owner).status()), Reason::kNotAllowed);
  NewPolicy grant;
  grant.account = AccountId("acme");
  grant.subject = User("carol");
  grant.roles = {RoleId(kWriter)};
  grant.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  EXPECT_FALSE(service.policies().Create(through, grant).ok());
  service.Grant("acme", service.robot, kWriter);
  EXPECT_EQ(ReasonOf(service.keys().Create(through, OfRobot(service)).status()),
            Reason::kNotAllowed)
      << "its key would hand over rights in the shop that carol may not grant";
}

// hazard C44, domain D-2: ids are never used again; a new bob is somebody else.
TEST(KeysOfOthers, TheKeysOfADeletedUserStayDead) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  Must(service.directory().DeleteUser(service.host(), User("bob")));
  NewUser again;
  again.id = User("bob");
  again.name = "bob";
  EXPECT_EQ(ReasonOf(service.directory().CreateUser(service.host(), again).status()),
            Reason::kAlreadyExists);
  again.id = User("bob2");
  Must(service.directory().CreateUser(service.host(), again));
  service.AddUser("bob2", "acme");
  EXPECT_EQ(service.access().Authenticate(key.secret.ExposeSecret()).reason(),
            Reason::kUnknownCredential);
  EXPECT_EQ(ReasonOf(DoGet(service.keys(), service.By("bob2"), key.key.id)), Reason::kNotFound);
}

// hazard C45: identity and keys go in one transaction, and no index names a key that is gone.
TEST(KeysOfOthers, RemovalLeavesNoOrphans) {
  Service service;
  for (int i = 0; i < 3; ++i) Must(service.keys().Create(service.host(), OfRobot(service)));
  const KeyId in_beta = service.NewKey("bob", "key", "beta").key.id;
  service.NewKey("bob");
  const std::uint64_t before = Must(service.engine().Info()).revision;
  Must(service.directory().DeleteIdentity(service.host(), AccountId("acme"), service.robot,
                                          IfMatch::Any()));
  Must(service.directory().RemoveMember(service.host(), AccountId("acme"), User("bob"),
                                        IfMatch::Any()));
  EXPECT_EQ(Must(service.engine().Info()).revision, before + 2);
  KeyQuery query;
  query.account_id = AccountId("acme");
  EXPECT_TRUE(Must(service.keys().List(service.host(), query, {100, ""})).keys.empty());
  EXPECT_TRUE(service.keys().Get(service.host(), in_beta).ok()) << "other accounts are untouched";
}

// hazard C56, domain W-6: what was allowed at the check is refused inside the write.
TEST(KeysOfOthers, ARightRemovedMeanwhileIsMissedInsideTheWrite) {
  Service service;
  const Policy right = service.Grant("acme", User("dan"), kAdministrator, "iam-identity");
  Reason refusal = Reason::kNone;
  PausedCall create([&] {
    refusal = ReasonOf(service.keys().Create(service.By("dan"), OfRobot(service)).status());
  });
  Must(service.policies().Delete(service.host(), AccountId("acme"), right.id, IfMatch::Any()));
  create.Finish();
  EXPECT_EQ(refusal, Reason::kNotAllowed);

  const CreatedKey tool = service.NewKey("bob");
  const Caller through = Caller::Acting(service.access().Authenticate(tool.secret.ExposeSecret()));
  PausedCall rotate([&] { refusal = ReasonOf(DoRotate(service.keys(), through, tool.key.id)); });
  Must(service.keys().Disable(service.host(), tool.key.id, IfMatch::Any()));
  rotate.Finish();
  EXPECT_EQ(refusal, Reason::kPrincipalRevoked) << "the key that it acts through was disabled";

  NewApiKey own;
  own.name = "late";
  PausedCall late(
      [&] { refusal = ReasonOf(service.keys().Create(service.By("bob"), own).status()); });
  Must(service.directory().SuspendMember(service.host(), AccountId("acme"), User("bob"),
                                         IfMatch::Any()));
  late.Finish();
  EXPECT_EQ(refusal, Reason::kNotFound) << "a suspended member sees nothing there";
}

}  // namespace
}  // namespace latchkey::test
