// Beginning and ending read transactions, and what they share with each other.
#include <utility>

#include "engine/base/error.h"
#include "engine/base/invariant.h"
#include "engine/kv/lmdb_status.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {
namespace {

// A reader waits for others to leave the map only for as long as they plausibly need.
constexpr absl::Duration kVacancyPatience = absl::Seconds(1);

// Begins in LMDB, on a slot of the reader table that `txn` keeps while it is pooled.
int Renew(Env::Rep& env, Txn::Rep& txn) {
  if (txn.txn == nullptr) return mdb_txn_begin(env.mdb, nullptr, MDB_RDONLY, &txn.txn);
  return mdb_txn_renew(txn.txn);
}

// Returns the slot to the reader table. `begun` sinks last: until then the map must stay.
void Discard(Env::Rep& env, std::unique_ptr<Txn::Rep> txn) {
  if (txn->txn != nullptr) mdb_txn_abort(txn->txn);
  txn.reset();
  env.begun.fetch_sub(1);
}

// A tenant of the map, out of the pool or new.
std::unique_ptr<Txn::Rep> Announce(Env::Rep& env) {
  for (;;) {
    std::unique_ptr<Txn::Rep> txn = env.pool.Take();
    if (txn == nullptr) {
      env.begun.fetch_add(1);
      txn = std::make_unique<Txn::Rep>();
      txn->env = &env;
    }
    if (!env.tenants.MustWithdraw()) return txn;
    if (txn = env.pool.Give(std::move(txn)); txn != nullptr) Discard(env, std::move(txn));
    env.tenants.Wait();
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Txn::Rep>> Env::Rep::BeginRead() {
  bool swept = false;
  bool adopted = false;
  for (;;) {
    std::unique_ptr<Txn::Rep> txn = Announce(*this);
    const int code = Renew(*this, *txn);
    if (code == MDB_SUCCESS) {
      txn->id = mdb_txn_id(txn->txn);
      return txn;
    }
    if (code == MDB_BAD_RSLOT) {
      LeaveAlone(std::move(txn));
      begun.fetch_sub(1);
      return LmdbError(code);
    }
    Discard(*this, std::move(txn));
    if (code == MDB_READERS_FULL && !std::exchange(swept, true)) {
      LATCHKEY_RETURN_IF_ERROR(ClearStale().status());
    } else if (code == MDB_MAP_RESIZED && !std::exchange(adopted, true)) {
      LATCHKEY_RETURN_IF_ERROR(AdoptMap(base::Deadline::After(kVacancyPatience)));
    } else {
      return LmdbError(code);
    }
  }
}

void Env::Rep::EndRead(std::unique_ptr<Txn::Rep> txn) {
  mdb_txn_reset(txn->txn);
  if (txn = pool.Give(std::move(txn)); txn != nullptr) Discard(*this, std::move(txn));
}

void Env::Rep::EndPooledReaders() {
  while (std::unique_ptr<Txn::Rep> txn = pool.Take()) Discard(*this, std::move(txn));
  LATCHKEY_INVARIANT(begun.load() == 0, "no read transaction outlives its environment");
}

absl::StatusOr<int> Env::Rep::ClearStale() {
  int cleared = 0;
  if (const int code = mdb_reader_check(mdb, &cleared); code != MDB_SUCCESS) {
    return LmdbError(code);
  }
  stale_readers_cleared.fetch_add(static_cast<std::uint64_t>(cleared));
  return cleared;
}

// The size that the file says is taken over; it never shrinks here.
absl::Status Env::Rep::AdoptMap(base::Deadline deadline) {
  int code = MDB_SUCCESS;
  const auto vacant = [this] { return !writing.load() && pool.size() == begun.load(); };
  const auto exchange = [&] { code = mdb_env_set_mapsize(mdb, 0); };
  if (!tenants.Exchange(deadline, vacant, exchange)) return LmdbError(MDB_MAP_RESIZED);
  return code == MDB_SUCCESS ? absl::OkStatus() : LmdbError(code);
}

}  // namespace latchkey::kv
