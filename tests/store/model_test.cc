// Random sequences of typed writes against a model of plain maps: after each step reads through the
// mutation agree with the model, after each commit or drop the check finds nothing, and reopening
// changes nothing. The seed is in the failure message.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

// Few ids, some of which are prefixes of others or hold separators (hazard C34).
const std::vector<std::string> kAccounts = {"a", "aa", "a|b"};
const std::vector<std::string> kUsers = {"u", "uu", "u|a"};
const std::vector<std::string> kGroups = {"g", "gg"};
const std::vector<std::string> kNames = {"Ops", "oPS", "Dev"};
const std::vector<std::string> kServices = {"s", "ss"};
const std::vector<std::string> kRoles = {"r", "rr", "r:s"};

struct Model {
  std::map<std::uint64_t, base::KeyRecord> keys;
  std::map<std::uint64_t, std::set<KeyId>> tombstones;  // makers
  std::map<std::string, Identity> identities;
  std::map<std::string, Account> accounts;
  std::set<std::pair<std::string, std::string>> memberships;            // account, user
  std::map<std::pair<std::string, std::string>, AccessGroup> groups;    // account, group
  std::set<std::tuple<std::string, std::string, std::string>> members;  // account, group, user
  std::map<std::pair<std::string, std::string>, Policy> policies;       // account, policy
  std::map<std::string, Service> services;
  std::map<std::pair<std::string, std::string>, CustomRole> custom;  // account, role
};

class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed) : random_(seed), options_(OptionsIn(directory_)) {}

  void Steps(int commits) {
    for (int i = 0; i < commits && !::testing::Test::HasFailure(); ++i) {
      if (store_ == nullptr || Chance(8)) Reopen();
      OneMutation();
    }
  }

 private:
  std::uint64_t Below(std::uint64_t n) { return random_() % n; }
  bool Chance(std::uint64_t one_in) { return Below(one_in) == 0; }
  const std::string& Of(const std::vector<std::string>& texts) {
    return texts[Below(texts.size())];
  }

  void Reopen() {
    store_.reset();
    store_ = OpenStore(options_);
  }

  void OneMutation() {
    const Model before = model_;
    {
      const auto m = BeginIn(*store_);
      m_ = m.get();
      for (std::uint64_t i = Below(6); i > 0; --i) Step();
      Compare(*m_);
      if (Chance(4)) {
        model_ = before;
      } else {
        CommitOf(*m, HeaderAt(0));
      }
    }
    Compare(ReadIn(*store_)->view());
    EXPECT_EQ(FaultsOf(*store_), "");
  }

  void Step() {
    switch (Below(11)) {
      case 0:
      case 1:
        return StepKey();
      case 2:
        return StepDeleteKey();
      case 3:
        return StepIdentity();
      case 4:
        return StepAccount();
      case 5:
        return StepMembership();
      case 6:
        return StepGroup();
      case 7:
        return StepMember();
      case 8:
        return StepPolicy();
      case 9:
        return StepService();
      default:
        return StepCustomRole();
    }
  }

  void StepKey() {
    const std::uint64_t number = Below(12);
    base::KeyRecord record = SomeKey(number, Of(kAccounts), Of(kUsers));
    record.key.name = Of(kNames);
    if (Chance(2)) record.made_with.push_back(KeyNumber(Below(6)));
    if (Chance(2)) record.made_with.push_back(KeyNumber(6 + Below(6)));
    const auto old = model_.keys.find(number);
    if (old != model_.keys.end()) {
      record.key.entity_tag = TagNumber(old->second.key.entity_tag.n + 1);
    }
    const absl::Status status = m_->Put(record);
    if (model_.tombstones.contains(number)) {
      EXPECT_EQ(ReasonOf(status), Reason::kAlreadyExists);
      return;
    }
    EXPECT_TRUE(status.ok()) << status;
    model_.keys[number] = record;
  }

  void StepDeleteKey() {
    if (model_.keys.empty() || model_.tombstones.size() > 8) return;
    const auto gone =
        std::next(model_.keys.begin(), static_cast<std::ptrdiff_t>(Below(model_.keys.size())));
    const base::KeyTombstone tombstone = TombstoneOf(gone->second);
    EXPECT_TRUE(m_->DeleteKey(gone->second.key.id, tombstone).ok());
    model_.tombstones[gone->first] = {tombstone.made_with.begin(), tombstone.made_with.end()};
    model_.keys.erase(gone);
  }

  void StepIdentity() {
    const std::string& id = Of(kUsers);
    const auto old = model_.identities.find(id);
    Identity record = SomeServiceId(id, Of(kAccounts), 0);
    record.serial = old == model_.identities.end() ? *m_->NextSerial() : old->second.serial;
    if (old != model_.identities.end()) {
      record.entity_tag = TagNumber(old->second.entity_tag.n + 1);
      if (Chance(2)) record.state = IdentityState::kDeleted;
    }
    EXPECT_TRUE(m_->Put(record).ok());
    model_.identities[id] = record;
  }

  void StepAccount() {
    const std::string& id = Of(kAccounts);
    const auto old = model_.accounts.find(id);
    Account record = SomeAccount(id, Of(kUsers), 0);
    record.serial = old == model_.accounts.end() ? *m_->NextSerial() : old->second.serial;
    if (old != model_.accounts.end()) {
      record.entity_tag = TagNumber(old->second.entity_tag.n + 1);
    }
    EXPECT_TRUE(m_->Put(record).ok());
    model_.accounts[id] = record;
  }

  void StepMembership() {
    const auto id = std::pair(Of(kAccounts), Of(kUsers));
    if (model_.memberships.erase(id) != 0) {
      EXPECT_TRUE(m_->DeleteMembership(AccountId(id.first), IamId(id.second)).ok());
      return;
    }
    EXPECT_TRUE(m_->Put(SomeMembership(id.first, id.second)).ok());
    model_.memberships.insert(id);
  }

  static std::string Folded(std::string name) {
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return name;
  }

  void StepGroup() {
    const auto id = std::pair(Of(kAccounts), Of(kGroups));
    const auto old = model_.groups.find(id);
    if (old != model_.groups.end() && Chance(2)) {
      for (const std::string& user : kUsers) {
        if (model_.members.erase({id.first, id.second, user}) == 0) continue;
        EXPECT_TRUE(
            m_->RemoveGroupMember(AccountId(id.first), GroupId(id.second), IamId(user)).ok());
      }
      EXPECT_TRUE(m_->DeleteGroup(AccountId(id.first), GroupId(id.second)).ok());
      model_.groups.erase(old);
      return;
    }
    AccessGroup record = SomeGroup(id.first, id.second, Of(kNames));
    if (old != model_.groups.end()) record.entity_tag = TagNumber(old->second.entity_tag.n + 1);
    const bool taken = std::any_of(model_.groups.begin(), model_.groups.end(), [&](const auto& g) {
      return g.first != id && g.first.first == id.first &&
             Folded(g.second.name) == Folded(record.name);
    });
    const absl::Status status = m_->Put(record);
    EXPECT_EQ(ReasonOf(status), taken ? Reason::kAlreadyExists : Reason::kNone);
    if (!taken) model_.groups[id] = record;
  }

  void StepMember() {
    const std::tuple id{Of(kAccounts), Of(kGroups), Of(kUsers)};
    const auto& [account, group, user] = id;
    if (!model_.groups.contains({account, group})) return;
    if (model_.members.erase(id) != 0) {
      EXPECT_TRUE(m_->RemoveGroupMember(AccountId(account), GroupId(group), IamId(user)).ok());
      return;
    }
    EXPECT_TRUE(m_->AddGroupMember(AccountId(account), GroupId(group), IamId(user)).ok());
    model_.members.insert(id);
  }

  void StepPolicy() {
    const auto id = std::pair(Of(kAccounts), absl::StrCat("p", Below(3)));
    const auto old = model_.policies.find(id);
    if (old != model_.policies.end() && Chance(3)) {
      EXPECT_TRUE(m_->DeletePolicy(AccountId(id.first), PolicyId(id.second)).ok());
      model_.policies.erase(old);
      return;
    }
    PolicySubject subject = IamId(Of(kUsers));
    if (Chance(2)) subject = GroupId(Of(kUsers));
    Policy record = SomePolicy(id.first, id.second, subject, 0);
    record.serial = old == model_.policies.end() ? *m_->NextSerial() : old->second.serial;
    if (old != model_.policies.end()) {
      record.entity_tag = TagNumber(old->second.entity_tag.n + 1);
    }
    if (Chance(3)) record.state = PolicyState::kDeleted;
    if (Chance(4)) {
      record.type = PolicyType::kAuthorization;
      record.subject = IamId();
      record.subject_attributes = {{"iam_id", AttributeOperator::kStringEquals, {Of(kUsers)}}};
    }
    EXPECT_TRUE(m_->Put(record).ok());
    model_.policies[id] = record;
  }

  void StepService() {
    const std::string& name = Of(kServices);
    if (model_.services.contains(name) && Chance(3)) {
      EXPECT_TRUE(m_->DeleteService(name).ok());
      model_.services.erase(name);
      return;
    }
    Service service = SomeService(name);
    service.roles.clear();
    for (const std::string& role : kRoles) {
      if (!Chance(2)) continue;
      service.roles.push_back({RoleId(role), "Role", RoleKind::kService, {"a", "b"}});
      service.roles.back().actions.resize(1 + Below(2));
    }
    EXPECT_TRUE(m_->Put(service).ok());
    model_.services[name] = service;
  }

  void StepCustomRole() {
    const auto id = std::pair(Of(kAccounts), Of(kRoles));
    const auto old = model_.custom.find(id);
    if (old != model_.custom.end()) {
      EXPECT_TRUE(m_->DeleteCustomRole(AccountId(id.first), RoleId(id.second)).ok());
      model_.custom.erase(old);
      return;
    }
    const CustomRole record = SomeCustomRole(id.first, id.second, Of(kServices));
    EXPECT_TRUE(m_->Put(record).ok());
    model_.custom[id] = record;
  }

  void Compare(View& view) {
    CompareKeys(view);
    CompareDirectory(view);
    CompareGroups(view);
    ComparePolicies(view);
    CompareRoles(view);
  }

  static std::set<KeyId> SetOf(const std::vector<KeyId>& ids) { return {ids.begin(), ids.end()}; }

  // Ids of the model's keys for which `holds`.
  template <class Holds>
  std::set<KeyId> KeysWhere(Holds holds) {
    std::set<KeyId> ids;
    for (const auto& [number, record] : model_.keys) {
      if (holds(record)) ids.insert(record.key.id);
    }
    return ids;
  }

  void CompareKeys(View& view) {
    for (std::uint64_t number = 0; number < 12; ++number) {
      const auto found = *view.FindKey(KeyNumber(number));
      const auto expected = model_.keys.find(number);
      ASSERT_EQ(found.has_value(), expected != model_.keys.end());
      if (found) {
        ASSERT_EQ(codec::Encode(*found), codec::Encode(expected->second));
      }
      ASSERT_EQ(view.FindTombstone(KeyNumber(number))->has_value(),
                model_.tombstones.contains(number));
      std::set<KeyId> made = KeysWhere([&](const base::KeyRecord& r) {
        return std::ranges::count(r.made_with, KeyNumber(number)) > 0;
      });
      for (const auto& [gone, makers] : model_.tombstones) {
        if (makers.contains(KeyNumber(number))) made.insert(KeyNumber(gone));
      }
      ASSERT_EQ(SetOf(*view.MadeWith(KeyNumber(number))), made);
    }
    for (const std::string& user : kUsers) {
      ASSERT_EQ(SetOf(*view.KeysOfIdentity(IamId(user))),
                KeysWhere([&](const auto& r) { return r.key.iam_id.text() == user; }));
      for (const std::string& account : kAccounts) {
        ASSERT_EQ(SetOf(*view.KeysOf(AccountId(account), IamId(user))),
                  KeysWhere([&](const auto& r) {
                    return r.key.iam_id.text() == user && r.key.account_id.text() == account;
                  }));
      }
    }
    for (const std::string& account : kAccounts) {
      for (const std::string& name : kNames) {
        ASSERT_EQ(SetOf(*view.KeysNamed(AccountId(account), name)), KeysWhere([&](const auto& r) {
                    return r.key.account_id.text() == account && r.key.name == name;
                  }));
      }
    }
  }

  void CompareDirectory(View& view) {
    for (const auto& [id, record] : model_.identities) {
      ASSERT_EQ(codec::Encode(**view.FindIdentityBySerial(record.serial)), codec::Encode(record));
      ASSERT_EQ(codec::Encode(**view.FindIdentity(IamId(id))), codec::Encode(record));
    }
    for (const auto& [id, record] : model_.accounts) {
      ASSERT_EQ(codec::Encode(**view.FindAccountBySerial(record.serial)), codec::Encode(record));
    }
    for (const std::string& account : kAccounts) {
      const auto live =
          std::count_if(model_.identities.begin(), model_.identities.end(), [&](const auto& entry) {
            return entry.second.account.text() == account &&
                   entry.second.state == IdentityState::kActive;
          });
      ASSERT_EQ(std::ssize(*view.IdentitiesOf(AccountId(account), IdentityKind::kServiceId)), live);
      std::size_t members = 0;
      for (const std::string& user : kUsers) {
        const bool is_member = model_.memberships.contains({account, user});
        members += is_member ? 1u : 0u;
        ASSERT_EQ(view.FindMembership(AccountId(account), IamId(user))->has_value(), is_member);
      }
      ASSERT_EQ(view.MembersOf(AccountId(account))->size(), members);
    }
    for (const std::string& user : kUsers) {
      std::size_t owned = 0, joined = 0;
      for (const auto& [id, record] : model_.accounts)
        owned += record.owner.text() == user ? 1u : 0u;
      for (const auto& id : model_.memberships) joined += id.second == user ? 1u : 0u;
      ASSERT_EQ(view.AccountsOwnedBy(IamId(user))->size(), owned);
      ASSERT_EQ(view.MembershipsOf(IamId(user))->size(), joined);
    }
  }

  void CompareGroups(View& view) {
    for (const std::string& account : kAccounts) {
      std::map<std::string, GroupId> names;
      std::size_t count = 0;
      for (const auto& [id, record] : model_.groups) {
        if (id.first != account) continue;
        names[Folded(record.name)] = record.id;
        ++count;
      }
      ASSERT_EQ(view.GroupsOfAccount(AccountId(account))->size(), count);
      for (const std::string& name : kNames) {
        const auto found = *view.FindGroupByName(AccountId(account), name);
        const auto expected = names.find(Folded(name));
        ASSERT_EQ(found.has_value(), expected != names.end());
        if (found) {
          ASSERT_EQ(*found, expected->second);
        }
      }
      for (const std::string& user : kUsers) {
        std::set<GroupId> expected;
        for (const auto& [a, g, u] : model_.members) {
          if (a == account && u == user) expected.insert(GroupId(g));
        }
        const std::vector<GroupId> found = *view.GroupsOf(AccountId(account), IamId(user));
        ASSERT_EQ(std::set<GroupId>(found.begin(), found.end()), expected);
      }
      for (const std::string& group : kGroups) {
        std::size_t members = 0;
        for (const auto& [a, g, u] : model_.members)
          members += a == account && g == group ? 1u : 0u;
        ASSERT_EQ(view.MembersOfGroup(AccountId(account), GroupId(group))->size(), members);
      }
    }
  }

  void ComparePolicies(View& view) {
    for (const std::string& account : kAccounts) {
      for (const std::string& user : kUsers) {
        for (const PolicySubject& subject :
             {PolicySubject(IamId(user)), PolicySubject(GroupId(user))}) {
          std::set<std::uint64_t> expected;
          for (const auto& [id, policy] : model_.policies) {
            if (id.first == account && policy.subject == subject &&
                policy.state == PolicyState::kActive) {
              expected.insert(policy.serial);
            }
          }
          const std::vector<Policy> found = *view.PoliciesOf(AccountId(account), subject);
          std::vector<std::uint64_t> serials;
          for (const Policy& policy : found) serials.push_back(policy.serial);
          ASSERT_EQ(serials, std::vector<std::uint64_t>(expected.begin(), expected.end()));
        }
      }
    }
    for (const auto& [id, policy] : model_.policies) {
      ASSERT_EQ(codec::Encode(**view.FindPolicyBySerial(policy.serial)), codec::Encode(policy));
    }
  }

  void CompareRoles(View& view) {
    for (const std::string& role : kRoles) {
      for (const std::string& account : kAccounts) {
        std::set<std::string> expected;
        for (const auto& [name, service] : model_.services) {
          for (const Role& r : service.roles) {
            if (r.id.text() == role) expected.insert(name);
          }
        }
        const auto custom = model_.custom.find({account, role});
        if (custom != model_.custom.end()) expected.insert(custom->second.service);
        const auto found = *view.ServicesWithRole(AccountId(account), RoleId(role));
        ASSERT_EQ(std::set<std::string>(found.begin(), found.end()), expected);
        ASSERT_EQ(found.size(), expected.size());
        for (const std::string& service : kServices) {
          ASSERT_EQ(view.FindRole(AccountId(account), service, RoleId(role))->has_value(),
                    expected.contains(service));
        }
      }
    }
  }

  std::mt19937_64 random_;
  Directory directory_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  Mutation* m_ = nullptr;
  Model model_;
};

// hazard C34, hazard C85, hazard C88
TEST(Model, AgreesWithTheStoreAfterRandomMutations) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomRun(seed).Steps(60);
  }
}

}  // namespace
}  // namespace latchkey::store
