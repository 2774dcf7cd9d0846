#include "engine/kv/env.h"

#include <mutex>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {
namespace {

absl::Status Forked() {
  return base::Error(Reason::kForked, "this is a child of the process that opened it: open anew");
}

template <typename Object>
void Keep(std::unique_ptr<Object> object) {
  static std::mutex& mutex = *new std::mutex;
  static auto& kept = *new std::vector<std::unique_ptr<Object>>;
  const std::lock_guard<std::mutex> lock(mutex);
  kept.push_back(std::move(object));
}

}  // namespace

void LeaveAlone(std::unique_ptr<Env::Rep> env) { Keep(std::move(env)); }
void LeaveAlone(std::unique_ptr<Txn::Rep> txn) { Keep(std::move(txn)); }

MDB_dbi Env::Rep::DbiOf(Table table) const {
  const auto index = static_cast<std::size_t>(table);
  LATCHKEY_INVARIANT(index < tables.size(), "a table is one of those that were opened");
  return tables[index];
}

// Also of one that was not opened to the end.
Env::Rep::~Rep() {
  EndPooledReaders();
  LATCHKEY_INVARIANT(!writing.load(), "no write transaction outlives its environment");
  if (mdb != nullptr) mdb_env_close(mdb);
}

Env::Env(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

absl::StatusOr<std::unique_ptr<Env>> Env::Open(const EnvOptions& options) {
  LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<Rep> rep, OpenRep(options));
  return std::unique_ptr<Env>(new Env(std::move(rep)));
}

// In a child, LMDB's close would drop locks and slots that belong to the parent (hazard L8).
Env::~Env() {
  if (rep_->fork.Forked()) LeaveAlone(std::move(rep_));
}

absl::StatusOr<ReadTxn> Env::BeginRead() {
  if (rep_->fork.Forked()) return Forked();
  if (!rep_->LooksInPlace()) return Replaced();
  LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<Txn::Rep> txn, rep_->BeginRead());
  return ReadTxn(std::move(txn));
}

absl::StatusOr<WriteTxn> Env::BeginWrite(base::Deadline deadline) {
  if (rep_->fork.Forked()) return Forked();
  LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<Txn::Rep> txn, rep_->BeginWrite(deadline));
  return WriteTxn(std::move(txn));
}

std::uint64_t Env::LastTxnId() const { return rep_->metas.LastTxnId(); }

std::uint64_t Env::LastTxnIdInPlace() const {
  const bool in_place = rep_->LooksInPlace() && !rep_->failed.load(std::memory_order_relaxed);
  return in_place ? LastTxnId() : 0;
}

std::uint64_t Env::NextSnapshotId() {
  const absl::StatusOr<ReadTxn> txn = BeginRead();
  return txn.ok() ? txn->id() : 0;
}

std::uint32_t Env::CommitsTold() const { return rep_->gate->commits(); }

void Env::AwaitCommit(std::uint32_t told, base::Deadline deadline) const {
  rep_->gate->AwaitCommit(told, deadline);
}

std::int64_t Env::LatestTime() const { return rep_->gate->latest_us(); }

void Env::LatchTime(std::int64_t unix_us) {
  if (!rep_->fork.Forked()) rep_->gate->RaiseLatest(unix_us);
}

absl::StatusOr<int> Env::ClearStaleReaders() {
  if (rep_->fork.Forked()) return Forked();
  return rep_->ClearStale();
}

EnvCounters Env::counters() const {
  return {.stale_readers_cleared = rep_->stale_readers_cleared.load(),
          .fences = rep_->fences.load(),
          .failed_commits = rep_->failed_commits.load()};
}

}  // namespace latchkey::kv
