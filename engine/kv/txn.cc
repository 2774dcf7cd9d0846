#include <cstring>
#include <limits>
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/kv/lmdb_status.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {
namespace {

constexpr std::size_t kValueBytesMax = std::numeric_limits<std::uint32_t>::max();

int Make(Txn::Rep& txn, const Change& change) {
  MDB_val key = ToVal(change.key);
  MDB_val value = ToVal(change.value);
  const MDB_dbi dbi = txn.env->DbiOf(change.table);
  // Flags are always 0: MDB_RESERVE would leave bytes of the heap in the store (hazard L22).
  return change.remove ? mdb_del(txn.txn, dbi, &key, nullptr)
                       : mdb_put(txn.txn, dbi, &key, &value, 0);
}

// LMDB has ended the transaction, and with it all cursors on it.
void Ended(Txn::Rep& txn) {
  txn.txn = nullptr;
  ++txn.life;
}

void Abort(Txn::Rep& txn) {
  mdb_txn_abort(txn.txn);
  Ended(txn);
}

// Space that a dead reader holds back is not seen by a transaction that has begun. Begins again
// after clearing dead readers and makes all changes once more, at most once (hazard L1). The gate
// is held throughout: nobody has written in between. Answers MDB_MAP_FULL if there was nothing to
// clear.
int BeginAgain(Txn::Rep& txn) {
  if (std::exchange(txn.replayed, true)) return MDB_MAP_FULL;
  const absl::StatusOr<int> cleared = txn.env->ClearStale();
  if (!cleared.ok() || *cleared == 0) return MDB_MAP_FULL;
  int code = txn.env->BeginInLmdb(&txn.txn, base::Deadline::After(absl::ZeroDuration()));
  // Only a program that does not know the gate can have come between.
  if (code == MDB_SUCCESS && mdb_txn_id(txn.txn) != txn.id) code = MDB_BAD_TXN;
  for (auto change = txn.changes.begin(); code == MDB_SUCCESS && change != txn.changes.end();
       ++change) {
    code = Make(txn, *change);
  }
  return code;
}

// MDB_NOTFOUND is an answer, not a failure.
int Apply(Txn::Rep& txn, Change change) {
  int code = Make(txn, change);
  if (code == MDB_MAP_FULL) {
    Abort(txn);
    code = BeginAgain(txn);
    if (code == MDB_SUCCESS) code = Make(txn, change);
  }
  ++txn.stamp;
  if (code == MDB_SUCCESS) txn.changes.push_back(std::move(change));
  if (code != MDB_SUCCESS && code != MDB_NOTFOUND) txn.failure = LmdbError(code);
  return code;
}

}  // namespace

absl::Status CheckKey(std::string_view key) {
  if (!key.empty() && key.size() <= kKeyBytesMax) return absl::OkStatus();
  return base::Error(Reason::kMalformed, "a key has 1 to 511 bytes");
}

absl::Status Txn::Rep::CheckLive() const {
  if (env->fork.Forked()) {
    return base::Error(Reason::kForked, "this is a child of the process that began it: open anew");
  }
  if (!failure.ok()) return failure;
  if (txn != nullptr) return absl::OkStatus();
  return base::Error(Reason::kClosed, "the transaction has ended: begin another");
}

Txn::Txn(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Txn::Txn(Txn&&) noexcept = default;

Txn::~Txn() {
  if (rep_ == nullptr) return;
  Env::Rep& env = *rep_->env;
  if (env.fork.Forked()) {
    LeaveAlone(std::move(rep_));
    return;
  }
  LATCHKEY_INVARIANT(rep_->cursors == 0, "no cursor outlives its transaction");
  rep_->writes ? env.EndWrite(std::move(rep_)) : env.EndRead(std::move(rep_));
}

absl::StatusOr<std::optional<Bytes>> Txn::Get(Table table, std::string_view key) const {
  LATCHKEY_RETURN_IF_ERROR(rep_->CheckLive());
  LATCHKEY_RETURN_IF_ERROR(CheckKey(key));
  MDB_val name = ToVal(key);
  MDB_val value;
  const int code = mdb_get(rep_->txn, rep_->env->DbiOf(table), &name, &value);
  if (code == MDB_NOTFOUND) return std::optional<Bytes>();
  if (code != MDB_SUCCESS) return LmdbError(code);
  return FromVal(value);
}

absl::StatusOr<std::uint64_t> Txn::Count(Table table) const {
  LATCHKEY_RETURN_IF_ERROR(rep_->CheckLive());
  MDB_stat stat;
  const int code = mdb_stat(rep_->txn, rep_->env->DbiOf(table), &stat);
  if (code != MDB_SUCCESS) return LmdbError(code);
  return std::uint64_t{stat.ms_entries};
}

std::uint64_t Txn::id() const { return rep_->id; }

absl::StatusOr<std::uint64_t> Txn::LastFenced() const {
  LATCHKEY_RETURN_IF_ERROR(rep_->CheckLive());
  MDB_val name = ToVal(kFenceKey);
  MDB_val value;
  const int code = mdb_get(rep_->txn, rep_->env->fence_table, &name, &value);
  if (code == MDB_NOTFOUND) return 0;
  if (code != MDB_SUCCESS) return LmdbError(code);
  std::uint64_t fenced = 0;
  if (value.mv_size != sizeof fenced) {
    return base::Error(Reason::kCorrupt, "the record of the last fence has another size");
  }
  std::memcpy(&fenced, value.mv_data, sizeof fenced);
  return fenced;
}

absl::Status WriteTxn::Put(Table table, std::string_view key, std::string_view value) {
  LATCHKEY_RETURN_IF_ERROR(rep_->CheckLive());
  LATCHKEY_RETURN_IF_ERROR(CheckKey(key));
  if (value.size() > kValueBytesMax) {
    return base::Error(Reason::kMalformed, "a value has less than 4 GiB");
  }
  const int code = Apply(*rep_, {table, false, std::string(key), std::string(value)});
  return code == MDB_SUCCESS ? absl::OkStatus() : LmdbError(code);
}

absl::StatusOr<bool> WriteTxn::Delete(Table table, std::string_view key) {
  LATCHKEY_RETURN_IF_ERROR(rep_->CheckLive());
  LATCHKEY_RETURN_IF_ERROR(CheckKey(key));
  const int code = Apply(*rep_, {table, true, std::string(key), std::string()});
  if (code == MDB_SUCCESS || code == MDB_NOTFOUND) return code == MDB_SUCCESS;
  return LmdbError(code);
}

absl::Status WriteTxn::Commit() && {
  Rep& txn = *rep_;
  LATCHKEY_RETURN_IF_ERROR(txn.CheckLive());
  if (txn.changes.empty()) {
    Abort(txn);
    return absl::OkStatus();
  }
  int code = txn.env->CommitInLmdb(txn.txn);
  Ended(txn);
  if (code == MDB_MAP_FULL && BeginAgain(txn) == MDB_SUCCESS) {
    code = txn.env->CommitInLmdb(txn.txn);
    Ended(txn);
  }
  if (code == MDB_SUCCESS) {
    txn.env->gate->ClearDoubt();
    txn.env->gate->TellCommit();
    return absl::OkStatus();
  }
  if (txn.txn != nullptr) Abort(txn);
  return txn.env->JudgeFailedCommit(code, 0);
}

}  // namespace latchkey::kv
