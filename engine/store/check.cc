#include "engine/store/check.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "engine/base/error.h"
#include "engine/store/context_digest.h"
#include "engine/store/rows.h"
#include "engine/store/seal.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {

class Checker {
 public:
  explicit Checker(View& view) : source_(view.source()), view_(view) {}

  absl::StatusOr<CheckReport> Run();

 private:
  using Parts = std::vector<KeyPart>;
  using EntryCheck = std::function<absl::Status(std::string_view key, const Parts& parts,
                                                std::string_view record)>;
  // From an index entry to the key of the record that it belongs to.
  using Target = std::function<KeyOr(const Parts& parts, std::string_view value)>;

  // Calls `check` for each entry whose seal and key are in order.
  absl::Status Walk(TableId table, const EntryCheck& check);

  template <class Record>
  absl::Status CheckRecords(const std::function<absl::Status(const Record&)>& more = {});
  template <class Record>
  absl::Status CheckIndex(TableId table, const Target& target);
  template <class Record>
  absl::StatusOr<bool> IsIndexedAs(const KeyOr& key, const IndexEntry& entry);
  template <class Record>
  bool Decodes(TableId table, std::string_view key, std::string_view record, Record& out);

  absl::Status CheckMeta();
  absl::Status CheckKeys();
  absl::Status CheckDirectory();
  absl::Status CheckGroupMembers();
  absl::Status CheckPolicies();
  absl::Status CheckRoles();
  absl::Status CheckContext();
  absl::Status CheckHistory();
  absl::Status CheckFeed();
  absl::Status CheckRequests();

  // A fault of `key` unless `there` holds the entry with this value.
  absl::Status Expect(TableId table, std::string_view key, const KeyOr& there_key, TableId there,
                      std::string_view value, std::string_view what);
  absl::Status Expect(TableId table, std::string_view key, const KeyOr& there_key, TableId there,
                      std::string_view what);
  // The value there, unsealed; a seal that does not hold is reported where it lies, and here
  // absent.
  absl::StatusOr<std::optional<std::string>> Look(TableId table, const KeyOr& key);
  void CheckSerial(TableId table, std::string_view key, std::uint64_t serial);
  void Report(TableId table, std::string_view key, std::string_view what);

  const Source source_;
  View& view_;
  std::uint64_t revision_ = 0;
  std::uint64_t last_serial_ = 0;
  CheckReport report_;
};

namespace {

constexpr std::string_view kBadSeal = "fails its checksum";
constexpr std::string_view kBadKey = "a key that is not of its form";
constexpr std::string_view kBadRecord = "does not decode";
constexpr std::string_view kMisplaced = "lies under the id of another";
constexpr std::string_view kNoIndex = "has no entry in an index";
constexpr std::string_view kStray = "an index entry that belongs to no record";

bool IsCorrupt(const absl::Status& status) { return ReasonOf(status) == Reason::kCorrupt; }

// Target of an index whose value is the record's own key.
KeyOr ByValue(const std::vector<KeyPart>&, std::string_view value) { return std::string(value); }

const std::string& TextAt(const std::vector<KeyPart>& parts, std::size_t i) {
  return std::get<std::string>(parts[i]);
}

// Target of an index with the record's one text id, or key id, as its last part.
KeyOr ByLastText(const std::vector<KeyPart>& parts, std::string_view) {
  return JoinKey(std::string_view(std::get<std::string>(parts.back())));
}
KeyOr ByLastKey(const std::vector<KeyPart>& parts, std::string_view) {
  return JoinKey(std::get<KeyBytes>(parts.back()));
}

}  // namespace

void Checker::Report(TableId table, std::string_view key, std::string_view what) {
  ++report_.fault_count;
  if (report_.faults.size() >= kFaultsMax) return;
  report_.faults.push_back({NameOf(table), DescribeKey(table, key), what});
}

absl::StatusOr<std::optional<std::string>> Checker::Look(TableId table, const KeyOr& key) {
  if (!key.ok()) return std::nullopt;
  absl::StatusOr<std::optional<std::string>> found = FindBytes(source_, table, *key);
  if (!found.ok() && IsCorrupt(found.status())) return std::nullopt;
  return found;
}

absl::Status Checker::Expect(TableId table, std::string_view key, const KeyOr& there_key,
                             TableId there, std::string_view value, std::string_view what) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> found, Look(there, there_key));
  if (found != value) Report(table, key, what);
  return absl::OkStatus();
}

absl::Status Checker::Expect(TableId table, std::string_view key, const KeyOr& there_key,
                             TableId there, std::string_view what) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> found, Look(there, there_key));
  if (!found) Report(table, key, what);
  return absl::OkStatus();
}

absl::Status Checker::Walk(TableId table, const EntryCheck& check) {
  return ScanPrefix(source_, table, "", "",
                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                      ++report_.entry_count;
                      const auto record = source_.sealer.Open(table, key, value);
                      const std::optional<Parts> parts = ParseKey(table, key);
                      if (!record.ok()) {
                        Report(table, key, kBadSeal);
                      } else if (!parts) {
                        Report(table, key, kBadKey);
                      } else {
                        LATCHKEY_RETURN_IF_ERROR(check(key, *parts, *record));
                      }
                      return true;
                    });
}

template <class Record>
bool Checker::Decodes(TableId table, std::string_view key, std::string_view record, Record& out) {
  if (codec::Decode(record, out).ok()) return true;
  Report(table, key, kBadRecord);
  return false;
}

template <class Record>
absl::Status Checker::CheckRecords(const std::function<absl::Status(const Record&)>& more) {
  constexpr TableId kTable = Row<Record>::kTable;
  return Walk(kTable, [&](std::string_view key, const Parts&, std::string_view bytes) {
    Record record;
    if (!Decodes(kTable, key, bytes, record)) return absl::OkStatus();
    if (Row<Record>::Key(record) != KeyOr(std::string(key))) {
      Report(kTable, key, kMisplaced);
      return absl::OkStatus();
    }
    LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IndexEntry> indexes, IndexesOf(record));
    for (const IndexEntry& entry : indexes) {
      absl::Status status = Expect(kTable, key, entry.key, entry.table, entry.value, kNoIndex);
      if (!status.ok()) return status;
    }
    return more ? more(record) : absl::OkStatus();
  });
}

template <class Record>
absl::StatusOr<bool> Checker::IsIndexedAs(const KeyOr& key, const IndexEntry& entry) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, Look(Row<Record>::kTable, key));
  Record record;
  if (!bytes || !codec::Decode(*bytes, record).ok()) return false;
  LATCHKEY_ASSIGN_OR_RETURN(const std::vector<IndexEntry> indexes, IndexesOf(record));
  return std::find(indexes.begin(), indexes.end(), entry) != indexes.end();
}

template <class Record>
absl::Status Checker::CheckIndex(TableId table, const Target& target) {
  return Walk(
      table, [&](std::string_view key, const Parts& parts, std::string_view value) -> absl::Status {
        const IndexEntry entry{table, std::string(key), std::string(value)};
        LATCHKEY_ASSIGN_OR_RETURN(const bool belongs,
                                  IsIndexedAs<Record>(target(parts, value), entry));
        if (!belongs) Report(table, key, kStray);
        return absl::OkStatus();
      });
}

void Checker::CheckSerial(TableId table, std::string_view key, std::uint64_t serial) {
  if (serial > last_serial_) Report(table, key, "a serial that was never given out");
}

// Opening the store has checked header and key check already.
absl::Status Checker::CheckMeta() {
  const absl::StatusOr<codec::StoreProgress> progress = view_.ReadProgress();
  if (progress.ok()) {
    revision_ = progress->revision;
    last_serial_ = progress->last_serial;
    return absl::OkStatus();
  }
  if (!IsCorrupt(progress.status())) return progress.status();
  Report(TableId::kMeta, "", "the progress record cannot be read");
  return absl::OkStatus();
}

absl::Status Checker::CheckKeys() {
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<base::KeyRecord>([&](const base::KeyRecord& record) {
    if (record.key.state == KeyState::kDeleted) {
      Report(TableId::kKeys, *KeyIn<TableId::kKeys>(record.key.id), "is deleted and still stored");
    }
    return absl::OkStatus();
  }));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRecords<base::KeyTombstone>([&](const base::KeyTombstone& tombstone) -> absl::Status {
        const std::string key = *KeyIn<TableId::kKeys>(tombstone.id);
        LATCHKEY_ASSIGN_OR_RETURN(const std::optional<kv::Bytes> live,
                                  source_.txn.Get(HandleOf(TableId::kKeys), key));
        if (live) Report(TableId::kKeyTombstones, key, "the key itself is stored too");
        return absl::OkStatus();
      }));
  for (const TableId index :
       {TableId::kKeysByOwner, TableId::kKeysByIdentity, TableId::kKeysByName}) {
    LATCHKEY_RETURN_IF_ERROR(CheckIndex<base::KeyRecord>(index, ByLastKey));
  }
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<base::KeyRecord>(TableId::kClassicKeysByOwner, ByValue));
  // An entry by maker belongs to a key, or to what stayed of it.
  return Walk(
      TableId::kKeysByMaker,
      [&](std::string_view key, const Parts& parts, std::string_view value) -> absl::Status {
        const IndexEntry entry{TableId::kKeysByMaker, std::string(key), std::string(value)};
        const KeyOr made = ByLastKey(parts, value);
        LATCHKEY_ASSIGN_OR_RETURN(const bool of_key, IsIndexedAs<base::KeyRecord>(made, entry));
        LATCHKEY_ASSIGN_OR_RETURN(const bool of_tombstone,
                                  IsIndexedAs<base::KeyTombstone>(made, entry));
        if (!of_key && !of_tombstone) Report(TableId::kKeysByMaker, key, kStray);
        return absl::OkStatus();
      });
}

absl::Status Checker::CheckDirectory() {
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<Identity>([&](const Identity& record) {
    CheckSerial(TableId::kIdentities, *KeyIn<TableId::kIdentities>(record.id), record.serial);
    return absl::OkStatus();
  }));
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<Account>([&](const Account& record) {
    const std::string key = *KeyIn<TableId::kAccounts>(record.id);
    CheckSerial(TableId::kAccounts, key, record.serial);
    return Expect(TableId::kAccounts, key, KeyIn<TableId::kContextDigests>(record.id),
                  TableId::kContextDigests, "has no digest of its context rules");
  }));
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<Membership>([&](const Membership& record) {
    if (record.invited_by.empty()) return absl::OkStatus();
    return Expect(TableId::kMemberships, *Row<Membership>::Key(record),
                  KeyIn<TableId::kMemberships>(record.account, record.invited_by),
                  TableId::kMemberships, "invited by nobody of the account");
  }));
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<AccessGroup>());
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<Identity>(TableId::kIdentitiesByAccount, ByLastText));
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<Identity>(TableId::kIdentitySerials, ByValue));
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<Account>(TableId::kAccountsByOwner, ByLastText));
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<Account>(TableId::kAccountSerials, ByValue));
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<AccessGroup>(TableId::kGroupsByName, ByValue));
  return CheckIndex<Membership>(
      TableId::kMembershipsByUser, [](const Parts& parts, std::string_view) {
        return KeyIn<TableId::kMemberships>(TextAt(parts, 1), TextAt(parts, 0));
      });
}

absl::Status Checker::CheckGroupMembers() {
  LATCHKEY_RETURN_IF_ERROR(
      Walk(TableId::kGroupMembers,
           [&](std::string_view key, const Parts& parts, std::string_view) -> absl::Status {
             const std::string &account = TextAt(parts, 0), &group = TextAt(parts, 1);
             absl::Status status =
                 Expect(TableId::kGroupMembers, key, KeyIn<TableId::kGroups>(account, group),
                        TableId::kGroups, "a member of no group");
             if (!status.ok()) return status;
             return Expect(TableId::kGroupMembers, key,
                           KeyIn<TableId::kMemberGroups>(account, TextAt(parts, 2), group),
                           TableId::kMemberGroups, "", kNoIndex);
           }));
  return Walk(
      TableId::kMemberGroups, [&](std::string_view key, const Parts& parts, std::string_view) {
        return Expect(
            TableId::kMemberGroups, key,
            KeyIn<TableId::kGroupMembers>(TextAt(parts, 0), TextAt(parts, 2), TextAt(parts, 1)),
            TableId::kGroupMembers, "", kStray);
      });
}

absl::Status Checker::CheckPolicies() {
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<Policy>([&](const Policy& record) {
    CheckSerial(TableId::kPolicies, *Row<Policy>::Key(record), record.serial);
    return absl::OkStatus();
  }));
  LATCHKEY_RETURN_IF_ERROR(CheckIndex<Policy>(TableId::kPoliciesBySubject, ByValue));
  return CheckIndex<Policy>(TableId::kPolicySerials, ByValue);
}

absl::Status Checker::CheckRoles() {
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<Service>());
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<CustomRole>());
  LATCHKEY_RETURN_IF_ERROR(
      Walk(TableId::kRoles,
           [&](std::string_view key, const Parts& parts, std::string_view bytes) -> absl::Status {
             const std::string &service = TextAt(parts, 0), &id = TextAt(parts, 1);
             Role role;
             if (!Decodes(TableId::kRoles, key, bytes, role)) return absl::OkStatus();
             if (role.id.text() != id) Report(TableId::kRoles, key, kMisplaced);
             absl::Status status = Expect(TableId::kRoles, key, KeyIn<TableId::kServices>(service),
                                          TableId::kServices, "a role of no service");
             if (!status.ok()) return status;
             return Expect(TableId::kRoles, key, KeyIn<TableId::kRolesById>(id, service),
                           TableId::kRolesById, "", kNoIndex);
           }));
  return Walk(TableId::kRolesById, [&](std::string_view key, const Parts& parts, std::string_view) {
    return Expect(TableId::kRolesById, key,
                  KeyIn<TableId::kRoles>(TextAt(parts, 1), TextAt(parts, 0)), TableId::kRoles,
                  kStray);
  });
}

// An account without a digest is a fault of the account; what lies in no account has none either.
absl::Status Checker::CheckContext() {
  const auto of_account = [&](TableId table, const KeyOr& key, const AccountId& account) {
    return Expect(table, key.value_or(""), KeyIn<TableId::kContextDigests>(account),
                  TableId::kContextDigests, "a restriction of no account");
  };
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<NetworkZone>([&](const NetworkZone& record) {
    return of_account(TableId::kNetworkZones, Row<NetworkZone>::Key(record), record.account);
  }));
  LATCHKEY_RETURN_IF_ERROR(CheckRecords<ContextRule>([&](const ContextRule& record) {
    return of_account(TableId::kContextRules, Row<ContextRule>::Key(record), record.account);
  }));
  return CheckRecords<base::ContextDigest>([&](const base::ContextDigest& digest) -> absl::Status {
    const std::string key = *Row<base::ContextDigest>::Key(digest);
    for (const TableId table : {TableId::kContextRules, TableId::kNetworkZones}) {
      LATCHKEY_ASSIGN_OR_RETURN(const ContextTally tally, TallyOf(source_, table, digest.account));
      if (tally == TallyIn(digest, table)) continue;
      Report(TableId::kContextDigests, key, "records of the account were lost or put back");
    }
    return Expect(TableId::kContextDigests, key, KeyIn<TableId::kAccounts>(digest.account),
                  TableId::kAccounts, "a digest of no account");
  });
}

absl::Status Checker::CheckHistory() {
  return Walk(
      TableId::kHistory, [&](std::string_view key, const Parts& parts, std::string_view bytes) {
        HistoryEntry entry;
        if (!Decodes(TableId::kHistory, key, bytes, entry)) return absl::OkStatus();
        return Expect(TableId::kHistory, key, KeyIn<TableId::kKeys>(std::get<KeyBytes>(parts[0])),
                      TableId::kKeys, "history of no stored key");
      });
}

// Trimming takes the oldest only, so what is left is consecutive and ends at the store's revision.
absl::Status Checker::CheckFeed() {
  std::uint64_t last = 0;
  LATCHKEY_RETURN_IF_ERROR(Walk(
      TableId::kChanges, [&](std::string_view key, const Parts& parts, std::string_view bytes) {
        const auto revision = std::get<std::uint64_t>(parts[0]);
        if (last != 0 && revision != last + 1) {
          Report(TableId::kChanges, key, "the change before it is missing");
        }
        last = revision;
        base::ChangeRecord change;
        if (!Decodes(TableId::kChanges, key, bytes, change)) return absl::OkStatus();
        if (change.revision != revision) Report(TableId::kChanges, key, kMisplaced);
        return absl::OkStatus();
      }));
  if (last != 0 && last != revision_) {
    Report(TableId::kChanges, *KeyIn<TableId::kChanges>(last),
           "the feed does not end at the revision of the store");
  }
  return absl::OkStatus();
}

absl::Status Checker::CheckRequests() {
  LATCHKEY_RETURN_IF_ERROR(Walk(
      TableId::kRequests, [&](std::string_view key, const Parts& parts, std::string_view bytes) {
        codec::RequestOutcome outcome;
        if (!Decodes(TableId::kRequests, key, bytes, outcome)) return absl::OkStatus();
        if (outcome.revision > revision_) {
          Report(TableId::kRequests, key, "a revision that the store has not reached");
        }
        return Expect(
            TableId::kRequests, key,
            KeyIn<TableId::kRequestsByRevision>(outcome.revision, std::get<KeyBytes>(parts[0])),
            TableId::kRequestsByRevision, "", kNoIndex);
      }));
  return Walk(
      TableId::kRequestsByRevision,
      [&](std::string_view key, const Parts& parts, std::string_view) -> absl::Status {
        LATCHKEY_ASSIGN_OR_RETURN(
            const std::optional<std::string> bytes,
            Look(TableId::kRequests, KeyIn<TableId::kRequests>(std::get<KeyBytes>(parts[1]))));
        codec::RequestOutcome outcome;
        if (!bytes || !codec::Decode(*bytes, outcome).ok() ||
            outcome.revision != std::get<std::uint64_t>(parts[0])) {
          Report(TableId::kRequestsByRevision, key, kStray);
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<CheckReport> Checker::Run() {
  LATCHKEY_RETURN_IF_ERROR(CheckMeta());
  LATCHKEY_RETURN_IF_ERROR(CheckKeys());
  LATCHKEY_RETURN_IF_ERROR(CheckDirectory());
  LATCHKEY_RETURN_IF_ERROR(CheckGroupMembers());
  LATCHKEY_RETURN_IF_ERROR(CheckPolicies());
  LATCHKEY_RETURN_IF_ERROR(CheckRoles());
  LATCHKEY_RETURN_IF_ERROR(CheckContext());
  LATCHKEY_RETURN_IF_ERROR(CheckHistory());
  LATCHKEY_RETURN_IF_ERROR(CheckFeed());
  LATCHKEY_RETURN_IF_ERROR(CheckRequests());
  return std::move(report_);
}

absl::StatusOr<CheckReport> CheckStore(View& view) { return Checker(view).Run(); }

}  // namespace latchkey::store
