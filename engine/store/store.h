// engine/store/store.h: the store of one engine: typed records in one LMDB environment, each sealed
// with a checksum bound to its table and key, every mutation one transaction over all tables.
//
// Typed writes record what they touch themselves, so that no mutator can forget the change feed
// (hazard C88). Nothing here decides who may, or what a command does to a record; nothing reads a
// clock. Records are checked when they are encoded and again when they are decoded.
//
// Tables and keys: engine/store/tables.h. Format: engine/ARCHITECTURE.md.
#ifndef LATCHKEY_ENGINE_STORE_STORE_H_
#define LATCHKEY_ENGINE_STORE_STORE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "engine/base/deadline.h"
#include "engine/base/policy_source.h"
#include "engine/base/records.h"
#include "engine/codec/records.h"
#include "engine/kv/env.h"

namespace latchkey::store {

struct StoreOptions {
  std::string directory;
  kv::OpenMode mode = kv::OpenMode::kOpenOrCreate;
  std::uint64_t map_size_bytes = 0;
  unsigned max_readers = 0;
  bool allow_any_file_system = false;
  // Fixed at creation, compared at every later open.
  std::string token_prefix;
  std::string crn_prefix;
  std::optional<std::array<std::uint8_t, 32>> record_key;
  absl::Time now;  // created_at of a new store
};

class Sealer;   // engine/store/seal.h
struct Source;  // engine/store/typed_table.h
struct IndexEntry;
enum class TableId : std::uint32_t;

// The next step of a walk: false ends it.
template <class Record>
using Visit = std::function<bool(const Record&)>;

// Typed reading of one snapshot. One thread at a time.
// Errors of every function here: kCorrupt (a record fails its checksum or does not decode), and
// what kv reports.
class View : public base::PolicySource {
 public:
  View(const kv::Txn& txn, const Sealer& sealer) : txn_(txn), sealer_(sealer) {}

  // Our own count of committed mutations: monotone, never reused (hazard F3, F8).
  [[nodiscard]] absl::StatusOr<std::uint64_t> Revision();

  [[nodiscard]] absl::StatusOr<std::optional<base::KeyRecord>> FindKey(const KeyId& id);
  [[nodiscard]] absl::StatusOr<std::optional<base::KeyTombstone>> FindTombstone(const KeyId& id);
  [[nodiscard]] absl::StatusOr<std::vector<KeyId>> KeysOf(const AccountId& account,
                                                          const IamId& iam_id);
  // How many these are, by the index alone: no entry is opened.
  [[nodiscard]] absl::StatusOr<std::size_t> CountKeysOf(const AccountId& account,
                                                        const IamId& iam_id);
  // The one classic key of the user in the account [domain K-9].
  [[nodiscard]] absl::StatusOr<std::optional<KeyId>> ClassicKeyOf(const AccountId& account,
                                                                  const IamId& iam_id);
  // Keys of the account in index order (owner, then key id), from after `cursor` ("" = all). The
  // visitor gets each record and the cursor that stands after it.
  [[nodiscard]] absl::Status VisitKeys(
      const AccountId& account, const std::optional<IamId>& owner, std::string_view cursor,
      const std::function<bool(const base::KeyRecord&, const std::string& cursor)>& visit);
  // Ids of live keys and tombstones whose creation or one of whose secrets was made with `maker`.
  [[nodiscard]] absl::StatusOr<std::vector<KeyId>> MadeWith(const KeyId& maker);
  // Keys of the account whose name is exactly this.
  [[nodiscard]] absl::StatusOr<std::vector<KeyId>> KeysNamed(const AccountId& account,
                                                             std::string_view name);
  // Every key of the identity, in all accounts.
  [[nodiscard]] absl::StatusOr<std::vector<KeyId>> KeysOfIdentity(const IamId& iam_id);
  [[nodiscard]] absl::StatusOr<std::vector<HistoryEntry>> HistoryOf(
      const KeyId& id);  // oldest first

  [[nodiscard]] absl::StatusOr<std::optional<Identity>> FindIdentity(const IamId& id) override;
  [[nodiscard]] absl::StatusOr<std::optional<Identity>> FindIdentityBySerial(std::uint64_t serial);
  // Service IDs or profiles of an account, live ones only, in order of their ids.
  [[nodiscard]] absl::StatusOr<std::vector<Identity>> IdentitiesOf(const AccountId& account,
                                                                   IdentityKind kind);
  [[nodiscard]] absl::StatusOr<std::optional<Account>> FindAccount(const AccountId& id) override;
  [[nodiscard]] absl::StatusOr<std::optional<Account>> FindAccountBySerial(std::uint64_t serial);
  [[nodiscard]] absl::StatusOr<std::vector<Account>> AccountsOwnedBy(const IamId& owner);

  [[nodiscard]] absl::StatusOr<std::optional<Membership>> FindMembership(const AccountId& account,
                                                                         const IamId& id) override;
  [[nodiscard]] absl::StatusOr<std::vector<Membership>> MembersOf(const AccountId& account);
  [[nodiscard]] absl::StatusOr<std::vector<Membership>> MembershipsOf(const IamId& id);

  [[nodiscard]] absl::StatusOr<std::optional<AccessGroup>> FindGroup(const AccountId& account,
                                                                     const GroupId& id);
  // By name, ASCII case folded (domain D-7).
  [[nodiscard]] absl::StatusOr<std::optional<GroupId>> FindGroupByName(const AccountId& account,
                                                                       std::string_view name);
  [[nodiscard]] absl::StatusOr<std::vector<AccessGroup>> GroupsOfAccount(const AccountId& account);
  [[nodiscard]] absl::StatusOr<std::vector<IamId>> MembersOfGroup(const AccountId& account,
                                                                  const GroupId& group);
  [[nodiscard]] absl::StatusOr<bool> IsInGroup(const AccountId& account, const GroupId& group,
                                               const IamId& id);
  [[nodiscard]] absl::StatusOr<std::vector<GroupId>> GroupsOf(const AccountId& account,
                                                              const IamId& id) override;

  [[nodiscard]] absl::StatusOr<std::optional<Policy>> FindPolicy(const AccountId& account,
                                                                 const PolicyId& id);
  [[nodiscard]] absl::StatusOr<std::optional<Policy>> FindPolicyBySerial(std::uint64_t serial);
  [[nodiscard]] absl::StatusOr<std::vector<Policy>> PoliciesOf(
      const AccountId& account, const PolicySubject& subject) override;
  // All of the account, deleted ones included, in order of their ids.
  [[nodiscard]] absl::StatusOr<std::vector<Policy>> PoliciesOfAccount(const AccountId& account);
  // Those of them with this subject, deleted ones included. Reads all policies of the account.
  [[nodiscard]] absl::StatusOr<std::vector<Policy>> PoliciesWithSubject(
      const AccountId& account, const PolicySubject& subject);

  [[nodiscard]] absl::StatusOr<std::optional<base::ServiceInfo>> FindService(
      std::string_view service) override;
  [[nodiscard]] absl::StatusOr<std::optional<Service>> FindServiceWithRoles(
      std::string_view service);
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> ServiceNames();
  [[nodiscard]] absl::StatusOr<std::optional<Role>> FindRole(const AccountId& account,
                                                             std::string_view service,
                                                             const RoleId& role) override;
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> ServicesWithRole(
      const AccountId& account, const RoleId& role) override;
  [[nodiscard]] absl::StatusOr<std::optional<CustomRole>> FindCustomRole(const AccountId& account,
                                                                         const RoleId& id);
  [[nodiscard]] absl::StatusOr<std::vector<CustomRole>> CustomRolesOf(const AccountId& account);

  // Of an account that is stored: all of them in order of their ids, proved complete by its digest,
  // or kCorrupt (context_digest.h).
  [[nodiscard]] absl::StatusOr<std::vector<ContextRule>> ContextRulesOf(
      const AccountId& account) override;
  [[nodiscard]] absl::StatusOr<std::vector<NetworkZone>> NetworkZonesOf(
      const AccountId& account) override;
  [[nodiscard]] absl::StatusOr<std::optional<ContextRule>> FindContextRule(const AccountId& account,
                                                                           const ContextRuleId& id);
  [[nodiscard]] absl::StatusOr<std::optional<NetworkZone>> FindNetworkZone(const AccountId& account,
                                                                           const ZoneId& id);

  // Change records with revision > `after`, oldest first (domain C-1).
  [[nodiscard]] absl::Status VisitChanges(std::uint64_t after,
                                          const Visit<base::ChangeRecord>& visit);
  // Lowest revision still in the feed; 0 if the feed is empty.
  [[nodiscard]] absl::StatusOr<std::uint64_t> OldestChange();
  [[nodiscard]] absl::StatusOr<std::optional<codec::RequestOutcome>> FindRequest(
      const RequestId& id);

 protected:
  [[nodiscard]] Source source() const;
  [[nodiscard]] absl::StatusOr<codec::StoreProgress> ReadProgress();

  const kv::Txn& txn_;
  const Sealer& sealer_;

 private:
  friend class Checker;  // engine/store/check.cc
};

// A read snapshot; ends when destroyed.
class Snapshot {
 public:
  Snapshot(kv::ReadTxn txn, const Sealer& sealer);
  Snapshot(Snapshot&&) = delete;
  [[nodiscard]] View& view() { return view_; }
  [[nodiscard]] std::uint64_t txn_id() const { return txn_.id(); }
  // kv::Txn::LastFenced.
  [[nodiscard]] absl::StatusOr<std::uint64_t> LastFenced() const { return txn_.LastFenced(); }

 private:
  kv::ReadTxn txn_;
  View view_;
};

// What Commit records about the whole mutation.
struct ChangeHeader {
  absl::Time at;
  base::ActorStamp actor;
  std::string act;
  std::string account;
  std::string object;
  std::optional<RequestId> request_id;
  std::vector<KeyId> made_with_leaked;
};

// One write transaction. Reads through it see its own writes, except Revision, which moves with the
// commit. Destroyed without Commit: nothing happened. Put replaces the record of the same id and
// keeps every index in step.
//
// Invariants of the caller, whose breach ends the process: what is removed is there; an entity tag
// stays the same or its number grows by one; a serial comes from NextSerial and never changes.
// Errors of every typed write, besides those of View: kAlreadyExists (the name of a group, the id
// of a deleted key), kLimitExceeded (a second classic key of a user), kMalformed (ids too long
// together), kStorageFull, kStorageFailed. After one of the last two nothing can be committed any
// more.
class Mutation : public View {
 public:
  Mutation(kv::WriteTxn txn, const Sealer& sealer);
  Mutation(Mutation&&) = delete;
  ~Mutation() override;

  // The next number for an identity, an account or a policy; from 1, all three share one count.
  [[nodiscard]] absl::StatusOr<std::uint64_t> NextSerial();

  [[nodiscard]] absl::Status Put(const base::KeyRecord& record);
  // Removes record, indexes and history, and keeps the tombstone (domain L-4).
  [[nodiscard]] absl::Status DeleteKey(const KeyId& id, const base::KeyTombstone& tombstone);
  // Appends and keeps at most `limit` entries, the oldest go. A `refused` entry coalesces with the
  // stored refused one of the same caller and command: written less than a minute before, it stays
  // and nothing is written; else its count grows and it moves to the end with the new time (domain
  // K-14). The key must be stored.
  [[nodiscard]] absl::Status AppendHistory(const KeyId& id, const HistoryEntry& entry,
                                           std::uint32_t limit);

  [[nodiscard]] absl::Status Put(const Identity& record);
  [[nodiscard]] absl::Status Put(const Account& record);
  [[nodiscard]] absl::Status Put(const Membership& record);
  [[nodiscard]] absl::Status DeleteMembership(const AccountId& account, const IamId& id);
  [[nodiscard]] absl::Status Put(const AccessGroup& record);
  // After its members.
  [[nodiscard]] absl::Status DeleteGroup(const AccountId& account, const GroupId& id);
  // The group must be stored. Adding one who is in it changes nothing.
  [[nodiscard]] absl::Status AddGroupMember(const AccountId& account, const GroupId& group,
                                            const IamId& id);
  [[nodiscard]] absl::Status RemoveGroupMember(const AccountId& account, const GroupId& group,
                                               const IamId& id);
  [[nodiscard]] absl::Status Put(const Policy& record);
  [[nodiscard]] absl::Status DeletePolicy(const AccountId& account, const PolicyId& id);
  [[nodiscard]] absl::Status Put(const Service& record);  // replaces all its roles
  [[nodiscard]] absl::Status DeleteService(std::string_view service);
  [[nodiscard]] absl::Status Put(const CustomRole& record);
  [[nodiscard]] absl::Status DeleteCustomRole(const AccountId& account, const RoleId& id);
  // The account must be stored. Also kCorrupt if one of the account's rules or zones was lost: no
  // write makes up for it.
  [[nodiscard]] absl::Status Put(const NetworkZone& record);
  [[nodiscard]] absl::Status DeleteNetworkZone(const AccountId& account, const ZoneId& id);
  [[nodiscard]] absl::Status Put(const ContextRule& record);
  [[nodiscard]] absl::Status DeleteContextRule(const AccountId& account, const ContextRuleId& id);

  // Trims the feed to records with revision >= `keep_from`, at most `most` of them a call; returns
  // how many went. Trims request outcomes older than `before` likewise.
  // `most` also bounds how many outcomes are looked at, in order of their revisions.
  [[nodiscard]] absl::StatusOr<std::uint64_t> TrimChanges(std::uint64_t keep_from,
                                                          std::uint64_t most);
  [[nodiscard]] absl::StatusOr<std::uint64_t> TrimRequests(absl::Time before, std::uint64_t most);

  // True if a typed write was made.
  [[nodiscard]] bool touched() const { return !touched_.empty(); }

  // Appends the change record, moves revision and commit nonce, and commits durably. OK: on disk,
  // returns the revision. Whatever it returns, the mutation is over.
  // Errors: kRequestIdUsed (nothing written), kNoEntropy, kStorageFull, kStorageFailed (not made),
  // kCommitUnknown (visible perhaps, durable perhaps: kv reads and writes nothing more in this
  // process, so open the store again and ask FindRequest).
  [[nodiscard]] absl::StatusOr<std::uint64_t> Commit(const ChangeHeader& header);
  // Commits without a change record: internal upkeep that no reader of the feed needs (trims). A
  // typed write in it is an invariant broken: no reader would learn of it (hazard C88).
  [[nodiscard]] absl::Status CommitUpkeep();

 private:
  Mutation(std::unique_ptr<kv::WriteTxn> txn, const Sealer& sealer);

  // mutation_rows.h
  template <class Record>
  [[nodiscard]] absl::Status PutRow(const Record& record);
  template <class Record>
  [[nodiscard]] absl::Status DeleteRow(const absl::StatusOr<std::string>& key);
  void Touch(TableId table, std::string key, std::optional<EntityTag> before,
             std::optional<EntityTag> after, std::optional<std::string> image);

  // Every write goes through these two. The first failure is kept, so that no half of a mutation
  // can be committed.
  [[nodiscard]] absl::Status PutValue(TableId table, std::string_view key, std::string_view record);
  [[nodiscard]] absl::Status DeleteValue(TableId table, std::string_view key);
  // Looks at all entries before it writes the first.
  [[nodiscard]] absl::Status ReplaceIndexes(const std::vector<IndexEntry>& before,
                                            const std::vector<IndexEntry>& after);

  [[nodiscard]] absl::Status PutRoles(std::string_view service, const std::vector<Role>& roles);
  [[nodiscard]] absl::Status PutHistory(const KeyId& id, std::uint64_t sequence,
                                        const HistoryEntry& entry);
  [[nodiscard]] absl::Status CheckSerial(std::uint64_t serial, std::uint64_t stored_serial);
  // Adds the subject of `policy` to what was touched last.
  [[nodiscard]] absl::Status NoteSubject(const Policy& policy);

  // mutation_context.cc
  [[nodiscard]] absl::Status PutDigest(const base::ContextDigest& digest);
  [[nodiscard]] absl::Status BeginDigest(const AccountId& account);
  [[nodiscard]] absl::Status CheckDigest(TableId table, const AccountId& account);
  [[nodiscard]] absl::Status RenewDigest(TableId table, const AccountId& account);

  [[nodiscard]] absl::Status AppendChange(const ChangeHeader& header, std::uint64_t revision);
  [[nodiscard]] absl::Status RecordRequest(const ChangeHeader& header, std::uint64_t revision);
  [[nodiscard]] absl::Status CheckRequestIsNew(const std::optional<RequestId>& id);
  // Change record, request outcome, and progress with a fresh nonce.
  [[nodiscard]] absl::Status WriteCommit(const ChangeHeader& header);
  // What this mutation will leave; written by the commit.
  [[nodiscard]] absl::StatusOr<codec::StoreProgress*> Progress();

  std::unique_ptr<kv::WriteTxn> write_;  // null once it was committed; View refers to it
  std::vector<base::TouchedRecord> touched_;
  std::optional<codec::StoreProgress> progress_;
  absl::Status failed_;
};

class Store {
 public:
  // Creates or opens, checks the header against the options, and returns a store ready for use.
  // Errors: those of kv::Env::Open; kStoreForeign (not latchkey's, or of another format version),
  // kStoreMismatch (names the option), kCorrupt.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);
  ~Store();

  [[nodiscard]] absl::StatusOr<std::unique_ptr<Snapshot>> Read();
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Mutation>> Write(base::Deadline deadline);

  [[nodiscard]] const codec::StoreHeader& header() const { return header_; }
  [[nodiscard]] kv::Env& env() { return *env_; }

 private:
  Store(std::unique_ptr<kv::Env> env, std::unique_ptr<Sealer> sealer, codec::StoreHeader header);
  std::unique_ptr<kv::Env> env_;
  std::unique_ptr<Sealer> sealer_;
  codec::StoreHeader header_;
};

}  // namespace latchkey::store

#endif  // LATCHKEY_ENGINE_STORE_STORE_H_
