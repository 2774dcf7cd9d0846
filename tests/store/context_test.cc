// A context rule or network zone that the store lost, or that was put back to an older state, is a
// fault wherever rules are read, whatever the seals say (hazard F13). Damage is done as LMDB or a
// thief of the file would do it: entries vanish, or come back as they once were.
#include "gtest/gtest.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

class Context : public ::testing::TestWithParam<bool> {
 protected:
  Context() : options_(GetParam() ? KeyedOptionsIn(directory_) : OptionsIn(directory_)) {
    const auto store = OpenStore(options_);
    Change(*store, [&](Mutation& m) {
      for (const AccountId& account : {acct_, other_}) {
        EXPECT_TRUE(m.Put(SomeAccount(account.text(), "IBMid-1", *m.NextSerial())).ok());
      }
    });
  }

  void Write(const std::function<void(Mutation&)>& body) {
    const auto store = OpenStore(options_);
    Change(*store, body);
    EXPECT_EQ(FaultsOf(*store), "");
  }
  void FillAccount() {
    Write([&](Mutation& m) {
      EXPECT_TRUE(m.Put(SomeZone("acct", "zone-1")).ok());
      EXPECT_TRUE(m.Put(SomeZone("acct", "zone-2")).ok());
      EXPECT_TRUE(m.Put(SomeContextRule("acct", "rule-1", "zone-1")).ok());
      EXPECT_TRUE(m.Put(SomeContextRule("acct", "rule-2", "zone-2")).ok());
    });
  }
  // The entries of rules, zones and digests.
  [[nodiscard]] std::vector<RawEntry> ContextEntries() const {
    std::vector<RawEntry> entries = RawEntries(options_);
    std::erase_if(entries, [](const RawEntry& entry) {
      return entry.table != TableId::kContextRules && entry.table != TableId::kNetworkZones &&
             entry.table != TableId::kContextDigests;
    });
    return entries;
  }
  void Put(const RawEntry& entry) {
    EditRaw(options_, [&](kv::WriteTxn& txn) {
      EXPECT_TRUE(txn.Put(HandleOf(entry.table), entry.key, entry.value).ok());
    });
  }
  void Delete(const RawEntry& entry) {
    EditRaw(options_,
            [&](kv::WriteTxn& txn) { EXPECT_TRUE(*txn.Delete(HandleOf(entry.table), entry.key)); });
  }
  // kCorrupt, or kNone if both rules and zones of the account can be read.
  Reason Reading(const AccountId& account) {
    const auto store = OpenStore(options_);
    const auto snapshot = ReadIn(*store);
    const auto rules = snapshot->view().ContextRulesOf(account);
    const auto zones = snapshot->view().NetworkZonesOf(account);
    return rules.ok() ? ReasonOf(zones.status()) : ReasonOf(rules.status());
  }
  std::string Faults() { return FaultsOf(*OpenStore(options_)); }

  Directory directory_;
  const StoreOptions options_;
  const AccountId acct_{"acct"};
  const AccountId other_{"other"};
};

INSTANTIATE_TEST_SUITE_P(Keyed, Context, ::testing::Bool(), [](const auto& with_key) {
  return with_key.param ? "WithRecordKey" : "WithoutRecordKey";
});

TEST_P(Context, RulesAndZonesAreFoundByAccountInOrderOfTheirIds) {
  FillAccount();
  const auto store = OpenStore(options_);
  const auto snapshot = ReadIn(*store);
  View& view = snapshot->view();
  const auto rules = *view.ContextRulesOf(acct_);
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(codec::Encode(rules[0]), codec::Encode(SomeContextRule("acct", "rule-1", "zone-1")));
  EXPECT_EQ(rules[1].id, ContextRuleId("rule-2"));
  const auto zones = *view.NetworkZonesOf(acct_);
  ASSERT_EQ(zones.size(), 2U);
  EXPECT_EQ(codec::Encode(zones[0]), codec::Encode(SomeZone("acct", "zone-1")));
  EXPECT_TRUE(view.ContextRulesOf(other_)->empty());
  EXPECT_TRUE(view.NetworkZonesOf(other_)->empty());
  EXPECT_TRUE(view.FindContextRule(acct_, ContextRuleId("rule-2"))->has_value());
  EXPECT_FALSE(view.FindContextRule(other_, ContextRuleId("rule-2"))->has_value());
  EXPECT_FALSE(view.FindNetworkZone(acct_, ZoneId("zone-3"))->has_value());
}

TEST_P(Context, WhatIsReplacedAndRemovedIsCountedAnew) {
  FillAccount();
  Write([&](Mutation& m) {
    NetworkZone zone = SomeZone("acct", "zone-1");
    zone.name = "Renamed";
    zone.entity_tag = TagNumber(2);
    EXPECT_TRUE(m.Put(zone).ok());
    EXPECT_TRUE(m.DeleteContextRule(acct_, ContextRuleId("rule-1")).ok());
    EXPECT_TRUE(m.DeleteNetworkZone(acct_, ZoneId("zone-2")).ok());
  });
  const auto store = OpenStore(options_);
  const auto snapshot = ReadIn(*store);
  EXPECT_EQ(snapshot->view().ContextRulesOf(acct_)->size(), 1U);
  EXPECT_EQ(snapshot->view().NetworkZonesOf(acct_)->front().name, "Renamed");
}

// hazard F13: one entry of any of the three tables vanishes.
TEST_P(Context, AnEntryThatVanishedIsAFaultAndNotAnEmptyAnswer) {
  FillAccount();
  for (const RawEntry& entry : ContextEntries()) {
    Delete(entry);
    const bool of_other = entry.key == *KeyIn<TableId::kContextDigests>(other_);
    EXPECT_EQ(Reading(of_other ? other_ : acct_), Reason::kCorrupt) << NameOf(entry.table);
    EXPECT_EQ(Reading(of_other ? acct_ : other_), Reason::kNone) << NameOf(entry.table);
    EXPECT_NE(Faults(), "") << NameOf(entry.table);
    Put(entry);
  }
  EXPECT_EQ(Reading(acct_), Reason::kNone);
}

// hazard F13: all rules go at once, or all zones.
TEST_P(Context, ATableThatLostTheWholeAccountIsAFault) {
  FillAccount();
  for (const TableId table : {TableId::kContextRules, TableId::kNetworkZones}) {
    std::vector<RawEntry> gone = ContextEntries();
    std::erase_if(gone, [&](const RawEntry& entry) { return entry.table != table; });
    ASSERT_EQ(gone.size(), 2U);
    for (const RawEntry& entry : gone) Delete(entry);
    EXPECT_EQ(Reading(acct_), Reason::kCorrupt);
    EXPECT_NE(Faults(), "");
    for (const RawEntry& entry : gone) Put(entry);
  }
}

// hazards F13, C71: a value with a good seal, from the past of its own key.
TEST_P(Context, WhatIsPutBackToAnOlderStateIsAFault) {
  FillAccount();
  const std::vector<RawEntry> old = ContextEntries();
  Write([&](Mutation& m) {
    NetworkZone zone = SomeZone("acct", "zone-1");
    zone.excluded = zone.addresses;
    zone.entity_tag = TagNumber(2);
    EXPECT_TRUE(m.Put(zone).ok());
    ContextRule rule = SomeContextRule("acct", "rule-1", "zone-1");
    rule.enforcement = Enforcement::kDisabled;
    rule.entity_tag = TagNumber(2);
    EXPECT_TRUE(m.Put(rule).ok());
  });
  int put_back = 0;
  for (const RawEntry& now : ContextEntries()) {
    for (const RawEntry& before : old) {
      if (before.table != now.table || before.key != now.key || before.value == now.value) continue;
      Put(before);
      EXPECT_EQ(Reading(acct_), Reason::kCorrupt) << NameOf(now.table);
      EXPECT_NE(Faults(), "") << NameOf(now.table);
      Put(now);
      ++put_back;
    }
  }
  EXPECT_EQ(put_back, 3);
}

// hazard F13: an entry too many is as wrong as one too few.
TEST_P(Context, ARuleThatWasRemovedAndCameBackIsAFault) {
  FillAccount();
  std::vector<RawEntry> old = ContextEntries();
  Write(
      [&](Mutation& m) { EXPECT_TRUE(m.DeleteContextRule(acct_, ContextRuleId("rule-1")).ok()); });
  std::erase_if(old, [](const RawEntry& entry) {
    return entry.key !=
               *KeyIn<TableId::kContextRules>(AccountId("acct"), ContextRuleId("rule-1")) ||
           entry.table != TableId::kContextRules;
  });
  ASSERT_EQ(old.size(), 1U);
  Put(old.front());
  EXPECT_EQ(Reading(acct_), Reason::kCorrupt);
}

// hazard F13: a write must not sign for what was lost before it.
TEST_P(Context, NoWriteMakesUpForALoss) {
  FillAccount();
  for (const RawEntry& entry : ContextEntries()) {
    if (entry.table == TableId::kContextDigests) continue;
    Delete(entry);
    {
      const auto store = OpenStore(options_);
      const auto m = BeginIn(*store);
      const bool rule = entry.table == TableId::kContextRules;
      const absl::Status put = rule ? m->Put(SomeContextRule("acct", "rule-9", "zone-1"))
                                    : m->Put(SomeZone("acct", "zone-9"));
      EXPECT_EQ(ReasonOf(put), Reason::kCorrupt);
      EXPECT_FALSE(m->touched());
    }
    Put(entry);
  }
  EXPECT_EQ(Reading(acct_), Reason::kNone);
}

// hazard F13: the last rule may go, and that nothing is left is then proved too.
TEST_P(Context, AnEmptiedAccountIsReadAsEmpty) {
  FillAccount();
  Write([&](Mutation& m) {
    for (const char* rule : {"rule-1", "rule-2"}) {
      EXPECT_TRUE(m.DeleteContextRule(acct_, ContextRuleId(rule)).ok());
    }
    for (const char* zone : {"zone-1", "zone-2"}) {
      EXPECT_TRUE(m.DeleteNetworkZone(acct_, ZoneId(zone)).ok());
    }
  });
  EXPECT_EQ(Reading(acct_), Reason::kNone);
}

// domain C-1: what was written is in the feed; the digest follows from it and is not.
TEST_P(Context, TheFeedHasRulesAndZones) {
  FillAccount();
  const auto store = OpenStore(options_);
  std::vector<std::string> tables;
  const auto snapshot = ReadIn(*store);
  ASSERT_TRUE(snapshot->view()
                  .VisitChanges(1,
                                [&](const base::ChangeRecord& change) {
                                  for (const auto& touched : change.touched) {
                                    tables.push_back(touched.table);
                                    EXPECT_TRUE(touched.image.has_value());
                                  }
                                  return true;
                                })
                  .ok());
  EXPECT_EQ(tables, (std::vector<std::string>{"network_zones", "network_zones", "context_rules",
                                              "context_rules"}));
}

// Changing an account keeps the digest that it has.
TEST_P(Context, AnAccountThatIsPutAgainKeepsItsRules) {
  FillAccount();
  Write([&](Mutation& m) {
    Account account = **m.FindAccount(acct_);
    account.name = "renamed";
    account.entity_tag = TagNumber(2);
    EXPECT_TRUE(m.Put(account).ok());
  });
  EXPECT_EQ(Reading(acct_), Reason::kNone);
}

}  // namespace
}  // namespace latchkey::store
