// Engine: open, close, information, settlement, upkeep.
#include "latchkey/engine.h"

#include "engine/base/error.h"
#include "engine/facade/core.h"
#include "engine/facade/upkeep.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

absl::Status HostOnly(const Call& call) {
  LATCHKEY_RETURN_IF_ERROR(CheckCall(call));
  if (call.caller.kind() == Caller::Kind::kTrustedHost) return absl::OkStatus();
  return base::Error(Reason::kNotAllowed, "only the trusted host may do this");
}

EngineCounters CountersOf(Core& core) {
  AtomicCounters& from = core.counters();
  EngineCounters counters;
  counters.argon2_runs = from.argon2_runs.load();
  counters.argon2_shared = from.argon2_shared.load();
  counters.argon2_refused_busy = core.argon2().refused_busy();
  counters.unissued_refused = from.unissued_refused.load();
  counters.snapshots = from.snapshots.load();
  counters.commits = from.commits.load();
  counters.verified_hits = from.verified_hits.load();
  counters.verified_below_cost = from.verified_below_cost.load();
  counters.rehashed = from.rehashed.load();
  const kv::EnvCounters env = core.store().env().counters();
  counters.stale_readers_cleared = env.stale_readers_cleared;
  counters.fences = env.fences;
  return counters;
}

}  // namespace
}  // namespace facade

absl::StatusOr<Engine> Engine::Open(const Options& options) {
  LATCHKEY_ASSIGN_OR_RETURN(std::shared_ptr<facade::Core> core, facade::Core::Open(options));
  return Engine(std::move(core));
}

Engine::Engine(std::shared_ptr<facade::Core> core) : core_(std::move(core)) {}
Engine::Engine(Engine&&) noexcept = default;

Engine& Engine::operator=(Engine&& other) noexcept {
  if (this != &other) {
    Close();
    core_ = std::move(other.core_);
  }
  return *this;
}

Engine::~Engine() { Close(); }

Keys Engine::keys() const { return Keys(core_); }
Directory Engine::directory() const { return Directory(core_); }
Policies Engine::policies() const { return Policies(core_); }
ContextRules Engine::context_rules() const { return ContextRules(core_); }
Access Engine::access() const { return Access(core_); }
Feed Engine::feed() const { return Feed(core_); }

void Engine::Close() {
  if (core_ != nullptr) core_->Close();
}

absl::StatusOr<EngineInfo> Engine::Info() const {
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_ASSIGN_OR_RETURN(const auto snapshot, core_->Snapshot());
  EngineInfo info;
  LATCHKEY_ASSIGN_OR_RETURN(info.revision, snapshot->view().Revision());
  const codec::StoreHeader& header = core_->store().header();
  info.store_id = header.store_id;
  info.format_version = header.format;
  info.keyed = header.keyed;
  info.process_key_locked = core_->process_key().locked();
  info.counters = facade::CountersOf(*core_);
  return info;
}

absl::StatusOr<Settlement> Engine::Settle(const Call& call, const RequestId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::HostOnly(call));
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  // Taking the writer makes the answer final: whatever was in doubt has been fenced.
  LATCHKEY_ASSIGN_OR_RETURN(const auto txn, core_->Write(base::Deadline::After(call.timeout)));
  LATCHKEY_ASSIGN_OR_RETURN(const auto outcome, txn->FindRequest(id));
  if (!outcome) return base::Error(Reason::kNotFound, "no mutation was committed under this id");
  return Settlement{outcome->revision, outcome->at, outcome->act, outcome->object};
}

absl::StatusOr<MaintenanceReport> Engine::RunMaintenance(const Call& call) const {
  LATCHKEY_RETURN_IF_ERROR(facade::HostOnly(call));
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  return facade::RunUpkeep(*core_, base::Deadline::After(call.timeout));
}

}  // namespace latchkey::inline v0
