// engine/kv/rep.h: what stands behind Env, Txn and Cursor.
#ifndef LATCHKEY_ENGINE_KV_REP_H_
#define LATCHKEY_ENGINE_KV_REP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/kv/data_file.h"
#include "engine/kv/directory.h"
#include "engine/kv/env.h"
#include "engine/kv/gate.h"
#include "engine/kv/lmdb.h"
#include "engine/kv/map_tenants.h"
#include "engine/kv/reader_pool.h"
#include "engine/kv/registry.h"

namespace latchkey::kv {

// A change of a write transaction, kept so that it can be made again (hazard L1).
struct Change {
  Table table;
  bool remove;
  std::string key;
  std::string value;
};

struct Txn::Rep {
  Env::Rep* env = nullptr;
  MDB_txn* txn = nullptr;  // null once a write transaction has ended in LMDB
  std::uint64_t id = 0;
  bool writes = false;
  int cursors = 0;

  // Of write transactions only.
  std::uint32_t life = 0;   // counts ends of `txn`: LMDB frees the cursors of a writer with it
  std::uint32_t stamp = 0;  // counts changes: they move LMDB's cursors
  bool replayed = false;
  absl::Status failure;  // of the first change that failed; nothing can be committed then
  std::vector<Change> changes;

  // Errors  kForked; `failure`; kClosed after Commit
  [[nodiscard]] absl::Status CheckLive() const;
};

// What every call answers once the files are no longer those that were opened.
[[nodiscard]] absl::Status Replaced();

struct Env::Rep {
  // Declared in the order of opening: destroyed from the last to the first.
  ForkMark fork;
  std::unique_ptr<Reservation> reservation;
  Directory directory;
  std::unique_ptr<Gate> gate;
  MetaView metas;
  MDB_env* mdb = nullptr;
  std::vector<MDB_dbi> tables;
  MDB_dbi fence_table = 0;
  FileId data_id;
  FileId lock_id;

  // Readers: `begun` counts LMDB's read transactions; those that are not in the pool are in use.
  ReaderPool<Txn::Rep> pool;
  std::atomic<std::size_t> begun{0};
  std::atomic<bool> writing{false};  // by the thread that is in the gate
  MapTenants tenants;

  std::atomic<bool> replaced{false};  // F6: for good
  std::atomic<bool> failed{false};    // L14, L15: no more writes
  std::atomic<std::int64_t> next_look_ns{0};

  std::atomic<std::uint64_t> stale_readers_cleared{0};
  std::atomic<std::uint64_t> fences{0};
  std::atomic<std::uint64_t> failed_commits{0};
  std::atomic<std::uint64_t> commits{0};

  ~Rep();

  // identity.cc
  [[nodiscard]] absl::Status CheckInPlace();  // now (F6)
  [[nodiscard]] bool LooksInPlace();          // looks at most once per second

  // read.cc
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Txn::Rep>> BeginRead();
  void EndRead(std::unique_ptr<Txn::Rep> txn);
  [[nodiscard]] absl::StatusOr<int> ClearStale();
  [[nodiscard]] absl::Status AdoptMap(base::Deadline deadline);
  void EndPooledReaders();

  // write.cc: all by the holder of the gate
  [[nodiscard]] absl::StatusOr<std::unique_ptr<Txn::Rep>> BeginWrite(base::Deadline deadline);
  void EndWrite(std::unique_ptr<Txn::Rep> txn);
  [[nodiscard]] int BeginInLmdb(MDB_txn** txn, base::Deadline deadline);
  // Leaves the in-doubt mark set: on success the caller clears it, else it asks for judgement.
  [[nodiscard]] int CommitInLmdb(MDB_txn* txn);
  // `mark` is the in-doubt mark to go back to if no meta page was written.
  [[nodiscard]] absl::Status JudgeFailedCommit(int code, std::uint64_t mark);
  [[nodiscard]] absl::Status Fence(base::Deadline deadline);
  [[nodiscard]] absl::StatusOr<std::uint64_t> CommitFence(std::uint64_t doubtful,
                                                          base::Deadline deadline);
  [[nodiscard]] absl::StatusOr<MDB_txn*> MakeFence(std::uint64_t doubtful, base::Deadline deadline);

  [[nodiscard]] MDB_dbi DbiOf(Table table) const;
};

struct Cursor::Rep {
  enum class Place { kBefore, kAt, kEnd };

  Txn::Rep* txn = nullptr;
  Table table{};
  MDB_cursor* cursor = nullptr;
  Place place = Place::kBefore;
  // Of write transactions only: what they were when `cursor` was last placed, at `key`.
  std::uint32_t life = 0;
  std::uint32_t stamp = 0;
  std::string key;

  ~Rep();
  [[nodiscard]] absl::Status Open();
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> Move(std::string_view key, MDB_cursor_op op);
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> NextAfterChange();
  [[nodiscard]] bool Moved() const { return life != txn->life || stamp != txn->stamp; }
};

// Keys are 1..511 bytes (hazard L21).
inline constexpr std::size_t kKeyBytesMax = 511;
[[nodiscard]] absl::Status CheckKey(std::string_view key);

// Under which the fence table holds the id of the commit that was fenced last.
inline constexpr std::string_view kFenceKey = "txn";

// Keeps for good what must not be ended: objects of a parent in a child of fork, and readers whose
// slot belongs to somebody else. Nothing is touched, and no leak is reported.
void LeaveAlone(std::unique_ptr<Env::Rep> env);
void LeaveAlone(std::unique_ptr<Txn::Rep> txn);

// Opens the store that `options` describe; see Env::Open.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Env::Rep>> OpenRep(const EnvOptions& options);

[[nodiscard]] inline MDB_val ToVal(std::string_view bytes) {
  return {.mv_size = bytes.size(), .mv_data = const_cast<char*>(bytes.data())};
}
[[nodiscard]] inline Bytes FromVal(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_REP_H_
