#include "engine/facade/rehash.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/error.h"

namespace latchkey::inline v0::facade {
namespace {

bool IsSame(const base::Verifier& a, const base::Verifier& b) {
  return a.memory_kib == b.memory_kib && a.passes == b.passes && a.salt == b.salt &&
         a.hash == b.hash;
}

// The secret that still has the verifier that was proved; null if it was rotated away, or another
// process was faster.
base::SecretRecord* StillDue(std::optional<base::KeyRecord>& record, const cache::Rehash& due) {
  if (!record) return nullptr;
  const auto found = std::find_if(
      record->secrets.begin(), record->secrets.end(), [&](const base::SecretRecord& secret) {
        return secret.info.number == due.secret_number && IsSame(secret.verifier, due.proved);
      });
  return found == record->secrets.end() ? nullptr : &*found;
}

// The account to whose turn the Argon2id counts; nothing if there is nothing to do any more.
absl::StatusOr<std::optional<AccountId>> AccountOfDue(Core& core, const cache::Rehash& due) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto snapshot, core.Snapshot());
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<base::KeyRecord> record,
                            snapshot->view().FindKey(due.key));
  if (StillDue(record, due) == nullptr) return std::nullopt;
  return std::optional(record->key.account_id);
}

absl::StatusOr<bool> Exchange(Core& core, const cache::Rehash& due, const base::Verifier& fresh,
                              base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto txn, core.Write(deadline));
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<base::KeyRecord> record, txn->FindKey(due.key));
  base::SecretRecord* const secret = StillDue(record, due);
  if (secret == nullptr) return false;
  secret->verifier = fresh;
  LATCHKEY_RETURN_IF_ERROR(txn->Put(*record));
  store::ChangeHeader header;
  header.at = core.ChangeTime();
  header.actor.kind = Caller::Kind::kTrustedHost;
  header.act = "key.rehash";
  header.account = record->key.account_id.text();
  header.object = due.key.ToString();
  LATCHKEY_RETURN_IF_ERROR(core.Commit(*txn, header).status());
  return true;
}

absl::StatusOr<bool> RehashOne(Core& core, const cache::Rehash& due, base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto account, AccountOfDue(core, due));
  if (!account) return false;
  absl::StatusOr<base::Verifier> fresh;
  {
    LATCHKEY_ASSIGN_OR_RETURN(const cache::Argon2Gate::Permit permit,
                              core.argon2().Acquire(account->text(), deadline));
    core.counters().argon2_runs.fetch_add(1, std::memory_order_relaxed);
    fresh = Credentials::MakeVerifier(due.input, core.options().argon2);
    crypto::WipeStack();
  }
  LATCHKEY_RETURN_IF_ERROR(fresh.status());
  LATCHKEY_ASSIGN_OR_RETURN(const bool exchanged, Exchange(core, due, *fresh, deadline));
  if (exchanged) core.verified().Insert(due.token, *fresh, account->text());
  return exchanged;
}

}  // namespace

bool IsBelow(const base::Verifier& verifier, const Argon2Cost& cost) {
  if (verifier.memory_kib > cost.memory_kib || verifier.passes > cost.passes) return false;
  return verifier.memory_kib < cost.memory_kib || verifier.passes < cost.passes;
}

void RememberToRehash(Core& core, const crypto::Hash128& token, const codec::TokenFields& fields,
                      const base::KeyRecord& record, const base::Verifier& verifier) {
  if (!IsBelow(verifier, core.options().argon2)) return;
  core.counters().verified_below_cost.fetch_add(1, std::memory_order_relaxed);
  if (!core.rehashes().Wants(record.key.id, fields.secret_number)) return;
  cache::Rehash due;
  due.key = record.key.id;
  due.secret_number = fields.secret_number;
  due.proved = verifier;
  due.input = core.credentials().BoundInput(fields);
  due.token = token;
  core.rehashes().Put(due);
  crypto::Wipe(due.input);
}

absl::StatusOr<bool> RehashDue(Core& core, base::Deadline deadline, MaintenanceReport& report) {
  while (!deadline.Passed()) {
    std::optional<cache::Rehash> due = core.rehashes().Take();
    if (!due) return true;
    const absl::StatusOr<bool> rehashed = RehashOne(core, *due, deadline);
    if (!rehashed.ok()) core.rehashes().Put(*due);
    crypto::Wipe(due->input);
    if (ReasonOf(rehashed.status()) == Reason::kBusy) return false;
    LATCHKEY_RETURN_IF_ERROR(rehashed.status());
    if (!*rehashed) continue;
    ++report.rehashed;
    core.counters().rehashed.fetch_add(1, std::memory_order_relaxed);
  }
  return false;
}

}  // namespace latchkey::inline v0::facade
