// engine/kv/registry.h: which stores this process has open, and whether it is still that process.
//
// LMDB's locks are per process and inode: a second environment of one store, or one stray close of
// its lock file, destroys isolation without an error (hazard F2). A child of fork shares the map,
// the reader slots and the descriptors of its parent and must touch none of them (hazard L8).
#ifndef LATCHKEY_ENGINE_KV_REGISTRY_H_
#define LATCHKEY_ENGINE_KV_REGISTRY_H_

#include <cstdint>
#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "engine/kv/file.h"

namespace latchkey::kv {

// Remembers the process that made it. Threads: any. Cost: one load.
class ForkMark {
 public:
  ForkMark();
  [[nodiscard]] bool Forked() const;

 private:
  std::uint32_t generation_;
};

// The claim of this process on one store, from before its files are opened until after they are
// closed. Destroying it in a child of fork changes nothing there.
class Reservation {
 public:
  // Errors  kAlreadyOpen  another claim names the same directory
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Reservation>> Take(FileId directory);
  ~Reservation();
  Reservation(const Reservation&) = delete;
  Reservation& operator=(const Reservation&) = delete;

  // Adds a file to the claim. Errors: kAlreadyOpen, another claim has it (a hard link, or a file
  // that was moved into this directory).
  [[nodiscard]] absl::Status Claim(FileId file);

  // The descriptor of the gate: a child of fork closes it, so that it does not keep the locks of
  // its parent alive. -1 before the descriptor is closed here.
  void SetGateFd(int fd);

  struct Entry;  // opaque

 private:
  explicit Reservation(std::unique_ptr<Entry> entry);
  ForkMark mark_;
  std::unique_ptr<Entry> entry_;
};

// While it is held, fork waits: LMDB's data descriptor is inheritable for an instant (hazard L10).
[[nodiscard]] std::unique_lock<std::mutex> HoldForks();

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_REGISTRY_H_
