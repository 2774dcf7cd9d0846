// Every typed read gives back what the typed write put in, through every index; what is put twice
// replaces, and what is removed is gone everywhere.
#include "gtest/gtest.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

using codec::Encode;

template <class Record>
std::string Bytes(const absl::StatusOr<std::optional<Record>>& found) {
  if (!found.ok() || !*found) return "";
  return Encode(**found);
}

class Records : public ::testing::Test {
 protected:
  Records() : options_(OptionsIn(directory_)), store_(OpenStore(options_)) {}
  ~Records() override { EXPECT_EQ(FaultsOf(*store_), ""); }

  View& view() {
    snapshot_.reset();
    snapshot_ = ReadIn(*store_);
    return snapshot_->view();
  }
  std::uint64_t Serial() {
    const auto m = BeginIn(*store_);
    const std::uint64_t serial = *m->NextSerial();
    CommitOf(*m, HeaderAt(0));
    return serial;
  }
  template <class Record>
  void Put(const Record& record) {
    Change(*store_, [&](Mutation& m) { ASSERT_TRUE(m.Put(record).ok()); });
  }

  Directory directory_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Snapshot> snapshot_;
  const AccountId acct_{"acct"};
  const IamId user_{"IBMid-1"};
};

TEST_F(Records, KeyIsFoundByIdOwnerIdentityNameAndMaker) {
  base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  key.made_with = {KeyNumber(7), KeyNumber(8)};
  Put(key);
  EXPECT_EQ(Bytes(view().FindKey(KeyNumber(1))), Encode(key));
  const std::vector<KeyId> only = {KeyNumber(1)};
  EXPECT_EQ(*view().KeysOf(acct_, user_), only);
  EXPECT_EQ(*view().CountKeysOf(acct_, user_), only.size());
  EXPECT_EQ(*view().KeysOfIdentity(user_), only);
  EXPECT_EQ(*view().KeysNamed(acct_, "key 1"), only);
  EXPECT_EQ(*view().MadeWith(KeyNumber(7)), only);
  EXPECT_EQ(*view().MadeWith(KeyNumber(8)), only);
  EXPECT_TRUE(view().KeysOf(AccountId("other"), user_)->empty());
  EXPECT_TRUE(view().KeysOf(acct_, IamId("IBMid-"))->empty());
  EXPECT_EQ(*view().CountKeysOf(acct_, IamId("IBMid-")), 0u);
  EXPECT_TRUE(view().MadeWith(KeyNumber(1))->empty());
}

// domain K-9: one per user and account, whatever the writer counted.
TEST_F(Records, AUserHasOneClassicKeyInAnAccount) {
  const auto classic = [](std::uint64_t number, std::string_view account, std::string_view user) {
    base::KeyRecord record = SomeKey(number, account, user);
    record.key.kind = KeyKind::kClassic;
    return record;
  };
  Put(SomeKey(1, "acct", "IBMid-1"));
  EXPECT_EQ(*view().ClassicKeyOf(acct_, user_), std::nullopt);
  base::KeyRecord first = classic(2, "acct", "IBMid-1");
  Put(first);
  Put(classic(3, "other", "IBMid-1"));
  Put(classic(4, "acct", "IBMid-2"));
  EXPECT_EQ(*view().ClassicKeyOf(acct_, user_), KeyNumber(2));
  EXPECT_EQ(view().KeysOf(acct_, user_)->size(), 2u) << "it is listed with the others";
  Change(*store_, [&](Mutation& m) {
    EXPECT_EQ(ReasonOf(m.Put(classic(5, "acct", "IBMid-1"))), Reason::kLimitExceeded);
    EXPECT_TRUE(m.Put(SomeKey(6, "acct", "IBMid-1")).ok());
  });
  first.key.name = "renamed";
  first.key.entity_tag = TagNumber(2);
  Put(first);
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.DeleteKey(first.key.id, TombstoneOf(first)).ok());
    ASSERT_TRUE(m.Put(classic(7, "acct", "IBMid-1")).ok());
  });
  EXPECT_EQ(*view().ClassicKeyOf(acct_, user_), KeyNumber(7));
}

// domain K-1: names need not be unique, and the longest fits (hazard L21).
TEST_F(Records, TwoKeysMayShareTheLongestName) {
  base::KeyRecord a = SomeKey(1, "acct", "IBMid-1"), b = SomeKey(2, "acct", "IBMid-2");
  for (int i = 0; i < 100; ++i) a.key.name += "\xf0\x9f\x94\x91";
  b.key.name = a.key.name;
  Put(a);
  Put(b);
  EXPECT_EQ(view().KeysNamed(acct_, a.key.name)->size(), 2u);
}

TEST_F(Records, RenamedKeyIsFoundByItsNewNameOnly) {
  base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  Put(key);
  key.key.name = "renamed";
  key.key.entity_tag = TagNumber(2);
  Put(key);
  EXPECT_TRUE(view().KeysNamed(acct_, "key 1")->empty());
  EXPECT_EQ(view().KeysNamed(acct_, "renamed")->size(), 1u);
}

// domain L-4, domain K-12: record, indexes and history go; the tombstone keeps the descent.
TEST_F(Records, DeletedKeyLeavesOnlyItsTombstone) {
  base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  key.made_with = {KeyNumber(7)};
  Put(key);
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.AppendHistory(key.key.id, SomeHistory(0, KeyCommand::kCreate), 200).ok());
    ASSERT_TRUE(m.DeleteKey(key.key.id, TombstoneOf(key)).ok());
  });
  EXPECT_FALSE(view().FindKey(key.key.id)->has_value());
  EXPECT_TRUE(view().HistoryOf(key.key.id)->empty());
  EXPECT_TRUE(view().KeysOf(acct_, user_)->empty());
  EXPECT_TRUE(view().KeysOfIdentity(user_)->empty());
  EXPECT_TRUE(view().KeysNamed(acct_, "key 1")->empty());
  EXPECT_EQ(Bytes(view().FindTombstone(key.key.id)), Encode(TombstoneOf(key)));
  EXPECT_EQ(*view().MadeWith(KeyNumber(7)), std::vector<KeyId>{key.key.id});
}

// domain L-4: ids are never reused.
TEST_F(Records, IdOfADeletedKeyIsRefused) {
  const base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  Put(key);
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.DeleteKey(key.key.id, TombstoneOf(key)).ok());
    EXPECT_EQ(ReasonOf(m.Put(key)), Reason::kAlreadyExists);
  });
  EXPECT_FALSE(view().FindKey(key.key.id)->has_value());
}

TEST_F(Records, VisitKeysPagesThroughAnAccountInOrder) {
  Change(*store_, [&](Mutation& m) {
    for (std::uint64_t i = 0; i < 9; ++i) {
      ASSERT_TRUE(m.Put(SomeKey(i, "acct", i % 2 == 0 ? "IBMid-1" : "IBMid-22")).ok());
    }
    ASSERT_TRUE(m.Put(SomeKey(20, "acct2", "IBMid-1")).ok());
  });
  std::vector<KeyId> seen;
  std::string cursor;
  for (int page = 0; page < 20; ++page) {
    int taken = 0;
    ASSERT_TRUE(view()
                    .VisitKeys(acct_, std::nullopt, std::string(cursor),
                               [&](const base::KeyRecord& record, const std::string& after) {
                                 seen.push_back(record.key.id);
                                 cursor = after;
                                 return ++taken < 2;
                               })
                    .ok());
    if (taken < 2) break;
  }
  const std::vector<KeyId> expected = {KeyNumber(0), KeyNumber(2), KeyNumber(4),
                                       KeyNumber(6), KeyNumber(8), KeyNumber(1),
                                       KeyNumber(3), KeyNumber(5), KeyNumber(7)};
  EXPECT_EQ(seen, expected);
}

// A cursor survives insertions and deletions, and chooses only where a walk begins.
TEST_F(Records, CursorsNeverLeaveTheAccountOrTheOwner) {
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.Put(SomeKey(1, "acct", "IBMid-1")).ok());
    ASSERT_TRUE(m.Put(SomeKey(2, "acct", "IBMid-2")).ok());
    ASSERT_TRUE(m.Put(SomeKey(3, "acct3", "IBMid-1")).ok());
  });
  const auto visit = [&](const std::optional<IamId>& owner, std::string_view cursor) {
    std::vector<KeyId> seen;
    EXPECT_TRUE(view()
                    .VisitKeys(acct_, owner, cursor,
                               [&](const base::KeyRecord& record, const std::string&) {
                                 seen.push_back(record.key.id);
                                 return true;
                               })
                    .ok());
    return seen;
  };
  EXPECT_EQ(visit(IamId("IBMid-2"), ""), std::vector<KeyId>{KeyNumber(2)});
  EXPECT_EQ(visit(IamId("IBMid-2"), std::string_view("\0", 1)), std::vector<KeyId>{KeyNumber(2)});
  EXPECT_EQ(visit(std::nullopt, "\xff"), std::vector<KeyId>{});
  EXPECT_EQ(visit(IamId("IBMid-1"), "\xff"), std::vector<KeyId>{});
  EXPECT_EQ(ReasonOf(view().VisitKeys(acct_, std::nullopt, std::string(600, 'x'),
                                      [](const auto&, const auto&) { return true; })),
            Reason::kMalformed);
}

TEST_F(Records, IdentityIsFoundByIdSerialAndAccount) {
  const Identity user = SomeUser("IBMid-1", Serial());
  Identity service = SomeServiceId("iam-ServiceId-1", "acct", Serial());
  Put(user);
  Put(service);
  EXPECT_EQ(Bytes(view().FindIdentity(user.id)), Encode(user));
  EXPECT_EQ(Bytes(view().FindIdentityBySerial(service.serial)), Encode(service));
  EXPECT_FALSE(view().FindIdentityBySerial(99)->has_value());
  EXPECT_EQ(view().IdentitiesOf(acct_, IdentityKind::kServiceId)->size(), 1u);
  EXPECT_TRUE(view().IdentitiesOf(acct_, IdentityKind::kTrustedProfile)->empty());
  service.state = IdentityState::kDeleted;
  service.entity_tag = TagNumber(2);
  Put(service);
  EXPECT_TRUE(view().IdentitiesOf(acct_, IdentityKind::kServiceId)->empty());
  EXPECT_EQ(Bytes(view().FindIdentityBySerial(service.serial)), Encode(service));
}

TEST_F(Records, AccountIsFoundByIdSerialAndOwner) {
  Account account = SomeAccount("acct", "IBMid-1", Serial());
  Put(account);
  EXPECT_EQ(Bytes(view().FindAccount(acct_)), Encode(account));
  EXPECT_EQ(Bytes(view().FindAccountBySerial(account.serial)), Encode(account));
  EXPECT_EQ(view().AccountsOwnedBy(user_)->size(), 1u);
  account.owner = IamId("IBMid-2");
  account.entity_tag = TagNumber(2);
  Put(account);
  EXPECT_TRUE(view().AccountsOwnedBy(user_)->empty());
  EXPECT_EQ(view().AccountsOwnedBy(IamId("IBMid-2"))->size(), 1u);
}

TEST_F(Records, MembershipIsFoundFromBothSides) {
  const Membership membership = SomeMembership("acct", "IBMid-1");
  Put(membership);
  EXPECT_EQ(Bytes(view().FindMembership(acct_, user_)), Encode(membership));
  EXPECT_EQ(view().MembersOf(acct_)->size(), 1u);
  EXPECT_EQ(view().MembershipsOf(user_)->size(), 1u);
  Change(*store_, [&](Mutation& m) { ASSERT_TRUE(m.DeleteMembership(acct_, user_).ok()); });
  EXPECT_FALSE(view().FindMembership(acct_, user_)->has_value());
  EXPECT_TRUE(view().MembersOf(acct_)->empty());
  EXPECT_TRUE(view().MembershipsOf(user_)->empty());
}

// domain D-7: unique in an account, folding ASCII case only.
TEST_F(Records, GroupIsFoundByNameInAnyAsciiCase) {
  Put(SomeGroup("acct", "group-1", "Operators \xc3\x84"));
  EXPECT_EQ(*view().FindGroupByName(acct_, "oPERATORS \xc3\x84"), GroupId("group-1"));
  EXPECT_EQ(*view().FindGroupByName(acct_, "operators \xc3\xa4"), std::nullopt);
  EXPECT_EQ(*view().FindGroupByName(AccountId("other"), "operators \xc3\x84"), std::nullopt);
  Change(*store_, [&](Mutation& m) {
    EXPECT_EQ(ReasonOf(m.Put(SomeGroup("acct", "group-2", "OPERATORS \xc3\x84"))),
              Reason::kAlreadyExists);
    EXPECT_FALSE(m.touched());
    EXPECT_TRUE(m.Put(SomeGroup("acct2", "group-2", "OPERATORS \xc3\x84")).ok());
  });
  EXPECT_EQ(view().GroupsOfAccount(acct_)->size(), 1u);
}

TEST_F(Records, GroupMayChangeTheCaseOfItsOwnName) {
  AccessGroup group = SomeGroup("acct", "group-1", "ops");
  Put(group);
  group.name = "Ops";
  group.entity_tag = TagNumber(2);
  Put(group);
  EXPECT_EQ(Bytes(view().FindGroup(acct_, group.id)), Encode(group));
  group.name = "Others";
  group.entity_tag = TagNumber(3);
  Put(group);
  EXPECT_EQ(*view().FindGroupByName(acct_, "ops"), std::nullopt);
}

// hazard L21: a name of 400 bytes in an account of 128.
TEST_F(Records, LongestGroupNameFits) {
  const std::string account(128, 'a');
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xf0\x9f\x94\x91";
  Put(SomeGroup(account, std::string(128, 'g'), name));
  EXPECT_EQ(*view().FindGroupByName(AccountId(account), name), GroupId(std::string(128, 'g')));
}

TEST_F(Records, GroupMembersAreFoundFromBothSides) {
  const GroupId group("group-1");
  Put(SomeGroup("acct", "group-1", "ops"));
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.AddGroupMember(acct_, group, user_).ok());
    ASSERT_TRUE(m.AddGroupMember(acct_, group, user_).ok());
  });
  EXPECT_EQ(*view().MembersOfGroup(acct_, group), std::vector<IamId>{user_});
  EXPECT_EQ(*view().GroupsOf(acct_, user_), std::vector<GroupId>{group});
  EXPECT_TRUE(*view().IsInGroup(acct_, group, user_));
  EXPECT_FALSE(*view().IsInGroup(acct_, group, IamId("IBMid-2")));
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.RemoveGroupMember(acct_, group, user_).ok());
    ASSERT_TRUE(m.DeleteGroup(acct_, group).ok());
  });
  EXPECT_TRUE(view().GroupsOf(acct_, user_)->empty());
  EXPECT_FALSE(view().FindGroup(acct_, group)->has_value());
}

TEST_F(Records, PoliciesOfASubjectAreTheActiveOnesInOrderOfSerials) {
  const std::uint64_t first = Serial(), second = Serial(), third = Serial();
  Put(SomePolicy("acct", "z", user_, first));
  Put(SomePolicy("acct", "a", user_, second));
  Put(SomePolicy("acct", "g", GroupId("IBMid-1"), third));
  const auto serials = [&](const PolicySubject& subject) {
    const std::vector<Policy> policies = *view().PoliciesOf(acct_, subject);
    std::vector<std::uint64_t> found;
    for (const Policy& policy : policies) found.push_back(policy.serial);
    return found;
  };
  EXPECT_EQ(serials(user_), (std::vector<std::uint64_t>{first, second}));
  EXPECT_EQ(serials(GroupId("IBMid-1")), std::vector<std::uint64_t>{third});
  // domain P-10
  EXPECT_TRUE(view().PoliciesOf(AccountId("other"), user_)->empty());
  Policy deleted = SomePolicy("acct", "z", user_, first);
  deleted.state = PolicyState::kDeleted;
  deleted.entity_tag = TagNumber(2);
  Put(deleted);
  EXPECT_EQ(serials(user_), std::vector<std::uint64_t>{second});
  EXPECT_EQ(Bytes(view().FindPolicyBySerial(first)), Encode(deleted));
  EXPECT_EQ(view().PoliciesOfAccount(acct_)->size(), 3u);
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.DeletePolicy(acct_, PolicyId("z")).ok());
    ASSERT_TRUE(m.DeletePolicy(acct_, PolicyId("a")).ok());
  });
  EXPECT_TRUE(serials(user_).empty());
  EXPECT_FALSE(view().FindPolicyBySerial(first)->has_value());
}

// domain P-8, hazard C39: an authorization is found by its account, id and serial, never by a
// subject.
TEST_F(Records, AnAuthorizationIsNobodys) {
  Policy policy = SomePolicy("acct", "a", IamId(), Serial());
  policy.type = PolicyType::kAuthorization;
  policy.subject_attributes = {{"iam_id", AttributeOperator::kStringEquals, {"IBMid-1"}}};
  Put(policy);
  for (const PolicySubject& subject : {PolicySubject(user_), PolicySubject(GroupId("IBMid-1")),
                                       PolicySubject(IamId()), PolicySubject(GroupId())}) {
    EXPECT_TRUE(view().PoliciesOf(acct_, subject)->empty());
    EXPECT_TRUE(view().PoliciesWithSubject(acct_, subject)->empty());
  }
  EXPECT_EQ(view().PoliciesOfAccount(acct_)->size(), 1u);
  EXPECT_EQ(Bytes(view().FindPolicyBySerial(policy.serial)), Encode(policy));
}

// A policy that gets another subject leaves the old one.
TEST_F(Records, PolicyFollowsItsSubject) {
  Policy policy = SomePolicy("acct", "a", user_, Serial());
  Put(policy);
  policy.subject = GroupId("group-1");
  policy.entity_tag = TagNumber(2);
  Put(policy);
  EXPECT_TRUE(view().PoliciesOf(acct_, user_)->empty());
  EXPECT_EQ(view().PoliciesOf(acct_, GroupId("group-1"))->size(), 1u);
}

// domain P-2, domain P-7
TEST_F(Records, RoleMeansWhatServiceAndAccountDefine) {
  Put(SomeService("storage"));
  Put(SomeService("search"));
  Put(SomeCustomRole("acct", "crn:role:custom", "storage"));
  const RoleId admin("crn:role:admin"), custom("crn:role:custom");
  EXPECT_EQ(Bytes(view().FindRole(acct_, "storage", admin)), Encode(SomeService("x").roles[1]));
  EXPECT_EQ((*view().FindRole(acct_, "storage", custom))->actions,
            (std::vector<std::string>{"a.audit", "a.read"}));
  EXPECT_EQ((*view().FindRole(acct_, "storage", custom))->kind, RoleKind::kCustom);
  EXPECT_FALSE(view().FindRole(acct_, "search", custom)->has_value());
  EXPECT_FALSE(view().FindRole(AccountId("other"), "storage", custom)->has_value());
  EXPECT_FALSE(view().FindRole(acct_, "storage", RoleId("crn:role:none"))->has_value());
  EXPECT_EQ(*view().ServicesWithRole(acct_, admin),
            (std::vector<std::string>{"search", "storage"}));
  EXPECT_EQ(*view().ServicesWithRole(acct_, custom), std::vector<std::string>{"storage"});
  EXPECT_TRUE(view().ServicesWithRole(AccountId("other"), custom)->empty());
  EXPECT_EQ(*view().ServiceNames(), (std::vector<std::string>{"search", "storage"}));
  EXPECT_EQ(view().CustomRolesOf(acct_)->size(), 1u);
}

TEST_F(Records, PuttingAServiceReplacesAllItsRoles) {
  Service service = SomeService("storage");
  Put(service);
  service.title = "Renamed";
  service.roles = {{RoleId("crn:role:admin"), "Admin", RoleKind::kPlatform, {"z", "a"}},
                   {RoleId("crn:role:new"), "New", RoleKind::kService, {}}};
  Put(service);
  const std::optional<Service> found = *view().FindServiceWithRoles("storage");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->title, "Renamed");
  ASSERT_EQ(found->roles.size(), 2u);
  EXPECT_EQ((*view().FindRole(acct_, "storage", RoleId("crn:role:admin")))->actions,
            (std::vector<std::string>{"a", "z"}));
  EXPECT_TRUE(view().ServicesWithRole(acct_, RoleId("crn:role:reader"))->empty());
  Change(*store_, [&](Mutation& m) { ASSERT_TRUE(m.DeleteService("storage").ok()); });
  EXPECT_FALSE(view().FindService("storage")->has_value());
  EXPECT_TRUE(view().ServicesWithRole(acct_, RoleId("crn:role:new"))->empty());
}

TEST_F(Records, SameCatalogueAgainTouchesNothing) {
  Put(SomeService("storage"));
  const auto m = BeginIn(*store_);
  ASSERT_TRUE(m->Put(SomeService("storage")).ok());
  EXPECT_FALSE(m->touched());
}

TEST_F(Records, ServiceWithARoleTwiceIsRefused) {
  Service service = SomeService("storage");
  service.roles.push_back(service.roles[0]);
  const auto m = BeginIn(*store_);
  EXPECT_EQ(ReasonOf(m->Put(service)), Reason::kMalformed);
}

TEST_F(Records, CustomRoleGoesWhenRemoved) {
  Put(SomeCustomRole("acct", "crn:role:custom", "storage"));
  EXPECT_EQ(Bytes(view().FindCustomRole(acct_, RoleId("crn:role:custom"))),
            Encode(SomeCustomRole("acct", "crn:role:custom", "storage")));
  Change(*store_, [&](Mutation& m) {
    ASSERT_TRUE(m.DeleteCustomRole(acct_, RoleId("crn:role:custom")).ok());
  });
  EXPECT_TRUE(view().CustomRolesOf(acct_)->empty());
}

// hazard L21, hazard C32: ids of any length end in a status.
TEST_F(Records, IdsThatAreTooLongAreMalformed) {
  const std::string long_id(600, 'x');
  EXPECT_EQ(ReasonOf(view().FindAccount(AccountId(long_id)).status()), Reason::kMalformed);
  EXPECT_EQ(ReasonOf(view().KeysOf(AccountId(long_id), user_).status()), Reason::kMalformed);
  EXPECT_EQ(ReasonOf(view().FindRole(acct_, long_id, RoleId("r")).status()), Reason::kMalformed);
}

// The breach of an invariant, by a child that opens the closed store for itself.
class Invariants : public Records {
 protected:
  void Dies(const std::function<void(Mutation&)>& body, const char* message) {
    snapshot_.reset();
    store_.reset();
    EXPECT_DEATH(body(*BeginIn(*OpenStore(options_))), message);
    store_ = OpenStore(options_);
  }
};

// domain K-6: asserted again in the write.
TEST_F(Invariants, TagThatJumpsEndsTheProcess) {
  base::KeyRecord key = SomeKey(1, "acct", "IBMid-1");
  Put(key);
  key.key.entity_tag = TagNumber(3);
  Dies([&](Mutation& m) { (void)m.Put(key); }, "an entity tag stays or grows by one");
  key.key.entity_tag = TagNumber(1);
  key.key.entity_tag.nonce[0] ^= 1;
  Dies([&](Mutation& m) { (void)m.Put(key); }, "an entity tag stays or grows by one");
}

// domain D-2: numbers of identities are never reused.
TEST_F(Invariants, SerialsComeFromTheStoreAndNeverChange) {
  const std::uint64_t serial = Serial();
  Put(SomeUser("IBMid-1", serial));
  Dies([&](Mutation& m) { (void)m.Put(SomeUser("IBMid-2", serial + 1)); },
       "a serial comes from NextSerial");
  EXPECT_EQ(Serial(), serial + 1);
  Dies([&](Mutation& m) { (void)m.Put(SomeUser("IBMid-1", serial + 1)); },
       "a serial never changes");
}

TEST_F(Invariants, RemovingWhatIsNotThereEndsTheProcess) {
  Dies([&](Mutation& m) { (void)m.DeleteMembership(acct_, user_); }, "what is removed is there");
  Dies([&](Mutation& m) { (void)m.RemoveGroupMember(acct_, GroupId("g"), user_); },
       "what is removed is there");
  Dies([&](Mutation& m) { (void)m.AddGroupMember(acct_, GroupId("g"), user_); },
       "a member joins a stored group");
}

// domain K-14, domain L-4
TEST_F(Invariants, HistoryBelongsToAStoredKey) {
  const HistoryEntry entry = SomeHistory(0, KeyCommand::kCreate);
  Dies([&](Mutation& m) { (void)m.AppendHistory(KeyNumber(1), entry, 200); },
       "history belongs to a stored key");
}

}  // namespace
}  // namespace latchkey::store
