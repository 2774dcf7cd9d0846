// What the feed says was touched leads to the slots that entries were built with.
#include "engine/cache/dependencies.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/store/composite_key.h"
#include "engine/store/rows.h"
#include "engine/store/tables.h"

namespace latchkey::cache {
namespace {

using store::TableId;

constexpr crypto::Bytes16 kKey = {1, 2, 3};
const AccountId kAcme("acme");
const IamId kBob("IBMid-bob");
const GroupId kStaff("staff");

std::vector<Slot> SlotsOf(const Dependencies& dependencies, TableId table, std::string key,
                          std::vector<std::string> subjects = {}) {
  const auto concern =
      dependencies.OfTouched({std::string(store::NameOf(table)), std::move(key), std::nullopt,
                              std::nullopt, std::nullopt, std::move(subjects)});
  EXPECT_TRUE(concern.has_value()) << store::NameOf(table);
  EXPECT_FALSE(concern->key.has_value());
  return concern->slots;
}

// hazard C88: both sides name the same slots.
TEST(Dependencies, WhatIsTouchedIsWhatWasBuiltFrom) {
  const Dependencies of(kKey);
  const Slot access = *of.OfAccess(kAcme);
  const auto slots = [](auto... all) { return std::vector<Slot>{all...}; };
  EXPECT_EQ(SlotsOf(of, TableId::kIdentities, *store::JoinKey(kBob)), slots(*of.OfIdentity(kBob)));
  EXPECT_EQ(SlotsOf(of, TableId::kAccounts, *store::JoinKey(kAcme)),
            slots(*of.OfAccount(kAcme), access));
  EXPECT_EQ(SlotsOf(of, TableId::kMemberships, *store::JoinKey(kAcme, kBob)),
            slots(*of.OfMember(kAcme, kBob), access));
  EXPECT_EQ(SlotsOf(of, TableId::kGroupMembers, *store::JoinKey(kAcme, kStaff, kBob)),
            slots(*of.OfMember(kAcme, kBob), access));
  EXPECT_EQ(SlotsOf(of, TableId::kContextRules, *store::JoinKey(kAcme, ContextRuleId("r"))),
            slots(*of.OfAccount(kAcme), access));
  EXPECT_EQ(SlotsOf(of, TableId::kNetworkZones, *store::JoinKey(kAcme, ZoneId("z"))),
            slots(*of.OfAccount(kAcme), access));
  EXPECT_EQ(SlotsOf(of, TableId::kCustomRoles, *store::JoinKey(kAcme, RoleId("role"))),
            slots(*of.OfCustomRoles(kAcme), access));
  EXPECT_EQ(SlotsOf(of, TableId::kServices, *store::JoinKey("shop")), slots(of.OfCatalogue()));
  for (const PolicySubject& subject : {PolicySubject(kBob), PolicySubject(kStaff)}) {
    const store::SubjectParts parts = store::PartsOf(subject);
    EXPECT_EQ(SlotsOf(of, TableId::kPolicies, *store::JoinKey(kAcme, PolicyId("p")),
                      {*store::JoinKey(kAcme, parts.kind, parts.text)}),
              slots(access, *of.OfPolicies(kAcme, subject)));
  }
}

// hazard C88: an authorization, or the record of a version that told no subjects.
TEST(Dependencies, APolicyOfNobodyConcernsTheAccount) {
  const Dependencies of(kKey);
  EXPECT_EQ(SlotsOf(of, TableId::kPolicies, *store::JoinKey(kAcme, PolicyId("p"))),
            (std::vector<Slot>{*of.OfAccess(kAcme), *of.OfAccount(kAcme)}));
}

// hazard F7: a touched key is named, so that it can be forgotten.
TEST(Dependencies, AKeyIsForgottenByItsId) {
  const Dependencies of(kKey);
  const KeyId id(KeyId::Bytes{1, 2, 3, 4});
  const auto concern =
      of.OfTouched({"keys", *store::JoinKey(id), std::nullopt, std::nullopt, std::nullopt, {}});
  ASSERT_TRUE(concern.has_value());
  EXPECT_EQ(concern->key, id);
  EXPECT_TRUE(concern->slots.empty());
}

// hazard C88: what is not understood is never taken for harmless.
TEST(Dependencies, WhatIsUnknownMayConcernAnything) {
  const Dependencies of(kKey);
  const auto known = [&](std::string_view table, std::string_view key) {
    return of
        .OfTouched(
            {std::string(table), std::string(key), std::nullopt, std::nullopt, std::nullopt, {}})
        .has_value();
  };
  EXPECT_FALSE(known("tables_of_tomorrow", *store::JoinKey(kAcme)));
  EXPECT_FALSE(known("accounts", "no length before it"));
  EXPECT_FALSE(known("accounts", *store::JoinKey(kAcme, kBob)));
  EXPECT_FALSE(known("keys", *store::JoinKey(kAcme)));
  EXPECT_TRUE(known("accounts", *store::JoinKey(kAcme)));
}

}  // namespace
}  // namespace latchkey::cache
