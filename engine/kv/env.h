// engine/kv/env.h: the one door to LMDB. An Env is one environment of named plain tables with one
// durable mode, opened once per process, safe against forks, stray descriptors and stale readers.
//
// It knows bytes only: no record format, no checksum, no clock. The duties come from hazards
// L1..L12, L21, L22, L24..L30, F2, F4, F5, F6, F8 and F9; each is named where it is met.
#ifndef LATCHKEY_ENGINE_KV_ENV_H_
#define LATCHKEY_ENGINE_KV_ENV_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/deadline.h"

namespace latchkey::kv {

enum class OpenMode { kOpenOrCreate, kMustExist, kMustCreate };

struct EnvOptions {
  std::string directory;
  OpenMode mode = OpenMode::kOpenOrCreate;
  std::uint64_t map_size_bytes = std::uint64_t{64} << 30;  // address space; the file grows as used
  unsigned max_readers = 1024;                             // at least (hazard L2)
  bool allow_any_file_system = false;                      // hazard L11
  std::vector<std::string> tables;                         // opened once, in one transaction (L24)
};

// Index into EnvOptions::tables.
enum class Table : std::uint32_t {};

struct EnvCounters {
  std::uint64_t stale_readers_cleared = 0;
  std::uint64_t fences = 0;  // fence commits after a failed or unfinished commit (F8)
  std::uint64_t failed_commits = 0;
};

class Env;

// Bytes in the map; valid until the transaction ends or, in a write transaction, until the next
// write (hazard L25).
using Bytes = std::string_view;

// Walks one table in key order. Bound to its transaction; must not outlive it. In a write
// transaction a Put or a Delete in between is fine: Next goes on behind the last key that was
// answered. Next on a fresh cursor, and after SeekBefore found nothing, answers the first entry; at
// the end it stays.
class Cursor {
 public:
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  struct Entry {
    Bytes key;
    Bytes value;
  };
  // First entry with key >= `key` (the empty key: the first of the table); nothing at the end.
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> Seek(std::string_view key);
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> Next();
  // Last entry with key < `key`; with the empty key, the last of the table.
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> SeekBefore(std::string_view key);

  struct Rep;  // opaque

 private:
  friend class Txn;
  explicit Cursor(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// A snapshot. Shared by reads and writes. Move-only; one thread at a time.
class Txn {
 public:
  Txn(Txn&&) noexcept;
  Txn& operator=(Txn&&) = delete;
  virtual ~Txn();

  // Nothing if absent. Keys are 1..511 bytes (hazard L21): others are kMalformed.
  [[nodiscard]] absl::StatusOr<std::optional<Bytes>> Get(Table table, std::string_view key) const;
  [[nodiscard]] absl::StatusOr<Cursor> OpenCursor(Table table) const;
  [[nodiscard]] absl::StatusOr<std::uint64_t> Count(Table table) const;

  // mdb_txn_id of the snapshot: what caches are tagged with (hazard F8). For a write transaction,
  // the id that its commit will have.
  [[nodiscard]] std::uint64_t id() const;

  // The id of the last commit that was in doubt and has been fenced, as this snapshot sees it; 0 if
  // none ever was. Where it differs between two snapshots, what was read at an id in between may
  // have been of a commit that was never made (hazard F8).
  [[nodiscard]] absl::StatusOr<std::uint64_t> LastFenced() const;

  struct Rep;  // opaque

 protected:
  explicit Txn(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
  friend class Env;
};

class ReadTxn : public Txn {
 public:
  using Txn::Txn;
};

// Holds the gate and LMDB's writer lock; destroyed without Commit() it leaves nothing behind. It
// ends on the thread that began it, and its environment outlives it: the gate's owner is a thread.
class WriteTxn : public Txn {
 public:
  using Txn::Txn;

  [[nodiscard]] absl::Status Put(Table table, std::string_view key, std::string_view value);
  // True if the key was there.
  [[nodiscard]] absl::StatusOr<bool> Delete(Table table, std::string_view key);

  // On OK the changes are on disk (fdatasync done). kStorageFull, kStorageFailed: not made.
  // kCommitUnknown: read the store again to know; the next writer fences first (hazard F8, O2).
  [[nodiscard]] absl::Status Commit() &&;
};

class Env {
 public:
  // Errors  kStoreMissing, kStoreExists      against `mode`
  //         kStoreUnsafe, kFileSystem        hazards L30, L11
  //         kStoreForeign                    not LMDB's, truncated, or with other tables
  //         kStoreReplaced                   others have files open that are gone (hazard L29)
  //         kAlreadyOpen                     hazard F2: this process has it open, by any path
  //         kPidNamespace                    hazard F9
  //         kBusy                            others were opening or closing it throughout
  //         kStorageFailed, kStorageFull, kOutOfMemory, kInvalidOptions
  // A store whose creation was cut short does not exist: kMustExist misses it, the other modes make
  // it anew. The set of tables is fixed when a store is made.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Env>> Open(const EnvOptions& options);
  ~Env();
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  // Errors  kForked, kReadersFull, kStoreReplaced
  //         kBusy            another process enlarged the map, and snapshots of this one stay open
  //         kStorageFailed   after kCommitUnknown, until the store is closed and opened again
  // Threads: any. Cost: a pooled mdb_txn_renew.
  [[nodiscard]] absl::StatusOr<ReadTxn> BeginRead();

  // Waits for the gate (a robust process-shared mutex in a third file, hazard L27) until
  // `deadline`, then checks that the files are still those that were opened (F6), fences if the
  // last commit of any process is in doubt (F8), and begins.
  // Errors  kBusy            also, and at once, if this thread is in a write transaction already
  //         kForked, kStoreReplaced, kStorageFull
  //         kStorageFailed   after a failed or unknown commit, until the store is closed and opened
  //                          again (hazards L14, L15)
  [[nodiscard]] absl::StatusOr<WriteTxn> BeginWrite(base::Deadline deadline);

  // LMDB's last committed transaction id as mdb_env_info tells it; runs ahead during a commit.
  [[nodiscard]] std::uint64_t LastTxnId() const;
  // The same for whoever answers by it without a snapshot: 0 where BeginRead would refuse, because
  // the files were replaced (F6, looked at once per second) or writing stopped after a fault.
  [[nodiscard]] std::uint64_t LastTxnIdInPlace() const;
  // What BeginRead would answer the id of; 0 where it would fail. A commit that returned has at
  // most this id; one whose meta page is being synced has LastTxnId and a larger id than this.
  // Threads: any. Cost: that of BeginRead.
  [[nodiscard]] std::uint64_t NextSnapshotId();

  // For whoever waits for other processes' commits: take the number, look at the store, and wait
  // while there is nothing new. It ends at once if a commit came after the number was taken, and a
  // writer that is killed before it could tell is not heard: wait in slices. Takes no CPU.
  [[nodiscard]] std::uint32_t CommitsTold() const;
  void AwaitCommit(std::uint32_t told, base::Deadline deadline) const;

  // The latest time that any process on the host has latched (domain K-11), microseconds since the
  // Unix epoch; kept in the gate file. LatchTime raises it and never lowers it.
  [[nodiscard]] std::int64_t LatestTime() const;
  void LatchTime(std::int64_t unix_us);

  // Clears reader slots of dead processes (hazard L1); returns how many.
  [[nodiscard]] absl::StatusOr<int> ClearStaleReaders();

  [[nodiscard]] EnvCounters counters() const;

  struct Rep;  // opaque

 private:
  explicit Env(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_ENV_H_
