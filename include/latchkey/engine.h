// latchkey/engine.h: opens a store and hands out the handles through which everything is done.
//
// An Engine is one store in one process. Handles are cheap to copy, safe from any thread, and stay
// valid objects after Close: their calls then answer kClosed. The library prints nothing, logs
// nothing, and starts no thread unless Options::maintenance_interval asks for one.
//
//   latchkey::Options options;
//   options.path = "/var/lib/app/keys";
//   absl::StatusOr<latchkey::Engine> engine = latchkey::Engine::Open(options);
//   if (!engine.ok()) return engine.status();
//   latchkey::Decision d = engine->access().Check(token, {"acme", "billing", "invoice.read", {}});
//   if (!d.allowed()) return Refuse(d.reason());
//
// Rules
//   [hazard C60]  used in a child of the process that opened it, every call answers kForked.
//   [hazard C61]  a store is open at most once per process; several processes of one host share it.
//   [hazard C91]  an engine that is closed, forked or broken denies; there is no switch that
//   allows.
#ifndef LATCHKEY_ENGINE_H_
#define LATCHKEY_ENGINE_H_

#include <array>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/access.h"
#include "latchkey/caller.h"
#include "latchkey/context_rules.h"
#include "latchkey/directory.h"
#include "latchkey/feed.h"
#include "latchkey/keys.h"
#include "latchkey/options.h"
#include "latchkey/policies.h"
#include "latchkey/status.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

namespace facade {
class Core;
}  // namespace facade

// Counted since Open, in this process.
struct EngineCounters {
  std::uint64_t argon2_runs = 0;
  std::uint64_t argon2_refused_busy = 0;  // the gate was not free before the deadline
  std::uint64_t argon2_shared = 0;        // answers shared by single flight
  std::uint64_t unissued_refused = 0;     // tokens that ended at form or tag: no read, no Argon2
  std::uint64_t snapshots = 0;            // LMDB read transactions begun
  std::uint64_t commits = 0;
  std::uint64_t verified_hits = 0;        // authentications without Argon2
  std::uint64_t verified_below_cost = 0;  // those read from the store with a verifier below
                                          // Options::argon2, which upkeep is to make anew
  std::uint64_t rehashed = 0;             // verifiers that upkeep made anew
  std::uint64_t stale_readers_cleared = 0;
  std::uint64_t fences = 0;
};

struct EngineInfo {
  std::uint64_t revision = 0;  // of the newest committed mutation
  std::array<std::uint8_t, 16> store_id{};
  std::uint32_t format_version = 0;
  bool keyed = false;               // records carry a MAC
  bool process_key_locked = false;  // hazard C24
  EngineCounters counters;
};

// How a mutation under a request id ended.
struct Settlement {
  std::uint64_t revision = 0;
  absl::Time at;
  std::string act;     // "key.create", …
  std::string object;  // id of the object it was about
};

struct MaintenanceReport {
  std::uint64_t readers_cleared = 0;
  std::uint64_t changes_trimmed = 0;
  std::uint64_t requests_trimmed = 0;
  std::uint64_t activity_written = 0;    // keys whose counts this process added to what is kept
  std::uint64_t activity_forgotten = 0;  // keys that are gone, and so is what was kept of them
  // Why counts could not be written, or those of deleted keys not be dropped; kNone: they were. The
  // rest was done all the same, nothing was lost, and the next run tries again [domain K-13].
  Reason activity_fault = Reason::kNone;
  std::uint64_t rehashed = 0;  // verifiers brought up to Options::argon2 [domain L-2]
  bool complete = false;       // false: the deadline came first; call again
};

class Engine {
 public:
  // Opens or creates the store at options.path.
  //
  // Errors    kInvalidOptions  names the field
  //           kStoreMissing, kStoreExists, kStoreForeign, kStoreMismatch, kStoreUnsafe,
  //           kFileSystem, kAlreadyOpen, kPidNamespace, kBusy, kNoEntropy, kCorrupt: see
  //           latchkey/status.h
  // Threads   any
  // Cost      a few milliseconds, independent of the number of keys; fsync when it creates
  // On error  nothing is open, and what was there is unchanged
  [[nodiscard]] static absl::StatusOr<Engine> Open(const Options& options);

  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();  // closes

  [[nodiscard]] Keys keys() const;
  [[nodiscard]] Directory directory() const;
  [[nodiscard]] Policies policies() const;
  [[nodiscard]] ContextRules context_rules() const;
  [[nodiscard]] Access access() const;
  [[nodiscard]] Feed feed() const;

  // Waits for calls in progress, writes the counts of authentications (for at most 5 s if another
  // process holds that up), then closes the store; later calls answer kClosed. Idempotent.
  // Calls that wait for the writer or for Argon2 end with kClosed. Threads   any, but not from
  // within an Observer
  void Close();

  // Errors  kClosed, kForked, and faults of the store.
  [[nodiscard]] absl::StatusOr<EngineInfo> Info() const;

  // Whether the mutation that was sent under `id` took place. Waits for the writer first, so the
  // answer is final: kNotFound means that it was not committed and never will be.
  //
  // Caller    the trusted host
  // Errors    kNotFound (not committed, or forgotten after request_id_retention)
  [[nodiscard]] absl::StatusOr<Settlement> Settle(const Call& call, const RequestId& id) const;

  // Upkeep: clears reader slots of dead processes, writes the counts of authentications and drops
  // those of deleted keys, brings verifiers up to Options::argon2 whose secrets were used, trims
  // the feed and request ids by the options' retention. Call it every minute or so in every
  // process, or let Options::maintenance_interval do it; correctness never depends on it. What
  // Keys::ActivityOf tells is as far behind the other processes, and as much is lost when one is
  // killed, as this was called long ago there.
  //
  // The counts lie in an LMDB environment of their own, `activity` in the store's directory, made
  // when there is first something to write. It is no part of a decision: if it is faulty, unsafe or
  // missing, everything else goes on, and it may be removed while no process has the store open.
  //
  // A verifier is made anew after its key authenticated in this process through the store (hazard
  // K3): one Argon2id at a time by the same gate as everybody, one change in the feed,
  // "key.rehash", and neither entity tag nor history; also of a locked or disabled key. At most 256
  // wait for it; of more, later authentications remind.
  //
  // Caller    the trusted host
  // Cost      short write transactions until done or until call.timeout; of the counts of deleted
  //           keys, those of at most 10,000 keys are looked for in one call
  [[nodiscard]] absl::StatusOr<MaintenanceReport> RunMaintenance(const Call& call) const;

 private:
  explicit Engine(std::shared_ptr<facade::Core> core);
  std::shared_ptr<facade::Core> core_;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_ENGINE_H_
