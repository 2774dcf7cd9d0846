#include "store/world.h"

#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

#include "engine/base/invariant.h"
#include "engine/base/text.h"

namespace latchkey::store {
namespace {

template <class T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) ADD_FAILURE() << result.status();
  LATCHKEY_INVARIANT(result.ok(), "this call of a test cannot fail");
  return *std::move(result);
}

void Must(const absl::Status& status) {
  if (!status.ok()) ADD_FAILURE() << status;
  LATCHKEY_INVARIANT(status.ok(), "this call of a test cannot fail");
}

kv::EnvOptions RawOptions(const StoreOptions& options) {
  kv::EnvOptions raw;
  raw.directory = options.directory;
  raw.mode = kv::OpenMode::kMustExist;
  raw.map_size_bytes = options.map_size_bytes;
  raw.allow_any_file_system = true;
  for (const TableRow& table : kTables) raw.tables.emplace_back(table.name);
  return raw;
}

std::array<std::uint8_t, 16> BytesOfNumber(std::uint64_t number) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return bytes;
}

}  // namespace

Directory::Directory() {
  std::string pattern = ::testing::TempDir() + "latchkey-store-XXXXXX";
  LATCHKEY_INVARIANT(mkdtemp(pattern.data()) != nullptr, "a directory for the test");
  path_ = pattern;
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

RecordKey TestRecordKey() {
  RecordKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return key;
}

StoreOptions OptionsIn(const Directory& directory) {
  StoreOptions options;
  options.directory = directory.path() + "/store";
  options.map_size_bytes = std::uint64_t{64} << 20;
  options.allow_any_file_system = true;
  options.token_prefix = "lk";
  options.crn_prefix = "crn:v1:test";
  options.now = At(0);
  return options;
}

StoreOptions KeyedOptionsIn(const Directory& directory) {
  StoreOptions options = OptionsIn(directory);
  options.record_key = TestRecordKey();
  return options;
}

std::unique_ptr<Store> OpenStore(const StoreOptions& options) { return Must(Store::Open(options)); }

std::unique_ptr<Mutation> BeginIn(Store& store) {
  return Must(store.Write(base::Deadline::After(absl::Seconds(60))));
}

std::unique_ptr<Snapshot> ReadIn(Store& store) { return Must(store.Read()); }

std::uint64_t CommitOf(Mutation& mutation, const ChangeHeader& header) {
  return Must(mutation.Commit(header));
}

std::uint64_t Change(Store& store, const std::function<void(Mutation&)>& body) {
  const std::unique_ptr<Mutation> mutation = BeginIn(store);
  body(*mutation);
  return CommitOf(*mutation, HeaderAt(0));
}

std::string FaultsOf(Store& store) {
  const std::unique_ptr<Snapshot> snapshot = ReadIn(store);
  const CheckReport report = Must(CheckStore(snapshot->view()));
  std::string text;
  for (const Fault& fault : report.faults) {
    absl::StrAppend(&text, base::ToAbsl(fault.table), " [", fault.id, "] ",
                    base::ToAbsl(fault.what), "\n");
  }
  return text;
}

ChangeHeader HeaderAt(std::int64_t second) {
  ChangeHeader header;
  header.at = At(second);
  header.actor.kind = Caller::Kind::kTrustedHost;
  header.act = "test.change";
  return header;
}

absl::Time At(std::int64_t second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

std::vector<RawEntry> RawEntries(const StoreOptions& options) {
  const std::unique_ptr<kv::Env> env = Must(kv::Env::Open(RawOptions(options)));
  const kv::ReadTxn txn = Must(env->BeginRead());
  std::vector<RawEntry> entries;
  for (std::uint32_t i = 0; i < kTables.size(); ++i) {
    kv::Cursor cursor = Must(txn.OpenCursor(static_cast<kv::Table>(i)));
    for (auto entry = Must(cursor.Seek("")); entry; entry = Must(cursor.Next())) {
      entries.push_back(
          {static_cast<TableId>(i), std::string(entry->key), std::string(entry->value)});
    }
  }
  return entries;
}

void EditRaw(const StoreOptions& options, const std::function<void(kv::WriteTxn&)>& edit) {
  const std::unique_ptr<kv::Env> env = Must(kv::Env::Open(RawOptions(options)));
  kv::WriteTxn txn = Must(env->BeginWrite(base::Deadline::After(absl::Seconds(60))));
  edit(txn);
  Must(std::move(txn).Commit());
}

KeyId KeyNumber(std::uint64_t number) { return KeyId(BytesOfNumber(number + 1)); }

EntityTag TagNumber(std::uint64_t n) { return {.n = n, .nonce = BytesOfNumber(n)}; }

base::KeyRecord SomeKey(std::uint64_t number, std::string_view account, std::string_view iam_id) {
  base::KeyRecord record;
  record.key.id = KeyNumber(number);
  record.key.entity_tag = TagNumber(1);
  record.key.crn = absl::StrCat("crn:v1:test:", number);
  record.key.account_id = AccountId(account);
  record.key.iam_id = IamId(iam_id);
  record.key.name = absl::StrCat("key ", number);
  record.key.created_at = At(0);
  record.key.created_by = IamId(iam_id);
  record.key.modified_at = At(0);
  record.last_secret_number = 1;
  base::SecretRecord secret;
  secret.info.number = 1;
  secret.info.created_at = At(0);
  secret.info.made_by = IamId(iam_id);
  secret.verifier.memory_kib = 8;
  secret.verifier.passes = 1;
  secret.verifier.salt.fill(0x5a);
  secret.verifier.hash.fill(0xa5);
  record.secrets.push_back(secret);
  return record;
}

base::KeyTombstone TombstoneOf(const base::KeyRecord& record) {
  base::KeyTombstone tombstone;
  tombstone.id = record.key.id;
  tombstone.account = record.key.account_id;
  tombstone.iam_id = record.key.iam_id;
  tombstone.made_with = record.made_with;
  tombstone.deleted_at = At(1);
  return tombstone;
}

HistoryEntry SomeHistory(std::int64_t second, KeyCommand command) {
  HistoryEntry entry;
  entry.at = At(second);
  entry.by = IamId("IBMid-1");
  entry.command = command;
  entry.fields = {"name"};
  return entry;
}

HistoryEntry SomeRefusal(std::int64_t second, std::string_view by) {
  HistoryEntry entry = SomeHistory(second, KeyCommand::kDelete);
  entry.by = IamId(by);
  entry.refused = true;
  entry.fields.clear();
  return entry;
}

Identity SomeUser(std::string_view id, std::uint64_t serial) {
  Identity identity;
  identity.id = IamId(id);
  identity.serial = serial;
  identity.name = "some user";
  identity.created_at = At(0);
  identity.entity_tag = TagNumber(1);
  return identity;
}

Identity SomeServiceId(std::string_view id, std::string_view account, std::uint64_t serial) {
  Identity identity = SomeUser(id, serial);
  identity.kind = IdentityKind::kServiceId;
  identity.account = AccountId(account);
  return identity;
}

Account SomeAccount(std::string_view id, std::string_view owner, std::uint64_t serial) {
  Account account;
  account.id = AccountId(id);
  account.serial = serial;
  account.name = "some account";
  account.owner = IamId(owner);
  account.created_at = At(0);
  account.entity_tag = TagNumber(1);
  return account;
}

Membership SomeMembership(std::string_view account, std::string_view iam_id) {
  Membership membership;
  membership.account = AccountId(account);
  membership.iam_id = IamId(iam_id);
  membership.state = MemberState::kActive;
  membership.created_at = At(0);
  membership.entity_tag = TagNumber(1);
  return membership;
}

AccessGroup SomeGroup(std::string_view account, std::string_view id, std::string_view name) {
  AccessGroup group;
  group.id = GroupId(id);
  group.account = AccountId(account);
  group.name = std::string(name);
  group.created_at = At(0);
  group.entity_tag = TagNumber(1);
  return group;
}

Policy SomePolicy(std::string_view account, std::string_view id, const PolicySubject& subject,
                  std::uint64_t serial) {
  Policy policy;
  policy.id = PolicyId(id);
  policy.serial = serial;
  policy.account = AccountId(account);
  policy.subject = subject;
  policy.roles = {RoleId("crn:role:reader")};
  policy.resource = {{"accountId", AttributeOperator::kStringEquals, {std::string(account)}},
                     {"serviceName", AttributeOperator::kStringEquals, {"storage"}}};
  policy.created_at = At(0);
  policy.modified_at = At(0);
  policy.entity_tag = TagNumber(1);
  return policy;
}

Service SomeService(std::string_view name) {
  Service service;
  service.name = std::string(name);
  service.title = "Some Service";
  service.group = "IAM";
  service.roles = {{RoleId("crn:role:reader"), "Reader", RoleKind::kService, {"a.read"}},
                   {RoleId("crn:role:admin"), "Admin", RoleKind::kPlatform, {"a.read", "a.write"}}};
  return service;
}

CustomRole SomeCustomRole(std::string_view account, std::string_view id, std::string_view service) {
  CustomRole role;
  role.id = RoleId(id);
  role.account = AccountId(account);
  role.service = std::string(service);
  role.name = "Auditor";
  role.title = "The auditor";
  role.actions = {"a.audit", "a.read"};
  role.created_at = At(0);
  role.entity_tag = TagNumber(1);
  return role;
}

NetworkZone SomeZone(std::string_view account, std::string_view id) {
  NetworkZone zone;
  zone.id = ZoneId(id);
  zone.account = AccountId(account);
  zone.name = "Office";
  zone.addresses = {*AddressRange::Parse("10.0.0.0/8")};
  zone.created_at = At(0);
  zone.modified_at = At(0);
  zone.entity_tag = TagNumber(1);
  return zone;
}

ContextRule SomeContextRule(std::string_view account, std::string_view id, std::string_view zone) {
  ContextRule rule;
  rule.id = ContextRuleId(id);
  rule.account = AccountId(account);
  rule.resource = {{"accountId", AttributeOperator::kStringEquals, {std::string(account)}},
                   {"serviceName", AttributeOperator::kStringEquals, {"storage"}}};
  rule.contexts = {{{ZoneId(zone)}}};
  rule.created_at = At(0);
  rule.modified_at = At(0);
  rule.entity_tag = TagNumber(1);
  return rule;
}

void FillEveryTable(Store& store) {
  const std::unique_ptr<Mutation> m = BeginIn(store);
  const auto serial = [&] { return Must(m->NextSerial()); };
  Must(m->Put(SomeUser("IBMid-1", serial())));
  Must(m->Put(SomeServiceId("iam-ServiceId-1", "acct", serial())));
  Must(m->Put(SomeAccount("acct", "IBMid-1", serial())));
  Must(m->Put(SomeMembership("acct", "IBMid-1")));
  Must(m->Put(SomeGroup("acct", "group-1", "Operators")));
  Must(m->AddGroupMember(AccountId("acct"), GroupId("group-1"), IamId("IBMid-1")));
  Must(m->Put(SomePolicy("acct", "policy-1", IamId("IBMid-1"), serial())));
  Must(m->Put(SomePolicy("acct", "policy-2", GroupId("group-1"), serial())));
  Must(m->Put(SomeService("storage")));
  Must(m->Put(SomeCustomRole("acct", "crn:role:custom", "storage")));
  Must(m->Put(SomeZone("acct", "zone-1")));
  Must(m->Put(SomeContextRule("acct", "rule-1", "zone-1")));
  Must(m->Put(SomeKey(1, "acct", "IBMid-1")));
  base::KeyRecord made = SomeKey(2, "acct", "IBMid-1");
  made.made_with = {KeyNumber(1)};
  Must(m->Put(made));
  base::KeyRecord classic = SomeKey(4, "acct", "IBMid-1");
  classic.key.kind = KeyKind::kClassic;
  Must(m->Put(classic));
  base::KeyRecord gone = SomeKey(3, "acct", "IBMid-1");
  gone.made_with = {KeyNumber(2)};
  Must(m->Put(gone));
  Must(m->AppendHistory(KeyNumber(1), SomeHistory(0, KeyCommand::kCreate), 200));
  Must(m->DeleteKey(KeyNumber(3), TombstoneOf(gone)));
  ChangeHeader header = HeaderAt(0);
  header.request_id = RequestId{KeyNumber(9).bytes()};
  CommitOf(*m, header);
}

}  // namespace latchkey::store
