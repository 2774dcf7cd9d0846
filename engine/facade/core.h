// engine/facade/core.h: the state of one engine, shared by its handles, and the frames in which
// every call of the roof runs: enter, resolve the caller, read or mutate, leave.
#ifndef LATCHKEY_ENGINE_FACADE_CORE_H_
#define LATCHKEY_ENGINE_FACADE_CORE_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/caller.h"
#include "latchkey/engine.h"
#include "latchkey/options.h"

#include "engine/authz/evaluator.h"
#include "engine/base/deadline.h"
#include "engine/base/error.h"
#include "engine/base/process.h"
#include "engine/cache/argon2_gate.h"
#include "engine/cache/read_side.h"
#include "engine/cache/rehash_queue.h"
#include "engine/cache/single_flight.h"
#include "engine/cache/verified_credentials.h"
#include "engine/cache/warm_cache.h"
#include "engine/crypto/crypto.h"
#include "engine/facade/activity.h"
#include "engine/facade/credentials.h"
#include "engine/facade/latched_clock.h"
#include "engine/facade/maintenance_thread.h"
#include "engine/facade/refusal_log.h"
#include "engine/lifecycle/key_rules.h"
#include "engine/store/store.h"

namespace latchkey::inline v0::facade {

struct AtomicCounters {
  std::atomic<std::uint64_t> argon2_runs{0};
  std::atomic<std::uint64_t> argon2_shared{0};
  std::atomic<std::uint64_t> unissued_refused{0};
  std::atomic<std::uint64_t> snapshots{0};
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> verified_hits{0};
  std::atomic<std::uint64_t> verified_below_cost{0};
  std::atomic<std::uint64_t> rehashed{0};
};

// One call in a read snapshot.
struct ReadFrame {
  store::View& view;
  const std::optional<authz::Actor>& actor;  // nothing: the trusted host
  absl::Time now;
};

// One call in a write transaction. The body checks who may and what the object permits, writes, and
// returns; the frame commits if anything was written.
struct WriteFrame {
  store::Mutation& txn;
  const std::optional<authz::Actor>& actor;  // nothing: the trusted host
  lifecycle::Facts facts;
  store::ChangeHeader& header;  // act, account, object: set by the body where it knows better

  [[nodiscard]] EntityTag FirstTag() const { return {1, facts.nonce}; }
  [[nodiscard]] EntityTag NextTag(const EntityTag& before) const {
    return {before.n + 1, facts.nonce};
  }
};

// What an act is called and what it is about, for history and feed.
struct ActName {
  std::string_view act;      // "key.create", "policy.delete", …
  std::string_view account;  // "" if none
  std::string_view object;   // "" if none yet
};

class Core {
 public:
  [[nodiscard]] static absl::StatusOr<std::shared_ptr<Core>> Open(const Options& options);
  ~Core();

  void Close();

  // A call in progress; Close waits for it.
  class Use {
   public:
    // One that answers from the caches looks at what they share, and is over at once; any other may
    // wait for Argon2 or the writer, and must not hold up what the caches free meanwhile.
    enum Kind { kAny, kWarm };
    explicit Use(Core& core, Kind kind = kAny)
        : core_(core), inside_((kind == kWarm ? core.readers_ : core.calls_).Enter()) {}
    ~Use() {
      inside_.reset();
      core_.Left();
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    // Whether status() is OK.
    [[nodiscard]] bool open() const { return core_.IsOpen(); }
    // kForked, kClosed, or OK.
    [[nodiscard]] absl::Status status() const { return core_.CheckOpen(); }

   private:
    Core& core_;
    std::optional<cache::ReadSide::Guard> inside_;
  };

  // Runs `body(ReadFrame&)` for the caller of `call` and returns its status or StatusOr.
  template <class Body>
  auto Read(const Call& call, Body body) -> std::invoke_result_t<Body, ReadFrame&>;

  // Runs `body(WriteFrame&)` in one write transaction and commits what it wrote [domain W-6].
  template <class Body>
  auto Mutate(const Call& call, const ActName& name, Body body)
      -> std::invoke_result_t<Body, WriteFrame&>;

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] store::Store& store() { return *store_; }
  [[nodiscard]] const Credentials& credentials() const { return *credentials_; }
  [[nodiscard]] cache::Argon2Gate& argon2() { return *argon2_; }
  [[nodiscard]] cache::SingleFlight& flights() { return flights_; }
  [[nodiscard]] cache::VerifiedCredentials& verified() { return *verified_; }
  [[nodiscard]] cache::RehashQueue& rehashes() { return *rehashes_; }
  [[nodiscard]] cache::WarmCache& warm() { return *warm_; }
  [[nodiscard]] Activity& activity() { return *activity_; }
  [[nodiscard]] const crypto::ProcessKey& process_key() const { return *process_key_; }
  [[nodiscard]] RefusalLog& refusals() { return refusals_; }
  [[nodiscard]] AtomicCounters& counters() { return counters_; }
  // LatchedClock's.
  [[nodiscard]] std::int64_t NowUs() { return clock_->NowUs(); }
  [[nodiscard]] absl::Time Now() { return absl::FromUnixMicros(NowUs()); }
  [[nodiscard]] absl::Time ChangeTime() { return absl::FromUnixMicros(clock_->ChangeTimeUs()); }
  // Close was called: work that nobody waits for ends.
  [[nodiscard]] bool closing() const { return closed_.load(); }
  // Tells this engine, in this process, from every other one.
  [[nodiscard]] std::uint64_t instance() const { return instance_; }

  [[nodiscard]] absl::StatusOr<std::unique_ptr<store::Snapshot>> Snapshot();
  // Waits for the writer until `deadline`, in slices, so that Close ends the wait.
  [[nodiscard]] absl::StatusOr<std::unique_ptr<store::Mutation>> Write(base::Deadline deadline);
  // Commits and reports faults to the observer. Returns the new revision.
  [[nodiscard]] absl::StatusOr<std::uint64_t> Commit(store::Mutation& txn,
                                                     const store::ChangeHeader& header);
  // A status on its way out of the engine: corrupt records are counted for the observer.
  absl::Status Report(absl::Status status);
  // Writes the activity counted so far. A fault is the observer's; returns its reason.
  struct FlushedActivity {
    Activity::Flushed flushed;
    Reason fault = Reason::kNone;
  };
  FlushedActivity FlushActivity(base::Deadline deadline);

 private:
  explicit Core(const Options& options) : options_(options) {}

  [[nodiscard]] bool IsOpen() const {
    return base::ForkGeneration() == fork_generation_ && !closed_.load();
  }
  [[nodiscard]] absl::Status CheckOpen() const;
  void Left();
  void End();
  void CloseInChild();

  const Options options_;
  std::unique_ptr<store::Store> store_;
  std::optional<Credentials> credentials_;
  std::optional<LatchedClock> clock_;
  std::optional<crypto::ProcessKey> process_key_;
  std::optional<cache::Argon2Gate> argon2_;
  std::unique_ptr<cache::VerifiedCredentials> verified_;
  cache::SingleFlight flights_;
  std::optional<cache::RehashQueue> rehashes_{std::in_place};
  RefusalLog refusals_;
  AtomicCounters counters_;
  std::uint64_t instance_ = 0;
  std::uint64_t fork_generation_ = 0;

  cache::ReadSide calls_;
  cache::ReadSide readers_;
  std::unique_ptr<cache::WarmCache> warm_;
  std::unique_ptr<Activity> activity_;
  std::unique_ptr<MaintenanceThread> maintenance_;

  std::mutex closing_mutex_;
  std::condition_variable drained_;  // or ended
  bool closing_ = false;             // somebody is ending it
  bool ended_ = false;
  std::atomic<bool> closed_{false};
};

// OK if `call` may begin: a caller is named (kCallerMissing), it is not Anybody (kNotAllowed), and
// there is time left (kDeadlineExceeded).
[[nodiscard]] absl::Status CheckCall(const Call& call);

// The caller as an actor in this snapshot: nothing for the trusted host. Errors: those of a
// principal that is not live (kPrincipalInvalid, kPrincipalRevoked, kKeyDisabled, kKeyExpired, …).
[[nodiscard]] absl::StatusOr<std::optional<authz::Actor>> ResolveCaller(Core& core,
                                                                        store::View& view,
                                                                        const Call& call,
                                                                        absl::Time now);

[[nodiscard]] base::ActorStamp StampOf(const Call& call, const std::optional<authz::Actor>& actor);

// The frame's facts: time, author, key and a fresh nonce. Errors: kNoEntropy.
[[nodiscard]] absl::StatusOr<lifecycle::Facts> FactsOf(const std::optional<authz::Actor>& actor,
                                                       absl::Time now);

[[nodiscard]] inline absl::Status StatusOf(const absl::Status& result) { return result; }
template <class T>
[[nodiscard]] absl::Status StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

template <class Body>
auto Core::Read(const Call& call, Body body) -> std::invoke_result_t<Body, ReadFrame&> {
  const Use use(*this);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_RETURN_IF_ERROR(CheckCall(call));
  auto snapshot = Snapshot();
  if (!snapshot.ok()) return Report(snapshot.status());
  store::View& view = (*snapshot)->view();
  const absl::Time now = Now();
  const auto actor = ResolveCaller(*this, view, call, now);
  if (!actor.ok()) return Report(actor.status());
  ReadFrame frame{view, *actor, now};
  auto result = body(frame);
  if (!result.ok()) return Report(StatusOf(result));
  return result;
}

template <class Body>
auto Core::Mutate(const Call& call, const ActName& name, Body body)
    -> std::invoke_result_t<Body, WriteFrame&> {
  const Use use(*this);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_RETURN_IF_ERROR(CheckCall(call));
  const auto deadline = base::Deadline::After(call.timeout);
  auto txn = Write(deadline);
  if (!txn.ok()) return Report(txn.status());
  const absl::Time now = ChangeTime();
  const auto actor = ResolveCaller(*this, **txn, call, now);
  if (!actor.ok()) return Report(actor.status());
  LATCHKEY_ASSIGN_OR_RETURN(const lifecycle::Facts facts, FactsOf(*actor, now));

  store::ChangeHeader header;
  header.at = now;
  header.actor = StampOf(call, *actor);
  header.act = name.act;
  header.account = name.account;
  header.object = name.object;
  header.request_id = call.request_id;
  WriteFrame frame{**txn, *actor, facts, header};
  auto result = body(frame);
  if (!result.ok()) return Report(StatusOf(result));
  if ((*txn)->touched()) {
    const auto revision = Commit(**txn, header);
    if (!revision.ok()) return Report(revision.status());
  }
  return result;
}

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_CORE_H_
