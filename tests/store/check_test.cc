// The check finds every damage that it promises to find. Damage is done to a store with an entry in
// every table, inside one write transaction that is never committed, so that thousands of damages
// cost no disk.
#include "engine/store/check.h"

#include <set>

#include "gtest/gtest.h"

#include "engine/store/rows.h"
#include "store/world.h"

namespace latchkey::store {
namespace {

kv::EnvOptions RawOptions(const StoreOptions& options) {
  kv::EnvOptions raw;
  raw.directory = options.directory;
  raw.mode = kv::OpenMode::kMustExist;
  raw.map_size_bytes = options.map_size_bytes;
  raw.allow_any_file_system = true;
  for (const TableRow& table : kTables) raw.tables.emplace_back(table.name);
  return raw;
}

class Check : public ::testing::TestWithParam<bool> {
 protected:
  Check()
      : options_(GetParam() ? KeyedOptionsIn(directory_) : OptionsIn(directory_)),
        sealer_(options_.record_key) {
    {
      const auto store = OpenStore(options_);
      FillEveryTable(*store);
      Change(*store, [](Mutation& m) { (void)m.Put(SomeKey(5, "acct", "IBMid-1")); });
    }
    for (RawEntry& entry : RawEntries(options_)) {
      if (!IsHeader(entry)) entries_.push_back(std::move(entry));
    }
    env_ = *kv::Env::Open(RawOptions(options_));
    txn_.emplace(*env_->BeginWrite(base::Deadline::After(absl::Seconds(60))));
  }

  // Sealed without the record key, and checked by Store::Open: open_test.cc.
  static bool IsHeader(const RawEntry& entry) {
    return entry.table == TableId::kMeta && entry.key != *KeyIn<TableId::kMeta>(kMetaProgress);
  }

  CheckReport Report() {
    View view(*txn_, sealer_);
    return *CheckStore(view);
  }
  bool HasFault(std::string_view table, std::string_view what) {
    for (const Fault& fault : Report().faults) {
      if (fault.table == table && fault.what.find(what) != std::string_view::npos) return true;
    }
    return false;
  }
  void Put(TableId table, std::string_view key, std::string_view value) {
    ASSERT_TRUE(txn_->Put(HandleOf(table), key, value).ok());
  }
  void PutSealed(TableId table, std::string_view key, std::string_view record) {
    Put(table, key, sealer_.Seal(table, key, record));
  }
  void Delete(TableId table, std::string_view key) {
    ASSERT_TRUE(*txn_->Delete(HandleOf(table), key));
  }
  void Restore(const RawEntry& entry) { Put(entry.table, entry.key, entry.value); }

  Directory directory_;
  StoreOptions options_;
  Sealer sealer_;
  std::vector<RawEntry> entries_;
  std::unique_ptr<kv::Env> env_;
  std::optional<kv::WriteTxn> txn_;
};

INSTANTIATE_TEST_SUITE_P(Keyed, Check, ::testing::Bool(), [](const auto& with_key) {
  return with_key.param ? "WithRecordKey" : "WithoutRecordKey";
});

TEST_P(Check, FindsNothingInASoundStoreAndLooksAtAll) {
  const CheckReport report = Report();
  EXPECT_TRUE(report.ok());
  // All but progress, which is read and not walked.
  EXPECT_EQ(report.entry_count, entries_.size() - 1);
  std::set<TableId> tables;
  for (const RawEntry& entry : entries_) tables.insert(entry.table);
  EXPECT_EQ(tables.size(), kTables.size()) << "every table must have an entry here";
}

// hazard C69: a bit of every fifth byte of every value, seal included.
TEST_P(Check, FindsFlippedBits) {
  for (const RawEntry& entry : entries_) {
    for (std::size_t bit = entry.key.size() % 8; bit < entry.value.size() * 8; bit += 41) {
      RawEntry flipped = entry;
      flipped.value[bit / 8] = static_cast<char>(flipped.value[bit / 8] ^ (1 << bit % 8));
      Restore(flipped);
      ASSERT_FALSE(Report().ok()) << NameOf(entry.table) << " bit " << bit;
    }
    Restore(entry);
  }
  EXPECT_TRUE(Report().ok());
}

// hazard C8: every value copied over every other.
TEST_P(Check, FindsValuesThatWereMoved) {
  for (const RawEntry& to : entries_) {
    for (const RawEntry& from : entries_) {
      if (&from == &to) continue;
      Put(to.table, to.key, from.value);
      ASSERT_FALSE(Report().ok()) << NameOf(from.table) << " over " << NameOf(to.table);
    }
    Restore(to);
  }
}

// What can be missing without a trace has no index, or is the oldest of the feed.
TEST_P(Check, FindsEntriesThatAreMissing) {
  const std::set<TableId> without_trace = {TableId::kCustomRoles, TableId::kHistory};
  bool oldest_change = true;
  for (const RawEntry& entry : entries_) {
    if (without_trace.contains(entry.table)) continue;
    if (entry.table == TableId::kChanges && std::exchange(oldest_change, false)) continue;
    Delete(entry.table, entry.key);
    ASSERT_FALSE(Report().ok()) << NameOf(entry.table);
    Restore(entry);
  }
}

// Index entries with a seal that holds, beside the ones that belong there.
TEST_P(Check, FindsStrayIndexEntries) {
  std::set<TableId> indexes;
  for (const RawEntry& entry : entries_) {
    const bool is_index = NameOf(entry.table).find("_by_") != std::string_view::npos ||
                          NameOf(entry.table).ends_with("_serials") ||
                          entry.table == TableId::kMemberGroups;
    if (!is_index) continue;
    indexes.insert(entry.table);
    const std::string value(*sealer_.Open(entry.table, entry.key, entry.value));
    std::string stray = entry.key;
    stray.back() = static_cast<char>(stray.back() ^ 0x40);
    PutSealed(entry.table, stray, value);
    ASSERT_TRUE(HasFault(NameOf(entry.table), "belongs to no record")) << NameOf(entry.table);
    Delete(entry.table, stray);
  }
  EXPECT_EQ(indexes.size(), 16u);
}

// domain K-9: a second classic key of a user, written past the index.
TEST_P(Check, FindsASecondClassicKey) {
  base::KeyRecord second = SomeKey(6, "acct", "IBMid-1");
  second.key.kind = KeyKind::kClassic;
  PutSealed(TableId::kKeys, *KeyIn<TableId::kKeys>(second.key.id), codec::Encode(second));
  const IndexEntries entries = IndexesOf(second);
  for (const IndexEntry& entry : *entries) {
    if (entry.table == TableId::kClassicKeysByOwner) continue;
    PutSealed(entry.table, entry.key, entry.value);
  }
  EXPECT_TRUE(HasFault("keys", "no entry in an index"));
}

// domain K-9: an index that leads to a key of the other kind, or to that of another user.
TEST_P(Check, FindsAClassicIndexThatLeadsElsewhere) {
  const AccountId acct("acct");
  View view(*txn_, sealer_);
  PutSealed(TableId::kClassicKeysByOwner,
            *KeyIn<TableId::kClassicKeysByOwner>(acct, IamId("IBMid-1")),
            *KeyIn<TableId::kKeys>(KeyNumber(1)));
  EXPECT_TRUE(HasFault("classic_keys_by_owner", "belongs to no record"));
  EXPECT_EQ(ReasonOf(view.ClassicKeyOf(acct, IamId("IBMid-1")).status()), Reason::kCorrupt);
  PutSealed(TableId::kClassicKeysByOwner,
            *KeyIn<TableId::kClassicKeysByOwner>(acct, IamId("IBMid-2")),
            *KeyIn<TableId::kKeys>(KeyNumber(4)));
  EXPECT_EQ(ReasonOf(view.ClassicKeyOf(acct, IamId("IBMid-2")).status()), Reason::kCorrupt);
}

// domain D-1: the user hierarchy of an account holds together.
TEST_P(Check, FindsAnInviterWhoIsNoMember) {
  Membership torn = SomeMembership("acct", "IBMid-1");
  torn.invited_by = IamId("IBMid-9");
  PutSealed(TableId::kMemberships, *KeyIn<TableId::kMemberships>(torn.account, torn.iam_id),
            codec::Encode(torn));
  EXPECT_TRUE(HasFault("memberships", "invited by nobody"));
}

// Records with a seal that holds, whose indexes were not kept in step.
TEST_P(Check, FindsRecordsThatMovedOnWithoutTheirIndexes) {
  base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  key.key.name = "renamed";
  PutSealed(TableId::kKeys, *KeyIn<TableId::kKeys>(key.key.id), codec::Encode(key));
  EXPECT_TRUE(HasFault("keys", "no entry in an index"));
  EXPECT_TRUE(HasFault("keys_by_name", "belongs to no record"));
}

TEST_P(Check, FindsADeletedPolicyThatIsStillListed) {
  View view(*txn_, sealer_);
  Policy policy = **view.FindPolicy(AccountId("acct"), PolicyId("policy-1"));
  policy.state = PolicyState::kDeleted;
  PutSealed(TableId::kPolicies, *KeyIn<TableId::kPolicies>(policy.account, policy.id),
            codec::Encode(policy));
  EXPECT_TRUE(HasFault("policies_by_subject", "belongs to no record"));
  // domain P-10: and reading refuses it before any check has run.
  EXPECT_EQ(ReasonOf(view.PoliciesOf(AccountId("acct"), IamId("IBMid-1")).status()),
            Reason::kCorrupt);
}

TEST_P(Check, FindsARecordUnderTheIdOfAnother) {
  const base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  const std::string other = *KeyIn<TableId::kKeys>(KeyNumber(77));
  PutSealed(TableId::kKeys, other, codec::Encode(key));
  EXPECT_TRUE(HasFault("keys", "under the id of another"));
  // hazard F12: and reading refuses it before any check has run.
  View view(*txn_, sealer_);
  EXPECT_EQ(ReasonOf(view.FindKey(KeyNumber(77)).status()), Reason::kCorrupt);
}

// domain L-4
TEST_P(Check, FindsATombstoneOfALiveKey) {
  const base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  PutSealed(TableId::kKeyTombstones, *KeyIn<TableId::kKeyTombstones>(key.key.id),
            codec::Encode(TombstoneOf(key)));
  EXPECT_TRUE(HasFault("key_tombstones", "the key itself is stored too"));
}

TEST_P(Check, FindsSerialsThatWereNeverGivenOut) {
  const Identity user = SomeUser("IBMid-9", 1000);
  PutSealed(TableId::kIdentities, *KeyIn<TableId::kIdentities>(user.id), codec::Encode(user));
  EXPECT_TRUE(HasFault("identities", "never given out"));
}

TEST_P(Check, FindsHistoryOfNoKey) {
  const std::string key = *KeyIn<TableId::kHistory>(KeyNumber(88), std::uint64_t{1});
  PutSealed(TableId::kHistory, key, codec::Encode(SomeHistory(0, KeyCommand::kCreate)));
  EXPECT_TRUE(HasFault("history", "history of no stored key"));
}

// hazard F3: an older state of the file beside newer records.
TEST_P(Check, FindsAFeedThatRunsAhead) {
  codec::StoreProgress progress;
  progress.revision = 1;
  progress.last_serial = 1000;
  PutSealed(TableId::kMeta, *KeyIn<TableId::kMeta>(kMetaProgress), codec::Encode(progress));
  EXPECT_TRUE(HasFault("changes", "does not end at the revision"));
}

TEST_P(Check, FindsKeysAndRecordsThatAreNotOfTheirForm) {
  PutSealed(TableId::kKeys, "odd", "bytes");
  PutSealed(TableId::kServices, *KeyIn<TableId::kServices>(std::string_view("odd")), "bytes");
  EXPECT_TRUE(HasFault("keys", "a key that is not of its form"));
  EXPECT_TRUE(HasFault("services", "does not decode"));
}

// hazard C82: faults name tables and ids, never names or contents.
TEST_P(Check, TellsIdsOnly) {
  for (const RawEntry& entry : entries_) {
    RawEntry damaged = entry;
    damaged.value.back() = static_cast<char>(damaged.value.back() ^ 1);
    Restore(damaged);
  }
  for (const Fault& fault : Report().faults) {
    EXPECT_EQ(fault.id.find("Operators"), std::string::npos);
    EXPECT_EQ(fault.id.find("key 1"), std::string::npos);
  }
  EXPECT_TRUE(HasFault("keys", "fails its checksum"));
}

TEST_P(Check, CountsMoreFaultsThanItLists) {
  for (std::uint64_t i = 0; i < kFaultsMax + 5; ++i) {
    Put(TableId::kKeys, *KeyIn<TableId::kKeys>(KeyNumber(1'000 + i)), "unsealed");
  }
  const CheckReport report = Report();
  EXPECT_EQ(report.faults.size(), kFaultsMax);
  EXPECT_EQ(report.fault_count, kFaultsMax + 5);
}

// hazard L20: who can write the file but lacks the key can make no entry.
TEST(CheckKeyed, FindsWhatWasSealedWithoutTheRecordKey) {
  Directory directory;
  const StoreOptions options = KeyedOptionsIn(directory);
  FillEveryTable(*OpenStore(options));
  const std::string key =
      *KeyIn<TableId::kGroupMembers>(AccountId("acct"), GroupId("group-1"), IamId("IBMid-666"));
  const std::string reverse =
      *KeyIn<TableId::kMemberGroups>(AccountId("acct"), IamId("IBMid-666"), GroupId("group-1"));
  EditRaw(options, [&](kv::WriteTxn& txn) {
    const Sealer unkeyed(std::nullopt);
    ASSERT_TRUE(txn.Put(HandleOf(TableId::kGroupMembers), key,
                        unkeyed.Seal(TableId::kGroupMembers, key, ""))
                    .ok());
    ASSERT_TRUE(txn.Put(HandleOf(TableId::kMemberGroups), reverse,
                        unkeyed.Seal(TableId::kMemberGroups, reverse, ""))
                    .ok());
  });
  const auto store = OpenStore(options);
  EXPECT_NE(FaultsOf(*store), "");
  EXPECT_EQ(ReasonOf(ReadIn(*store)
                         ->view()
                         .IsInGroup(AccountId("acct"), GroupId("group-1"), IamId("IBMid-666"))
                         .status()),
            Reason::kCorrupt);
  EXPECT_EQ(
      ReasonOf(ReadIn(*store)->view().GroupsOf(AccountId("acct"), IamId("IBMid-666")).status()),
      Reason::kCorrupt);
}

}  // namespace
}  // namespace latchkey::store
