// Goal: the decision, case by case: what the oracle's random worlds do not single out.
// Method: a small fixed world; each test changes what its name says. Random worlds: tests/oracle.
#include "engine/authz/evaluator.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "authz/evaluator_world.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;  // the fixed world of these tests

// Asks, and checks that outcome and reason say the same.
Verdict MustAsk(WorldSource& world, const Actor& actor, const Question& question,
                Details* details = nullptr, OwnerStep owner = OwnerStep::kCounts) {
  const absl::StatusOr<Verdict> verdict = Ask(world, actor, question, details, owner);
  EXPECT_TRUE(verdict.ok());
  const bool granted = verdict.ok() && (verdict->reason == Reason::kAllowedByOwner ||
                                        verdict->reason == Reason::kAllowedByPolicy);
  EXPECT_EQ(verdict.ok() && verdict->outcome == Outcome::kAllow, granted);
  return verdict.value_or(Verdict());
}

// The answer to the user, acting from home.
Reason ReasonFor(WorldSource& world, const Question& question) {
  return MustAsk(world, From(kHome), question).reason;
}

ExternalRule Limited() { return {ExternalMode::kLimited, {}}; }

// domain P-1, hazard C27
TEST(Evaluator, NothingIsGrantedByDefault) {
  WorldSource world = MakeWorld();
  const Verdict verdict = MustAsk(world, From(kHome), {});
  EXPECT_EQ(verdict.outcome, Outcome::kDeny);
  EXPECT_EQ(verdict.reason, Reason::kNoPolicy);
  EXPECT_EQ(Verdict().outcome, Outcome::kDeny);
  WorldSource empty;
  EXPECT_EQ(ReasonFor(empty, {}), Reason::kAccountNotOpen);
}

// domain section 7 step 3
TEST(Evaluator, APolicyGrantsToItsSubjectItsRolesOnItsResources) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  const Verdict verdict = MustAsk(world, From(kHome), {});
  EXPECT_EQ(verdict.outcome, Outcome::kAllow);
  EXPECT_EQ(verdict.reason, Reason::kAllowedByPolicy);
  EXPECT_EQ(verdict.policy_serial, 5U);
  EXPECT_EQ(ReasonFor(world, {.action = "kms.write"}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.service = "iam-identity"}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.account = "away"}), Reason::kNoPolicy);
}

// domain section 7 step 3
TEST(Evaluator, APolicyOfAGroupGrantsToItsMembersThere) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, GroupId("team"), {kReader}, OnKms()));
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy);
  world.AddToGroup(kAway, GroupId("team"), kUser);
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy);
  world.AddToGroup(kHome, GroupId("team"), kUser);
  EXPECT_EQ(ReasonFor(world, {}), Reason::kAllowedByPolicy);
}

// A group and an identity of the same text are two subjects.
TEST(Evaluator, AGroupIsNotAnIdentityOfTheSameName) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, GroupId(kUser.text()), {kReader}, OnKms()));
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy);
}

// domain P-2: the same role on another service is another set of actions
TEST(Evaluator, ARoleMeansWhatTheRequestsOwnServiceSays) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(1, kUser, {kReader}, {Attribute("serviceName", "*", Op::kStringMatch)}));
  EXPECT_EQ(ReasonFor(world, {.service = "kms"}), Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonFor(world, {.service = "iam-identity"}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.service = "iam-identity", .action = "iam-identity.read"}),
            Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonFor(world, {.service = "kms", .action = "iam-identity.read"}), Reason::kNoPolicy);
}

// domain P-7, P-10
TEST(Evaluator, ACustomRoleIsOfItsAccountAndServiceOnly) {
  WorldSource world = MakeWorld();
  CustomRole role;
  role.id = RoleId("customRole:Auditor");
  role.account = kHome;
  role.service = "kms";
  role.actions = {"kms.write"};
  world.Put(role);
  for (const AccountId& account : {kHome, kAway}) {
    world.Put(MakePolicy(1, kUser, {role.id}, {Attribute("serviceName", "*", Op::kStringMatch)},
                         account));
  }
  EXPECT_EQ(ReasonFor(world, {.action = "kms.write"}), Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonFor(world, {.service = "iam-identity", .action = "kms.write"}),
            Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.account = "away", .action = "kms.write"}), Reason::kNoPolicy);
}

// domain P-2, hazard C27: also by a custom role that outlived its service
TEST(Evaluator, OnAnUndefinedServiceNoPolicyGrants) {
  WorldSource world = MakeWorld();
  CustomRole role;
  role.id = RoleId("customRole:Auditor");
  role.account = kHome;
  role.service = "gone";
  role.actions = {"gone.read"};
  world.Put(role);
  world.Put(MakePolicy(1, kUser, {role.id, kReader}, {Attribute("serviceName", "gone")}));
  EXPECT_EQ(ReasonFor(world, {.service = "gone", .action = "gone.read"}), Reason::kNoPolicy);
}

// domain section 7: the order in which the header promises the reasons
TEST(Evaluator, AnswersTheFirstReasonThatApplies) {
  WorldSource world = MakeWorld();
  Identity identity = MakeIdentity(kUser);
  identity.state = IdentityState::kDeleted;
  Account home = MakeAccount(kHome, AccountState::kSuspended);
  home.settings.external_users = Limited();
  world.Put(home);
  world.Put(MakeAccount(kAway, AccountState::kClosed));
  for (const AccountId& account : {kHome, kAway}) {
    world.Put(Member(account, kUser, MemberState::kSuspended));
  }
  const auto answer = [&](const Question& question) {
    return MustAsk(world, From(kAway, identity), question);
  };
  const auto denied = [](Reason reason) { return Verdict{Outcome::kDeny, reason}; };
  const auto refused = [](Reason reason) { return Verdict{Outcome::kRefused, reason}; };

  EXPECT_EQ(answer({.action = ""}), denied(Reason::kRequestMalformed));
  EXPECT_EQ(answer({}), denied(Reason::kAccountNotOpen));
  home.state = AccountState::kOpen;
  world.Put(home);
  EXPECT_EQ(answer({}), refused(Reason::kIdentityNotActive));
  identity.state = IdentityState::kActive;
  EXPECT_EQ(answer({}), refused(Reason::kActingAccountNotOpen));
  world.Put(MakeAccount(kAway));
  EXPECT_EQ(answer({}), refused(Reason::kMembershipNotActive));
  world.Put(Member(kAway, kUser));
  EXPECT_EQ(answer({}), denied(Reason::kMembershipNotActive));
  world.Put(Member(kHome, kUser));
  EXPECT_EQ(answer({}), denied(Reason::kNoPolicy));
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  EXPECT_EQ(answer({}), (Verdict{Outcome::kDeny, Reason::kExternalIdentity, 5}));
  home.settings.external_users.allowed_accounts = {kAway};
  world.Put(home);
  EXPECT_EQ(answer({}), (Verdict{Outcome::kAllow, Reason::kAllowedByPolicy, 5}));
  identity.id = kOwner;
  EXPECT_EQ(answer({}), (Verdict{Outcome::kAllow, Reason::kAllowedByOwner}));
}

// domain section 7 step 2
TEST(Evaluator, TheOwnerIsGrantedEverythingInItsAccount) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kOwner, {kReader}, OnKms()));
  const Verdict by_owning{Outcome::kAllow, Reason::kAllowedByOwner};
  EXPECT_EQ(MustAsk(world, From(kHome, MakeIdentity(kOwner)), {}), by_owning);
  EXPECT_EQ(MustAsk(world, From(kHome, MakeIdentity(kOwner)), {.service = "undefined"}), by_owning);
  const Verdict skipped =
      MustAsk(world, From(kHome, MakeIdentity(kOwner)), {}, nullptr, OwnerStep::kSkipped);
  EXPECT_EQ(skipped, (Verdict{Outcome::kAllow, Reason::kAllowedByPolicy, 5}));
}

// domain D-1, section 7 step 1: owning is no membership
TEST(Evaluator, TheOwnerToMustBeAnActiveMember) {
  WorldSource world = MakeWorld();
  world.Put(Member(kHome, kOwner, MemberState::kSuspended));
  EXPECT_EQ(MustAsk(world, From(kAway, MakeIdentity(kOwner)), {}).reason,
            Reason::kMembershipNotActive);
}

// domain W-9, hazard C40: what is decided is about the acting identity, not about who applies it
TEST(Evaluator, AProfileIsNotTheOwnerWhoAppliesIt) {
  WorldSource world = MakeWorld();
  Actor actor =
      From(kHome, MakeIdentity(IamId("iam-Profile-1"), IdentityKind::kTrustedProfile, kHome));
  actor.applied_by = kOwner;
  EXPECT_EQ(MustAsk(world, actor, {}).reason, Reason::kNoPolicy);
  world.Put(MakePolicy(5, kOwner, {kReader}, OnKms()));
  EXPECT_EQ(MustAsk(world, actor, {}).reason, Reason::kNoPolicy);
  world.Put(MakePolicy(6, actor.identity.id, {kReader}, OnKms()));
  EXPECT_EQ(MustAsk(world, actor, {}).policy_serial, 6U);
}

// domain section 7 step 2: a service ID or profile whose id an account carries as owner
TEST(Evaluator, OnlyAUserCanBeTheOwner) {
  WorldSource world = MakeWorld();
  for (const IdentityKind kind : {IdentityKind::kServiceId, IdentityKind::kTrustedProfile}) {
    EXPECT_EQ(MustAsk(world, From(kHome, MakeIdentity(kOwner, kind, kHome)), {}).reason,
              Reason::kNoPolicy);
  }
}

// domain A-1, hazard C40: nor does the key that was shown
TEST(Evaluator, TheKeyNeitherAddsNorRemovesAnything) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  Actor actor = From(kAway);
  const Verdict without = MustAsk(world, actor, {});
  actor.key = KeyId(KeyId::Bytes{1});
  EXPECT_EQ(MustAsk(world, actor, {}), without);
  EXPECT_EQ(without.outcome, Outcome::kAllow);
}

// domain R-1: each kind has its own rule, and an empty list means nobody
TEST(Evaluator, LimitedAccountsTakeOutsidersFromTheirListOnly) {
  WorldSource world = MakeWorld();
  const Identity service_id = MakeIdentity(IamId("service"), IdentityKind::kServiceId, kAway);
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  world.Put(MakePolicy(6, service_id.id, {kReader}, OnKms()));
  Account home = MakeAccount(kHome);
  home.settings.external_users = Limited();
  world.Put(home);
  EXPECT_EQ(MustAsk(world, From(kHome), {}).reason, Reason::kAllowedByPolicy);
  EXPECT_EQ(MustAsk(world, From(kAway), {}).reason, Reason::kExternalIdentity);
  EXPECT_EQ(MustAsk(world, From(kAway, service_id), {}).reason, Reason::kAllowedByPolicy);
  home.settings = {};
  home.settings.external_service_ids = Limited();
  world.Put(home);
  EXPECT_EQ(MustAsk(world, From(kAway), {}).reason, Reason::kAllowedByPolicy);
  EXPECT_EQ(MustAsk(world, From(kAway, service_id), {}).reason, Reason::kExternalIdentity);
}

// domain R-1, section 7 step 4
TEST(Evaluator, TheOwnerTooIsAnOutsiderWhenActingFromElsewhere) {
  WorldSource world = MakeWorld();
  Account home = MakeAccount(kHome);
  home.settings.external_users = Limited();
  world.Put(home);
  EXPECT_EQ(MustAsk(world, From(kAway, MakeIdentity(kOwner)), {}).reason,
            Reason::kExternalIdentity);
}

// domain R-1: a mode from a later version
TEST(Evaluator, AnUnknownExternalModeIsTakenForLimited) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kUser, {kReader}, OnKms()));
  Account home = MakeAccount(kHome);
  home.settings.external_users.mode = static_cast<ExternalMode>(9);
  world.Put(home);
  EXPECT_EQ(MustAsk(world, From(kAway), {}).reason, Reason::kExternalIdentity);
}

// hazard C31
TEST(Evaluator, APrefixIsNotAMatch) {
  WorldSource world = MakeWorld();
  world.Put(MakeAccount(AccountId("home0")));
  world.Put(Member(AccountId("home0"), kUser));
  world.AddToGroup(kHome, GroupId("team-admin"), kUser);
  world.Put(MakePolicy(1, GroupId("team"), {kReader}, OnKms()));
  world.Put(MakePolicy(2, kUser, {kReader},
                       {Attribute("serviceName", "kms"), Attribute("resource", "/acct/1")}));
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"resource", "/acct/10"}}}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.account = "home0", .attributes = {{"resource", "/acct/1"}}}),
            Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"resource", "/acct/1"}}}), Reason::kAllowedByPolicy);
}

// domain D-7, hazards C32, C33
TEST(Evaluator, TextsAreComparedByteByByteAndReadAsNothing) {
  const std::vector<std::string> resources = {"b",
                                              "B",
                                              "a/../b",
                                              "a//b",
                                              "b/",
                                              "b;x=1",
                                              "%62",
                                              "I",
                                              "i",
                                              "\xC4\xB0",
                                              "\xC4\xB1",
                                              "K",
                                              "\xE2\x84\xAA",
                                              "\xC3\xA9",
                                              "e\xCC\x81",
                                              "b\xE2\x80\x8B",
                                              "\xE2\x80\xAE"
                                              "b",
                                              std::string("b\0", 2)};
  for (const std::string& named : resources) {
    WorldSource world = MakeWorld();
    world.Put(MakePolicy(1, kUser, {kReader},
                         {Attribute("serviceName", "kms"), Attribute("resource", named)}));
    for (const std::string& asked : resources) {
      const Reason reason = ReasonFor(world, {.attributes = {{"resource", asked}}});
      EXPECT_EQ(reason, asked == named ? Reason::kAllowedByPolicy : Reason::kNoPolicy)
          << named << " and " << asked;
    }
  }
}

// hazard C30: a star in an identity, account, action or service of a request is a star
TEST(Evaluator, WildcardsInTheRequestAreText) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(1, kUser, {kReader}, OnKms()));
  EXPECT_EQ(ReasonFor(world, {.account = "*"}), Reason::kAccountNotOpen);
  EXPECT_EQ(ReasonFor(world, {.service = "*"}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.action = "*"}), Reason::kNoPolicy);
  world.Put(Member(kHome, IamId("*")));
  EXPECT_EQ(MustAsk(world, From(kHome, MakeIdentity(IamId("*"))), {}).reason, Reason::kNoPolicy);
  world.Put(MakePolicy(2, IamId("IBMid-*"), {kWriter}, OnKms()));
  EXPECT_EQ(ReasonFor(world, {.action = "kms.write"}), Reason::kNoPolicy);
}

// hazard C34: one attribute is never read as two, nor key and value as one text
TEST(Evaluator, SeparatorsInsideTextsJoinNothing) {
  WorldSource world = MakeWorld();
  world.Put(
      MakePolicy(1, kUser, {kReader},
                 {Attribute("serviceName", "kms"), Attribute("a", "b|c"), Attribute("d", "e")}));
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"a", "b|c"}, {"d", "e"}}}), Reason::kAllowedByPolicy);
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"a", "b"}, {"c|d", "e"}}}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"a|b", "c"}, {"d", "e"}}}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"a", "b|c|d|e"}}}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"a", std::string("b|c\0d", 5)}, {"d", "e"}}}),
            Reason::kNoPolicy);
}

// hazard C37: whatever their number, the last of them is found, with its own serial
TEST(Evaluator, CountsAreExactAroundPowersOfTwo) {
  for (const std::uint64_t count : {255U, 256U, 257U, 65'535U, 65'536U, 65'537U}) {
    WorldSource world = MakeWorld();
    for (std::uint64_t serial = 1; serial < count; ++serial) {
      world.Put(MakePolicy(serial, kUser, {kReader}, {Attribute("serviceName", "other")}));
    }
    world.Put(MakePolicy(count, kUser, {kReader}, OnKms()));
    EXPECT_EQ(MustAsk(world, From(kHome), {}).policy_serial, count);
    EXPECT_EQ(ReasonFor(world, {.action = "kms.write"}), Reason::kNoPolicy);
  }
}

// hazard C37: serials beyond 32 bits, which must not wrap into smaller ones
TEST(Evaluator, TheLowestSerialThatGrantsIsTold) {
  WorldSource world = MakeWorld();
  const std::uint64_t large = (std::uint64_t{1} << 32U) + 1;
  world.AddToGroup(kHome, GroupId("team"), kUser);
  world.Put(MakePolicy(large, kUser, {kReader}, OnKms()));
  EXPECT_EQ(MustAsk(world, From(kHome), {}).policy_serial, large);
  world.Put(MakePolicy(2, GroupId("team"), {kReader}, OnKms()));
  world.Put(MakePolicy(1, GroupId("team"), {kReader}, {Attribute("serviceName", "other")}));
  EXPECT_EQ(MustAsk(world, From(kHome), {}).policy_serial, 2U);
}

// domain P-10, hazard C39: the account under which a policy is stored decides, and its
// content cannot
TEST(Evaluator, APolicyStoredElsewhereNeverHasEffectHere) {
  WorldSource world = MakeWorld();
  Policy policy = MakePolicy(1, kUser, {kReader}, {});
  policy.resource = {Attribute("accountId", "home"), Attribute("serviceName", "kms")};
  policy.account = kAway;
  world.Put(policy);  // stored in away, names resources of home
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.account = "away"}), Reason::kNoPolicy);
  world.PutUnder(kHome, policy);  // a store that mixes the two up
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy);
}

// hazard C39: nor what the store holds under the wrong subject, or still holds though it is deleted
TEST(Evaluator, APolicyOutOfItsPlaceGrantsNothing) {
  WorldSource world = MakeWorld();
  world.PutUnder(kHome, kUser, MakePolicy(1, IamId("IBMid-other"), {kReader}, OnKms()));
  Policy deleted = MakePolicy(2, kUser, {kReader}, OnKms());
  deleted.state = PolicyState::kDeleted;
  world.Put(deleted);
  Details details;
  EXPECT_EQ(MustAsk(world, From(kHome), {}, &details).reason, Reason::kNoPolicy);
  EXPECT_TRUE(details.near_misses.empty());
}

// domain P-8, hazard C39: an authorization grants nothing, not even one that the store hands out
// for an identity and that says it is for it
TEST(Evaluator, AnAuthorizationGrantsNothing) {
  WorldSource world = MakeWorld();
  Policy authorization = MakePolicy(1, kUser, {kReader}, OnKms());
  authorization.type = PolicyType::kAuthorization;
  authorization.subject_attributes = {Attribute("accountId", "home"),
                                      Attribute("iam_id", kUser.text())};
  world.Put(authorization);
  authorization.subject = IamId();
  world.PutUnder(kHome, kUser, authorization);
  Details details;
  EXPECT_EQ(MustAsk(world, From(kHome), {}, &details).reason, Reason::kNoPolicy);
  EXPECT_TRUE(details.near_misses.empty());
  authorization.type = static_cast<PolicyType>(3);
  world.Put(authorization);
  authorization.subject = kUser;
  world.Put(authorization);
  EXPECT_EQ(ReasonFor(world, {}), Reason::kNoPolicy) << "of a type that this version does not know";
  authorization.type = PolicyType::kAccess;
  world.Put(authorization);
  EXPECT_EQ(ReasonFor(world, {}), Reason::kAllowedByPolicy);
}

// domain P-3: serviceType and the group are what the catalogue says, whatever the request says
TEST(Evaluator, TheRequestCannotSayWhatItsServiceIs) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(1, kUser, {kReader}, {Attribute("serviceType", "platform_service")}));
  world.Put(MakePolicy(2, kUser, {kReader}, {Attribute("service_group_id", "IAM")}));
  const std::vector<std::pair<std::string, std::string>> claims = {
      {"serviceType", "platform_service"}, {"service_group_id", "IAM"}};
  EXPECT_EQ(ReasonFor(world, {.attributes = claims}), Reason::kNoPolicy);
  EXPECT_EQ(ReasonFor(world, {.service = "iam-identity",
                              .action = "iam-identity.read",
                              .attributes = {{"serviceType", "service"}}}),
            Reason::kAllowedByPolicy);
}

// domain P-3
TEST(Evaluator, APolicyWithoutAScopeGrantsNothing) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(1, kUser, {kReader}, {}));
  world.Put(MakePolicy(2, kUser, {kReader}, {Attribute("region", "eu")}));
  EXPECT_EQ(ReasonFor(world, {.attributes = {{"region", "eu"}}}), Reason::kNoPolicy);
}

// hazard C47: requests of a batch do not colour each other
TEST(Evaluator, EachRequestIsDecidedOnItsOwn) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(1, kUser, {kReader}, OnKms()));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ReasonFor(world, {}), Reason::kAllowedByPolicy);
    EXPECT_EQ(ReasonFor(world, {.action = "kms.write"}), Reason::kNoPolicy);
    EXPECT_EQ(ReasonFor(world, {.action = ""}), Reason::kRequestMalformed);
  }
}

// domain A-5
TEST(Evaluator, DetailsNameEveryGrantAndEveryNearMiss) {
  WorldSource world = MakeWorld();
  world.AddToGroup(kHome, GroupId("team"), kUser);
  world.Put(MakePolicy(4, kUser, {kReader}, OnKms()));
  world.Put(MakePolicy(5, kUser, {kReader, kWriter}, OnKms()));
  world.Put(MakePolicy(6, kUser, {kWriter},
                       {Attribute("serviceName", "kms"), Attribute("region", "eu")}));
  world.Put(MakePolicy(7, GroupId("team"), {kWriter}, OnKms()));
  world.Put(MakePolicy(8, IamId("IBMid-other"), {kWriter}, OnKms()));
  Details details;
  const Verdict verdict = MustAsk(world, From(kHome), {.action = "kms.write"}, &details);
  EXPECT_EQ(verdict.policy_serial, 5U);
  ASSERT_EQ(details.grants.size(), 2U);
  EXPECT_EQ(details.grants[0].policy, PolicyId("policy-5"));
  EXPECT_EQ(details.grants[0].role, kWriter);
  EXPECT_EQ(details.grants[0].group, std::nullopt);
  EXPECT_EQ(details.grants[1].policy, PolicyId("policy-7"));
  EXPECT_EQ(details.grants[1].group, GroupId("team"));
  ASSERT_EQ(details.near_misses.size(), 2U);
  EXPECT_EQ(details.near_misses[0].policy, PolicyId("policy-4"));
  EXPECT_EQ(details.near_misses[0].miss, Miss::kRole);
  EXPECT_EQ(details.near_misses[0].detail, kReader.text());
  EXPECT_EQ(details.near_misses[1].policy, PolicyId("policy-6"));
  EXPECT_EQ(details.near_misses[1].miss, Miss::kAttribute);
  EXPECT_EQ(details.near_misses[1].detail, "region");
}

// domain A-5: bounded, while the grants after them are still found
TEST(Evaluator, DetailsHoldAtMostOneHundredNearMisses) {
  WorldSource world = MakeWorld();
  for (std::uint64_t serial = 1; serial <= 101; ++serial) {
    world.Put(MakePolicy(serial, kUser, {kReader}, {Attribute("serviceName", "other")}));
  }
  world.Put(MakePolicy(102, kUser, {kReader}, OnKms()));
  Details details;
  EXPECT_EQ(MustAsk(world, From(kHome), {}, &details).policy_serial, 102U);
  EXPECT_EQ(details.near_misses.size(), kNearMissesMax);
  EXPECT_EQ(details.grants.size(), 1U);
}

// domain A-5: what an owner was also granted is told, and does not become the reason
TEST(Evaluator, DetailsOfAnOwnerListItsPoliciesToo) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(5, kOwner, {kReader}, OnKms()));
  Details details;
  const Verdict verdict = MustAsk(world, From(kHome, MakeIdentity(kOwner)), {}, &details);
  EXPECT_EQ(verdict, (Verdict{Outcome::kAllow, Reason::kAllowedByOwner}));
  EXPECT_EQ(details.grants.size(), 1U);
}

// domain P-3, P-4
TEST(Evaluator, TheFirstAttributeThatMissesIsNamed) {
  const Policy policy = MakePolicy(
      1, kUser, {kReader},
      {Attribute("serviceName", "kms"), Attribute("region", "eu"), Attribute("resource", "r")});
  const std::vector<RequestAttribute> attributes = {{"region", "us"}};
  const base::ServiceInfo kms{"kms", ServiceType::kService, ""};
  const base::ServiceInfo platform{"kms", ServiceType::kPlatformService, ""};
  const auto miss_of = [](const Policy& of, const AccessRequest& request, const auto& service) {
    std::string miss;
    EXPECT_FALSE(MatchesResource(of, request, service, &miss));
    EXPECT_FALSE(MatchesResource(of, request, service, nullptr));
    return miss;
  };
  EXPECT_EQ(miss_of(policy, {"home", "kms", "kms.read", attributes}, std::optional(kms)), "region");
  EXPECT_EQ(miss_of(policy, {"away", "kms", "kms.read", attributes}, std::optional(kms)),
            "accountId");
  EXPECT_EQ(
      miss_of(policy, {"home", "kms", "kms.read", attributes}, std::optional<base::ServiceInfo>()),
      "serviceName");
  const Policy of_group = MakePolicy(2, kUser, {kReader}, {Attribute("resourceGroupId", "rg")});
  const std::vector<RequestAttribute> in_group = {{"resourceGroupId", "rg"}};
  EXPECT_EQ(miss_of(of_group, {"home", "kms", "kms.read", in_group}, std::optional(platform)),
            "resourceGroupId");
  EXPECT_TRUE(MatchesResource(of_group, {"home", "kms", "kms.read", in_group}, kms, nullptr));
}

}  // namespace
}  // namespace latchkey::authz
