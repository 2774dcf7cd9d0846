// engine/kv/gate.h: the third file, gate.latchkey. It holds what processes share beyond LMDB.
//
//   the gate           a robust mutex with a deadline; LMDB's writer lock has none (L27)
//   the in-doubt mark  id of a commit that may have been seen but is not known made (F8, O2)
//   the creating mark  the store is not complete: nothing in it has been acknowledged
//   the latest time    domain K-11
//   who shares it      boot id and PID namespace (L32, F9)
//
// Two OFD locks on it: byte 0 is held alone by whoever opens the store (L28); byte 1 is held shared
// by everyone who has it open, so that the first comer knows that he is the first. OFD locks,
// unlike LMDB's, do not vanish when somebody closes another descriptor (F2).
#ifndef LATCHKEY_ENGINE_KV_GATE_H_
#define LATCHKEY_ENGINE_KV_GATE_H_

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/base/deadline.h"
#include "engine/kv/directory.h"
#include "engine/kv/file.h"
#include "engine/kv/registry.h"

namespace latchkey::kv {

// Stored: its size and order are fixed; a change needs a new version.
struct GateLayout {
  char magic[8];
  std::uint32_t version;
  std::uint32_t mutex_bytes;  // 32-bit and 64-bit processes cannot share the mutex
  std::uint64_t pid_namespace;
  char boot_id[40];
  std::atomic<std::uint32_t> creating;
  std::atomic<std::uint32_t> commits;     // how many were told; a futex
  std::uint64_t data_device, data_inode;  // of data.mdb and lock.mdb, while anyone has them open
  std::uint64_t lock_device, lock_inode;
  std::atomic<std::uint64_t> in_doubt;  // 0: none
  std::atomic<std::int64_t> latest_us;
  alignas(64) pthread_mutex_t mutex;
};
inline constexpr std::size_t kGateBytes = 4096;
static_assert(sizeof(GateLayout) <= kGateBytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

class Gate {
 public:
  // Opens the file, creating it if needed, and returns holding byte 0.
  // Errors  kBusy          others were opening the store throughout
  //         kStoreUnsafe   hazard L30
  //         kStoreForeign  the file is not a gate of this version
  //         kPidNamespace  others of another PID namespace have it open (F9)
  //         kFileSystem    others of another boot, so of another kernel, have it open
  // Threads: one at a time until Opened().
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Gate>> Open(const Directory& directory,
                                                                  Reservation& reservation);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Nobody else has the store open, and nobody can while byte 0 is held.
  [[nodiscard]] bool alone() const { return alone_; }
  [[nodiscard]] bool creating() const { return layout_->creating.load() != 0; }
  // Durable on return; the file's name is so after Directory::Sync.
  [[nodiscard]] absl::Status SetCreating(bool creating);
  // The files that all who have the store open must have open: whoever comes later compares (F6,
  // L29). The first one sets them.
  struct Files {
    FileId data;
    FileId lock;
    bool operator==(const Files&) const = default;
  };
  [[nodiscard]] Files files() const;
  void SetFiles(const Files& files);
  // Gives up byte 0.
  void Opened();

  // Errors: kBusy after `deadline`, and at once if this thread holds it already; kStorageFailed.
  [[nodiscard]] absl::Status Enter(base::Deadline deadline);
  void Leave();

  // For the holder only. Plain memory of the page cache: survives this process, not the machine;
  // the caches that it protects do not survive the machine either.
  [[nodiscard]] std::uint64_t in_doubt() const { return layout_->in_doubt.load(); }
  void MarkInDoubt(std::uint64_t txn_id) { layout_->in_doubt.store(txn_id); }
  void ClearDoubt() { layout_->in_doubt.store(0); }

  // Threads: any, in any process.
  [[nodiscard]] std::int64_t latest_us() const { return layout_->latest_us.load(); }
  void RaiseLatest(std::int64_t unix_us);
  // Commits of all processes that were told, modulo 2^32.
  [[nodiscard]] std::uint32_t commits() const { return layout_->commits.load(); }
  void TellCommit();
  // Until more than `seen` were told, or `deadline`; sometimes earlier.
  void AwaitCommit(std::uint32_t seen, base::Deadline deadline) const;

  [[nodiscard]] FileId id() const { return id_; }

 private:
  Gate(Fd fd, FileId id, Reservation& reservation);
  absl::Status LookWhoIsHere();
  absl::Status MapIt(const Directory& directory);
  absl::Status CheckLayout() const;
  absl::Status JoinOrBegin();

  Reservation& reservation_;
  Fd fd_;
  FileId id_;
  bool alone_ = false;
  GateLayout* layout_ = nullptr;
};

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_GATE_H_
