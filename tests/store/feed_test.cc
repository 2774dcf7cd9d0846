// The change feed: one record per mutation, no gaps, nothing that a verifier could be made from.
#include <map>
#include <set>

#include "gtest/gtest.h"

#include "engine/store/rows.h"
#include "store/world.h"

namespace latchkey::store {
namespace {

class Feed : public ::testing::Test {
 protected:
  Feed() : store_(OpenStore(OptionsIn(directory_))) {}
  ~Feed() override { EXPECT_EQ(FaultsOf(*store_), ""); }

  std::vector<base::ChangeRecord> After(std::uint64_t revision) {
    std::vector<base::ChangeRecord> changes;
    EXPECT_TRUE(ReadIn(*store_)
                    ->view()
                    .VisitChanges(revision,
                                  [&](const base::ChangeRecord& change) {
                                    changes.push_back(change);
                                    return true;
                                  })
                    .ok());
    return changes;
  }
  std::vector<std::uint64_t> RevisionsAfter(std::uint64_t revision) {
    std::vector<std::uint64_t> revisions;
    for (const base::ChangeRecord& change : After(revision)) revisions.push_back(change.revision);
    return revisions;
  }
  void CommitSome(int count) {
    for (int i = 0; i < count; ++i) Change(*store_, [](Mutation&) {});
  }

  Directory directory_;
  std::unique_ptr<Store> store_;
};

// domain C-1
TEST_F(Feed, HasOneRecordPerMutationInOrder) {
  CommitSome(5);
  EXPECT_EQ(RevisionsAfter(0), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(RevisionsAfter(3), (std::vector<std::uint64_t>{4, 5}));
  EXPECT_TRUE(RevisionsAfter(5).empty());
  EXPECT_TRUE(RevisionsAfter(~std::uint64_t{0}).empty());
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), 5u);
}

TEST_F(Feed, WalkEndsWhenTheVisitorSaysSo) {
  CommitSome(3);
  int seen = 0;
  EXPECT_TRUE(
      ReadIn(*store_)->view().VisitChanges(0, [&](const auto&) { return ++seen < 2; }).ok());
  EXPECT_EQ(seen, 2);
}

// domain C-1: caller, what, tags before and after, and the record.
TEST_F(Feed, TellsWhoDidWhatToWhich) {
  base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  Change(*store_, [&](Mutation& m) { ASSERT_TRUE(m.Put(key).ok()); });
  key.key.entity_tag = TagNumber(2);
  const auto m = BeginIn(*store_);
  ASSERT_TRUE(m->Put(key).ok());
  ChangeHeader header;
  header.at = At(7);
  header.actor = {
      Caller::Kind::kPrincipal,    IamId("IBMid-1"), AccountId("acct"), std::nullopt, KeyNumber(4),
      IpAddress::Parse("10.0.0.1")};
  header.act = "key.update";
  header.account = "acct";
  header.object = key.key.id.ToString();
  header.request_id = RequestId{KeyNumber(6).bytes()};
  header.made_with_leaked = {KeyNumber(8)};
  CommitOf(*m, header);
  const base::ChangeRecord change = After(1).at(0);
  EXPECT_EQ(change.revision, 2u);
  EXPECT_EQ(change.at, At(7));
  EXPECT_EQ(change.actor.identity, IamId("IBMid-1"));
  EXPECT_EQ(change.actor.key, KeyNumber(4));
  EXPECT_EQ(change.actor.source, IpAddress::Parse("10.0.0.1"));
  EXPECT_EQ(change.act, "key.update");
  EXPECT_EQ(change.account, "acct");
  EXPECT_EQ(change.object, key.key.id.ToString());
  EXPECT_EQ(change.request_id, header.request_id);
  EXPECT_EQ(change.made_with_leaked, std::vector<KeyId>{KeyNumber(8)});
  ASSERT_EQ(change.touched.size(), 1u);
  EXPECT_EQ(change.touched[0].table, "keys");
  EXPECT_EQ(change.touched[0].key, *KeyIn<TableId::kKeys>(key.key.id));
  EXPECT_EQ(change.touched[0].tag_before, TagNumber(1));
  EXPECT_EQ(change.touched[0].tag_after, TagNumber(2));
  EXPECT_EQ(change.touched[0].image, codec::EncodeWithoutVerifiers(key));
}

// domain C-1, domain K-2: neither hash nor salt, in records or in the bytes of the whole feed.
TEST_F(Feed, ImagesCarryNoVerifier) {
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  {
    const auto store = OpenStore(options);
    Change(*store, [](Mutation& m) { ASSERT_TRUE(m.Put(SomeKey(1, "acct", "IBMid-1")).ok()); });
  }
  const std::string hash(8, '\xa5'), salt(8, '\x5a');
  int keys_with_hash = 0;
  for (const RawEntry& entry : RawEntries(options)) {
    const bool holds =
        entry.value.find(hash) != std::string::npos || entry.value.find(salt) != std::string::npos;
    if (entry.table == TableId::kKeys) {
      keys_with_hash += holds ? 1 : 0;
    } else {
      EXPECT_FALSE(holds) << NameOf(entry.table);
    }
  }
  EXPECT_EQ(keys_with_hash, 1) << "the search itself must be able to find one";
}

// hazard C88: every typed write leaves its mark without being asked.
TEST_F(Feed, EveryTypedWriteIsTouched) {
  FillEveryTable(*store_);
  std::map<std::string, int> tables;
  const std::vector<base::ChangeRecord> changes = After(0);
  for (const base::TouchedRecord& touched : changes.at(0).touched) ++tables[touched.table];
  const std::map<std::string, int> expected = {
      {"keys", 5},          {"key_tombstones", 1}, {"identities", 2}, {"accounts", 1},
      {"memberships", 1},   {"groups", 1},         {"history", 1},    {"group_members", 1},
      {"policies", 2},      {"services", 1},       {"roles", 2},      {"custom_roles", 1},
      {"network_zones", 1}, {"context_rules", 1}};
  EXPECT_EQ(tables, expected);
}

TEST_F(Feed, RemovalsAreTouchedWithoutImage) {
  FillEveryTable(*store_);
  const AccountId acct("acct");
  const IamId user("IBMid-1");
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.RemoveGroupMember(acct, GroupId("group-1"), user).ok());
    ASSERT_TRUE(m.DeleteGroup(acct, GroupId("group-1")).ok());
    ASSERT_TRUE(m.DeleteMembership(acct, user).ok());
    ASSERT_TRUE(m.DeletePolicy(acct, PolicyId("policy-1")).ok());
    ASSERT_TRUE(m.DeleteCustomRole(acct, RoleId("crn:role:custom")).ok());
    ASSERT_TRUE(m.DeleteService("storage").ok());
  });
  std::multiset<std::string> removed;
  const std::vector<base::ChangeRecord> changes = After(1);
  for (const base::TouchedRecord& touched : changes.at(0).touched) {
    EXPECT_FALSE(touched.image.has_value());
    removed.insert(touched.table);
  }
  EXPECT_EQ(removed,
            (std::multiset<std::string>{"custom_roles", "group_members", "groups", "memberships",
                                        "policies", "roles", "roles", "services"}));
}

// hazard C88: whose access a policy concerns is told also where no image is left to tell it.
TEST_F(Feed, TellsTheSubjectsOfAPolicy) {
  const IamId user("IBMid-1");
  const GroupId group("group-1");
  const auto key_of = [](const PolicySubject& subject) {
    const SubjectParts parts = PartsOf(subject);
    return *PrefixIn<TableId::kPoliciesBySubject>(AccountId("acct"), parts.kind, parts.text);
  };
  std::uint64_t serial = 0;
  const auto put = [&](const PolicySubject& subject) {
    Change(*store_, [&](Mutation& m) {
      if (serial == 0) serial = *m.NextSerial();
      ASSERT_TRUE(m.Put(SomePolicy("acct", "policy-1", subject, serial)).ok());
    });
  };
  put(user);
  put(user);
  put(group);
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.DeletePolicy(AccountId("acct"), PolicyId("policy-1")).ok());
  });
  std::vector<std::vector<std::string>> subjects;
  for (const base::ChangeRecord& change : After(0)) {
    ASSERT_EQ(change.touched.size(), 1u);
    subjects.push_back(change.touched[0].subjects);
  }
  const std::vector<std::vector<std::string>> expected = {
      {key_of(user)}, {key_of(user)}, {key_of(user), key_of(group)}, {key_of(group)}};
  EXPECT_EQ(subjects, expected);
}

// Trimming is explicit and detectable (domain C-1).
TEST_F(Feed, TrimsTheOldestAndAtMostAsManyAsAsked) {
  CommitSome(10);
  const auto trim = [&](std::uint64_t keep_from, std::uint64_t most) {
    const auto m = BeginIn(*store_);
    const std::uint64_t gone = *m->TrimChanges(keep_from, most);
    EXPECT_TRUE(m->CommitUpkeep().ok());
    return gone;
  };
  EXPECT_EQ(trim(6, 3), 3u);
  EXPECT_EQ(*ReadIn(*store_)->view().OldestChange(), 4u);
  EXPECT_EQ(trim(6, 0), 0u);
  EXPECT_EQ(trim(6, 100), 2u);
  EXPECT_EQ(trim(6, 100), 0u);
  EXPECT_EQ(RevisionsAfter(0), (std::vector<std::uint64_t>{6, 7, 8, 9, 10}));
  EXPECT_EQ(FaultsOf(*store_), "");
  EXPECT_EQ(trim(100, 100), 5u);
  EXPECT_EQ(*ReadIn(*store_)->view().OldestChange(), 0u);
  EXPECT_EQ(*ReadIn(*store_)->view().Revision(), 10u);
  CommitSome(1);
  EXPECT_EQ(RevisionsAfter(0), std::vector<std::uint64_t>{11});
}

// domain C-1: no consumer may step over a gap.
TEST(FeedWithAGap, IsCorrupt) {
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  {
    const auto store = OpenStore(options);
    for (int i = 0; i < 3; ++i) Change(*store, [](Mutation&) {});
  }
  EditRaw(options, [](kv::WriteTxn& txn) {
    EXPECT_TRUE(
        *txn.Delete(HandleOf(TableId::kChanges), *KeyIn<TableId::kChanges>(std::uint64_t{2})));
  });
  const auto store = OpenStore(options);
  EXPECT_EQ(ReasonOf(ReadIn(*store)->view().VisitChanges(0, [](const auto&) { return true; })),
            Reason::kCorrupt);
  EXPECT_EQ(FaultsOf(*store), "changes [3] the change before it is missing\n");
}

}  // namespace
}  // namespace latchkey::store
