// Beginning, committing and ending write transactions, and the fence after a doubtful commit.
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/error.h"
#include "engine/kv/lmdb_status.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {
namespace {

constexpr std::uint64_t kCommitsPerSweep = 64;
absl::Status Stopped() {
  return base::Error(Reason::kStorageFailed,
                     "writing stopped after a fault of the device: close and open the store");
}

// A write that was cut short for lack of space answers EIO (hazard L16).
bool IsDeviceFull(int fd) {
  constexpr std::uint64_t kNearlyNothing = std::uint64_t{16} << 20;
  struct statfs system;
  if (::fstatfs(fd, &system) != 0) return false;
  const auto block = static_cast<std::uint64_t>(system.f_bsize);
  return static_cast<std::uint64_t>(system.f_bavail) * block < kNearlyNothing;
}

}  // namespace

// On any answer but success, neither LMDB's writer lock nor `writing` is held.
int Env::Rep::BeginInLmdb(MDB_txn** txn, base::Deadline deadline) {
  for (bool adopted = false;; adopted = true) {
    writing.store(true);
    while (tenants.MustWithdraw()) {
      writing.store(false);
      tenants.Wait();
      writing.store(true);
    }
    const int code = mdb_txn_begin(mdb, nullptr, 0, txn);
    if (code == MDB_SUCCESS) return code;
    writing.store(false);
    if (code != MDB_MAP_RESIZED || adopted || !AdoptMap(deadline).ok()) return code;
  }
}

absl::StatusOr<std::unique_ptr<Txn::Rep>> Env::Rep::BeginWrite(base::Deadline deadline) {
  if (failed.load()) return Stopped();
  LATCHKEY_RETURN_IF_ERROR(gate->Enter(deadline));
  const auto begin = [&]() -> absl::StatusOr<std::unique_ptr<Txn::Rep>> {
    LATCHKEY_RETURN_IF_ERROR(CheckInPlace());
    LATCHKEY_RETURN_IF_ERROR(Fence(deadline));
    auto txn = std::make_unique<Txn::Rep>();
    txn->env = this;
    txn->writes = true;
    if (const int code = BeginInLmdb(&txn->txn, deadline); code != MDB_SUCCESS) {
      return LmdbError(code);
    }
    txn->id = mdb_txn_id(txn->txn);
    return txn;
  };
  auto txn = begin();
  if (!txn.ok()) gate->Leave();
  return txn;
}

void Env::Rep::EndWrite(std::unique_ptr<Txn::Rep> txn) {
  if (txn->txn != nullptr) mdb_txn_abort(txn->txn);
  writing.store(false);
  gate->Leave();
}

// The mark is set before the meta page can be seen and cleared when it is durable (hazard F8, O2).
int Env::Rep::CommitInLmdb(MDB_txn* txn) {
  gate->MarkInDoubt(std::max<std::uint64_t>(gate->in_doubt(), mdb_txn_id(txn)));
  const int code = mdb_txn_commit(txn);
  if (code != MDB_SUCCESS) return code;
  if (commits.fetch_add(1) % kCommitsPerSweep == kCommitsPerSweep - 1) (void)ClearStale();
  return code;
}

absl::Status Env::Rep::JudgeFailedCommit(int code, std::uint64_t mark) {
  failed_commits.fetch_add(1);
  // LMDB refuses to go on exactly if writing the meta page failed: then nobody knows (hazard L15).
  MDB_txn* probe = nullptr;
  const int next = mdb_txn_begin(mdb, nullptr, 0, &probe);
  if (probe != nullptr) mdb_txn_abort(probe);
  if (next == MDB_PANIC) {
    failed.store(true);
    return base::Error(Reason::kCommitUnknown,
                       "the commit may or may not have been made: open the store again and look");
  }
  const bool full = IsSpaceError(code) || (code == EIO && IsDeviceFull(directory.fd()));
  if (full || ReasonOfLmdb(code) != Reason::kStorageFailed) {
    gate->MarkInDoubt(mark);
    return LmdbError(code == EIO ? ENOSPC : code);
  }
  // Pages that could not be written are marked clean all the same: never simply retry (hazard L14).
  failed.store(true);
  return LmdbError(code);
}

// LMDB gives the id of a failed commit to the next one. Whoever saw it must not take the one for
// the other: ids go on beyond it before anything else is done (hazard F8).
absl::Status Env::Rep::Fence(base::Deadline deadline) {
  const std::uint64_t doubtful = gate->in_doubt();
  if (doubtful == 0) return absl::OkStatus();
  std::uint64_t id = doubtful;
  while (id == doubtful) {
    // A commit in doubt is at most one ahead; a mark that is further off is of another data file,
    // as after a restore, and one fence is enough.
    LATCHKEY_ASSIGN_OR_RETURN(id, CommitFence(doubtful, deadline));
    fences.fetch_add(1);
  }
  gate->ClearDoubt();
  return absl::OkStatus();
}

// Answers the id of the fence.
absl::StatusOr<std::uint64_t> Env::Rep::CommitFence(std::uint64_t doubtful,
                                                    base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(MDB_txn * txn, MakeFence(doubtful, deadline));
  const std::uint64_t id = mdb_txn_id(txn);
  const int code = CommitInLmdb(txn);
  writing.store(false);
  if (code != MDB_SUCCESS) return JudgeFailedCommit(code, doubtful);
  return id;
}

// LMDB commits nothing, and counts nothing, for a transaction without changes.
absl::StatusOr<MDB_txn*> Env::Rep::MakeFence(std::uint64_t doubtful, base::Deadline deadline) {
  MDB_txn* txn = nullptr;
  int code = BeginInLmdb(&txn, deadline);
  if (code != MDB_SUCCESS) return LmdbError(code);
  std::array<char, sizeof doubtful> bytes;
  std::memcpy(bytes.data(), &doubtful, sizeof doubtful);
  MDB_val key = ToVal(kFenceKey);
  MDB_val value = ToVal({bytes.data(), bytes.size()});
  code = mdb_put(txn, fence_table, &key, &value, 0);
  if (code == MDB_SUCCESS) return txn;
  mdb_txn_abort(txn);
  writing.store(false);
  // The dead writer may have been a reader too, and hold back space: the next call finds it (L1).
  (void)ClearStale();
  return LmdbError(code);
}

}  // namespace latchkey::kv
