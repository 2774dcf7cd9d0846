#include "engine/kv/registry.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/invariant.h"

namespace latchkey::kv {

struct Reservation::Entry {
  std::vector<FileId> files;  // the directory first
  int gate_fd = -1;
};

namespace {

struct Registry {
  std::mutex mutex;
  std::mutex forks;
  std::vector<Reservation::Entry*> entries;
};

// Never destroyed: environments with static storage duration may outlive it.
Registry& TheRegistry() {
  static Registry& registry = *new Registry;
  return registry;
}

std::atomic<std::uint32_t> fork_generation{0};

void BeforeFork() {
  TheRegistry().forks.lock();
  TheRegistry().mutex.lock();
}

void InParent() {
  TheRegistry().mutex.unlock();
  TheRegistry().forks.unlock();
}

// Runs alone in the child, with both mutexes held. Only close() reaches outside of this process'
// own memory; the locks of the open file stay with the parent.
void InChild() {
  fork_generation.fetch_add(1, std::memory_order_relaxed);
  for (const Reservation::Entry* entry : TheRegistry().entries) {
    if (entry->gate_fd >= 0) ::close(entry->gate_fd);
  }
  TheRegistry().entries.clear();
  InParent();
}

void WatchForks() {
  static const int watching = pthread_atfork(&BeforeFork, &InParent, &InChild);
  LATCHKEY_INVARIANT(watching == 0, "pthread_atfork has memory for its handlers");
}

bool Has(const Registry& registry, FileId file) {
  return std::any_of(registry.entries.begin(), registry.entries.end(), [&](const auto* entry) {
    return std::find(entry->files.begin(), entry->files.end(), file) != entry->files.end();
  });
}

absl::Status AlreadyOpen() {
  return base::Error(Reason::kAlreadyOpen,
                     "this process has the store open: share that engine or close it first");
}

}  // namespace

ForkMark::ForkMark() : generation_(fork_generation.load(std::memory_order_relaxed)) {}

bool ForkMark::Forked() const {
  return fork_generation.load(std::memory_order_relaxed) != generation_;
}

Reservation::Reservation(std::unique_ptr<Entry> entry) : entry_(std::move(entry)) {}

absl::StatusOr<std::unique_ptr<Reservation>> Reservation::Take(FileId directory) {
  WatchForks();
  Registry& registry = TheRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  if (Has(registry, directory)) return AlreadyOpen();
  auto entry = std::make_unique<Entry>();
  entry->files.push_back(directory);
  registry.entries.push_back(entry.get());
  return std::unique_ptr<Reservation>(new Reservation(std::move(entry)));
}

absl::Status Reservation::Claim(FileId file) {
  Registry& registry = TheRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  const auto& own = entry_->files;
  if (std::find(own.begin(), own.end(), file) != own.end()) return absl::OkStatus();
  if (Has(registry, file)) return AlreadyOpen();
  entry_->files.push_back(file);
  return absl::OkStatus();
}

void Reservation::SetGateFd(int fd) {
  const std::lock_guard<std::mutex> lock(TheRegistry().mutex);
  entry_->gate_fd = fd;
}

Reservation::~Reservation() {
  if (mark_.Forked()) return;
  Registry& registry = TheRegistry();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  std::erase(registry.entries, entry_.get());
}

std::unique_lock<std::mutex> HoldForks() {
  return std::unique_lock<std::mutex>(TheRegistry().forks);
}

}  // namespace latchkey::kv
