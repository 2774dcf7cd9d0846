#include "engine/store/rows.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/crypto/crypto.h"

namespace latchkey::store {
namespace {

constexpr std::string_view kNameDomain = "latchkey name";

// Collects entries; the first key that cannot be built ends it.
class Entries {
 public:
  void Add(TableId table, KeyOr key, std::string value = {}) {
    if (key.ok()) {
      entries_.push_back({table, *std::move(key), std::move(value)});
    } else if (status_.ok()) {
      status_ = std::move(key).status();
    }
  }
  void AddTo(TableId table, KeyOr key, const KeyOr& points_to) {
    if (points_to.ok()) {
      Add(table, std::move(key), *points_to);
    } else {
      Add(table, points_to);
    }
  }
  IndexEntries Take() && {
    if (!status_.ok()) return status_;
    return std::move(entries_);
  }

 private:
  absl::Status status_;
  std::vector<IndexEntry> entries_;
};

void AddMakers(const std::vector<KeyId>& makers, const KeyId& made, Entries& entries) {
  for (const KeyId& maker : makers) {
    entries.Add(TableId::kKeysByMaker, KeyIn<TableId::kKeysByMaker>(maker, made));
  }
}

}  // namespace

KeyBytes HashName(std::string_view name) { return crypto::Blake2b128({kNameDomain, name}); }

KeyBytes HashFolded(std::string_view name) { return HashName(FoldName(name)); }

std::string FoldName(std::string_view name) { return absl::AsciiStrToLower(base::ToAbsl(name)); }

SubjectParts PartsOf(const PolicySubject& subject) {
  if (const auto* identity = std::get_if<IamId>(&subject)) return {1, identity->text()};
  return {2, std::get<GroupId>(subject).text()};
}

KeyOr Row<base::KeyRecord>::Key(const base::KeyRecord& record) {
  return KeyIn<kTable>(record.key.id);
}
KeyOr Row<base::KeyTombstone>::Key(const base::KeyTombstone& record) {
  return KeyIn<kTable>(record.id);
}
KeyOr Row<Identity>::Key(const Identity& record) { return KeyIn<kTable>(record.id); }
KeyOr Row<Account>::Key(const Account& record) { return KeyIn<kTable>(record.id); }
KeyOr Row<Membership>::Key(const Membership& record) {
  return KeyIn<kTable>(record.account, record.iam_id);
}
KeyOr Row<AccessGroup>::Key(const AccessGroup& record) {
  return KeyIn<kTable>(record.account, record.id);
}
KeyOr Row<Policy>::Key(const Policy& record) { return KeyIn<kTable>(record.account, record.id); }
KeyOr Row<Service>::Key(const Service& record) { return KeyIn<kTable>(record.name); }
KeyOr Row<CustomRole>::Key(const CustomRole& record) {
  return KeyIn<kTable>(record.account, record.id);
}
KeyOr Row<NetworkZone>::Key(const NetworkZone& record) {
  return KeyIn<kTable>(record.account, record.id);
}
KeyOr Row<ContextRule>::Key(const ContextRule& record) {
  return KeyIn<kTable>(record.account, record.id);
}
KeyOr Row<base::ContextDigest>::Key(const base::ContextDigest& record) {
  return KeyIn<kTable>(record.account);
}
KeyOr Row<base::ChangeRecord>::Key(const base::ChangeRecord& record) {
  return KeyIn<kTable>(record.revision);
}

IndexEntries IndexesOf(const base::KeyRecord& record) {
  const ApiKey& key = record.key;
  Entries entries;
  entries.Add(TableId::kKeysByOwner,
              KeyIn<TableId::kKeysByOwner>(key.account_id, key.iam_id, key.id));
  entries.Add(TableId::kKeysByIdentity,
              KeyIn<TableId::kKeysByIdentity>(key.iam_id, key.account_id, key.id));
  entries.Add(TableId::kKeysByName,
              KeyIn<TableId::kKeysByName>(key.account_id, HashName(key.name), key.id));
  // One a user and account: a second has no place here [domain K-9].
  if (key.kind == KeyKind::kClassic) {
    entries.AddTo(TableId::kClassicKeysByOwner,
                  KeyIn<TableId::kClassicKeysByOwner>(key.account_id, key.iam_id),
                  Row<base::KeyRecord>::Key(record));
  }
  AddMakers(record.made_with, key.id, entries);
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const base::KeyTombstone& record) {
  Entries entries;
  AddMakers(record.made_with, record.id, entries);
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const Identity& record) {
  Entries entries;
  entries.AddTo(TableId::kIdentitySerials, KeyIn<TableId::kIdentitySerials>(record.serial),
                Row<Identity>::Key(record));
  if (!record.account.empty() && record.state == IdentityState::kActive) {
    entries.Add(TableId::kIdentitiesByAccount,
                KeyIn<TableId::kIdentitiesByAccount>(record.account, record.kind, record.id));
  }
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const Account& record) {
  Entries entries;
  entries.AddTo(TableId::kAccountSerials, KeyIn<TableId::kAccountSerials>(record.serial),
                Row<Account>::Key(record));
  entries.Add(TableId::kAccountsByOwner, KeyIn<TableId::kAccountsByOwner>(record.owner, record.id));
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const Membership& record) {
  Entries entries;
  entries.Add(TableId::kMembershipsByUser,
              KeyIn<TableId::kMembershipsByUser>(record.iam_id, record.account));
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const AccessGroup& record) {
  Entries entries;
  entries.AddTo(TableId::kGroupsByName,
                KeyIn<TableId::kGroupsByName>(record.account, HashFolded(record.name)),
                Row<AccessGroup>::Key(record));
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const Policy& record) {
  Entries entries;
  const KeyOr own = Row<Policy>::Key(record);
  entries.AddTo(TableId::kPolicySerials, KeyIn<TableId::kPolicySerials>(record.serial), own);
  // An authorization is nobody's: it is found by its id and its account only [domain P-8].
  if (record.type == PolicyType::kAccess && record.state == PolicyState::kActive) {
    const SubjectParts subject = PartsOf(record.subject);
    entries.AddTo(TableId::kPoliciesBySubject,
                  KeyIn<TableId::kPoliciesBySubject>(record.account, subject.kind, subject.text,
                                                     record.serial),
                  own);
  }
  return std::move(entries).Take();
}

IndexEntries IndexesOf(const Service&) { return std::vector<IndexEntry>(); }

IndexEntries IndexesOf(const CustomRole&) { return std::vector<IndexEntry>(); }

IndexEntries IndexesOf(const NetworkZone&) { return std::vector<IndexEntry>(); }

IndexEntries IndexesOf(const ContextRule&) { return std::vector<IndexEntry>(); }

IndexEntries IndexesOf(const base::ContextDigest&) { return std::vector<IndexEntry>(); }

}  // namespace latchkey::store
