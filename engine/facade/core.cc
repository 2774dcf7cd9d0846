#include "engine/facade/core.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "engine/base/process.h"
#include "engine/facade/options_check.h"
#include "engine/facade/resolve.h"
#include "engine/facade/upkeep.h"

namespace latchkey::inline v0::facade {
namespace {

store::StoreOptions StoreOptionsOf(const Options& options, absl::Time now) {
  store::StoreOptions store;
  store.directory = options.path;
  store.mode = static_cast<kv::OpenMode>(options.mode);
  store.map_size_bytes = options.map_size_bytes;
  store.max_readers = options.max_readers;
  store.allow_any_file_system = options.allow_any_file_system;
  store.token_prefix = options.token_prefix;
  store.crn_prefix = options.crn_prefix;
  store.record_key = options.record_key;
  store.now = absl::FromUnixMicros(absl::ToUnixMicros(now));
  return store;
}

std::uint32_t ConcurrencyOf(const Options& options) {
  if (options.argon2_concurrency != 0) return options.argon2_concurrency;
  return std::max(1U, std::thread::hardware_concurrency());
}

// As long as Close waits without getting on: another process may have been stopped while it writes.
constexpr absl::Duration kFlushAtClose = absl::Seconds(5);

}  // namespace

absl::StatusOr<std::shared_ptr<Core>> Core::Open(const Options& options) {
  LATCHKEY_RETURN_IF_ERROR(CheckOptions(options));
  LATCHKEY_RETURN_IF_ERROR(crypto::Initialize());
  auto core = std::shared_ptr<Core>(new Core(options));
  const Clock& clock = options.clock != nullptr ? *options.clock : Clock::System();
  LATCHKEY_ASSIGN_OR_RETURN(crypto::ProcessKey process_key, crypto::ProcessKey::Make());
  core->process_key_.emplace(std::move(process_key));
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(
      std::span(reinterpret_cast<std::uint8_t*>(&core->instance_), sizeof core->instance_)));
  LATCHKEY_ASSIGN_OR_RETURN(core->store_, store::Store::Open(StoreOptionsOf(options, clock.Now())));
  core->credentials_.emplace(core->store_->header());
  core->clock_.emplace(clock, core->store_->env(), options.observer);
  core->argon2_.emplace(ConcurrencyOf(options), options.argon2_waiting);
  LATCHKEY_ASSIGN_OR_RETURN(
      core->verified_,
      cache::VerifiedCredentials::Make(options.verified_credentials, *core->process_key_));
  LATCHKEY_ASSIGN_OR_RETURN(
      core->warm_,
      cache::WarmCache::Make(core->process_key_->bytes(), core->readers_,
                             options.verified_credentials, options.compiled_access_bytes));
  core->activity_ = std::make_unique<Activity>(core->options_, *core->store_);
  core->fork_generation_ = base::ForkGeneration();
  if (!core->process_key_->locked() && options.observer != nullptr) {
    options.observer->OnEvent(Observer::Event::kMemoryNotLocked, 1);
  }
  if (options.maintenance_interval > absl::ZeroDuration()) {
    LATCHKEY_ASSIGN_OR_RETURN(
        core->maintenance_, MaintenanceThread::Start(options.maintenance_interval,
                                                     [self = core.get()] { MaintainOnce(*self); }));
  }
  return core;
}

Core::~Core() { Close(); }

absl::Status Core::CheckOpen() const {
  if (base::ForkGeneration() != fork_generation_) {
    return base::Error(Reason::kForked, "the engine was opened by another process, open it anew");
  }
  if (closed_.load()) return base::Error(Reason::kClosed, "the engine was closed");
  return absl::OkStatus();
}

void Core::Left() {
  if (!closed_.load()) return;
  const std::lock_guard lock(closing_mutex_);
  drained_.notify_all();
}

void Core::Close() {
  closed_.store(true);
  if (fork_generation_ != 0 && base::ForkGeneration() != fork_generation_) return CloseInChild();
  if (argon2_) argon2_->Shutdown();
  std::unique_lock lock(closing_mutex_);
  if (std::exchange(closing_, true)) {
    drained_.wait(lock, [&] { return ended_; });
    return;
  }
  if (maintenance_ != nullptr) maintenance_->Stop();
  drained_.wait(lock, [&] { return calls_.Empty() && readers_.Empty(); });
  lock.unlock();
  End();
  lock.lock();
  ended_ = true;
  drained_.notify_all();
}

void Core::End() {
  if (activity_ != nullptr) {
    FlushedActivity last;
    do {
      last = FlushActivity(base::Deadline::After(kFlushAtClose));
    } while (!last.flushed.complete && last.flushed.keys > 0);
  }
  maintenance_.reset();
  warm_.reset();
  activity_.reset();
  store_.reset();
  // Handles may keep this alive: what was derived from secrets does not wait for them (hazard O5).
  rehashes_.reset();
  verified_.reset();
  process_key_.reset();
}

// The calls of the parent's other threads never end here, and these may have been writing: what
// they wrote to is kept as it is, and what was counted is the parent's to write. Nothing of the
// store is this process' to close: kv knows that and leaves the parent's tables alone.
void Core::CloseInChild() {
  static std::atomic<cache::WarmCache*> kept;
  static std::atomic<Activity*> kept_activity;
  static std::atomic<MaintenanceThread*> kept_maintenance;
  kept.store(warm_.release());
  kept_activity.store(activity_.release());
  kept_maintenance.store(maintenance_.release());
  store_.reset();
}

absl::StatusOr<std::unique_ptr<store::Snapshot>> Core::Snapshot() {
  counters_.snapshots.fetch_add(1, std::memory_order_relaxed);
  return store_->Read();
}

absl::StatusOr<std::unique_ptr<store::Mutation>> Core::Write(base::Deadline deadline) {
  constexpr absl::Duration kSlice = absl::Milliseconds(100);
  while (true) {
    const bool last = deadline.Remaining() <= kSlice;
    auto txn = store_->Write(last ? deadline : base::Deadline::After(kSlice));
    if (txn.ok() || last || ReasonOf(txn.status()) != Reason::kBusy) return txn;
    if (closed_.load()) return base::Error(Reason::kClosed, "the engine was closed");
  }
}

absl::StatusOr<std::uint64_t> Core::Commit(store::Mutation& txn,
                                           const store::ChangeHeader& header) {
  auto revision = txn.Commit(header);
  if (revision.ok()) counters_.commits.fetch_add(1, std::memory_order_relaxed);
  return revision;
}

absl::Status Core::Report(absl::Status status) {
  if (ReasonOf(status) == Reason::kCorrupt && options_.observer != nullptr) {
    options_.observer->OnEvent(Observer::Event::kCorruptRecord, 1);
  }
  return status;
}

Core::FlushedActivity Core::FlushActivity(base::Deadline deadline) {
  const auto flushed = activity_->Flush(deadline);
  Observer* const observer = options_.observer;
  if (!flushed.ok()) {
    if (observer != nullptr) observer->OnEvent(Observer::Event::kActivityFailed, 1);
    return {.flushed = {.complete = false}, .fault = ReasonOf(flushed.status())};
  }
  if (flushed->damaged > 0 && observer != nullptr) {
    observer->OnEvent(Observer::Event::kCorruptRecord, flushed->damaged);
  }
  return {.flushed = *flushed};
}

absl::Status CheckCall(const Call& call) {
  switch (call.caller.kind()) {
    case Caller::Kind::kMissing:
      return base::Error(Reason::kCallerMissing, "name a caller: a principal or the trusted host");
    case Caller::Kind::kAnybody:
      return base::Error(Reason::kNotAllowed, "this call needs a principal or the trusted host");
    case Caller::Kind::kTrustedHost:
    case Caller::Kind::kPrincipal:
      break;
  }
  if (call.timeout <= absl::ZeroDuration()) {
    return base::Error(Reason::kDeadlineExceeded, "the call's timeout must be positive");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<authz::Actor>> ResolveCaller(Core& core, store::View& view,
                                                          const Call& call, absl::Time now) {
  if (call.caller.kind() != Caller::Kind::kPrincipal) return std::optional<authz::Actor>();
  LATCHKEY_ASSIGN_OR_RETURN(
      ResolvedPrincipal resolved,
      ResolvePrincipal(core, view, call.caller.principal(), now, call.caller.source()));
  if (resolved.reason != Reason::kAuthenticated) {
    return base::Error(resolved.reason, "the caller's principal is not live, authenticate again");
  }
  return std::optional<authz::Actor>(std::move(resolved.actor));
}

base::ActorStamp StampOf(const Call& call, const std::optional<authz::Actor>& actor) {
  base::ActorStamp stamp;
  stamp.kind = call.caller.kind();
  stamp.source = call.caller.source();
  if (actor) {
    stamp.identity = actor->identity.id;
    stamp.account = actor->acting_account;
    stamp.applied_by = actor->applied_by;
    stamp.key = actor->key;
  }
  return stamp;
}

absl::StatusOr<lifecycle::Facts> FactsOf(const std::optional<authz::Actor>& actor, absl::Time now) {
  lifecycle::Facts facts;
  facts.now = now;
  if (actor) {
    facts.by = actor->identity.id;
    facts.with_key = actor->key;
    facts.bound = actor->bound;
  }
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(facts.nonce));
  return facts;
}

}  // namespace latchkey::inline v0::facade
