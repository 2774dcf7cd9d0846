#include "engine/cache/argon2_gate.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/invariant.h"

namespace latchkey::cache {

Argon2Gate::Argon2Gate(std::uint32_t concurrency, std::uint32_t waiting)
    : concurrency_(concurrency), waiting_max_(waiting) {
  LATCHKEY_INVARIANT(concurrency >= 1, "a gate that lets nobody through");
}

absl::StatusOr<Argon2Gate::Permit> Argon2Gate::Acquire(std::string_view account,
                                                       base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (shut_) return base::Error(Reason::kClosed, "the engine was closed");
  if (running_ < concurrency_ && waiting_ == 0) {
    most_running_ = std::max(most_running_, ++running_);
    return Permit(this);
  }
  if (waiting_ >= waiting_max_) {
    ++refused_busy_;
    return base::Error(Reason::kBusy, "too many calls wait for Argon2, try again later");
  }
  Waiter waiter;
  const auto [line, is_new] = lines_.try_emplace(std::string(account));
  if (is_new) line->second = turn_.insert(turn_.end(), Line{std::string(account), {}});
  line->second->waiters.push_back(&waiter);
  ++waiting_;
  waiter.ready.wait_until(lock, deadline.at(), [&] { return waiter.granted || shut_; });
  // A grant that came in the same moment as the deadline is used: it was taken from others.
  if (waiter.granted) return Permit(this);
  Leave(account, &waiter);
  if (shut_) return base::Error(Reason::kClosed, "the engine was closed");
  ++refused_busy_;
  return base::Error(Reason::kBusy, "Argon2 was not free before the deadline, try again later");
}

void Argon2Gate::Release() {
  const std::lock_guard lock(mutex_);
  --running_;
  GrantNext();
}

void Argon2Gate::GrantNext() {
  while (running_ < concurrency_ && !turn_.empty()) {
    const auto line = turn_.begin();
    Waiter* const next = line->waiters.front();
    line->waiters.pop_front();
    --waiting_;
    most_running_ = std::max(most_running_, ++running_);
    if (line->waiters.empty()) {
      lines_.erase(line->account);
      turn_.erase(line);
    } else {
      turn_.splice(turn_.end(), turn_, line);
    }
    next->granted = true;
    next->ready.notify_one();
  }
}

void Argon2Gate::Leave(std::string_view account, Waiter* waiter) {
  const auto found = lines_.find(std::string(account));
  LATCHKEY_INVARIANT(found != lines_.end(), "a waiter without its line");
  std::deque<Waiter*>& waiters = found->second->waiters;
  waiters.erase(std::find(waiters.begin(), waiters.end(), waiter));
  --waiting_;
  if (!waiters.empty()) return;
  turn_.erase(found->second);
  lines_.erase(found);
}

void Argon2Gate::Shutdown() {
  const std::lock_guard lock(mutex_);
  shut_ = true;
  for (Line& line : turn_) {
    for (Waiter* waiter : line.waiters) waiter->ready.notify_one();
  }
}

std::uint32_t Argon2Gate::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::uint32_t Argon2Gate::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::uint32_t Argon2Gate::most_running() const {
  const std::lock_guard lock(mutex_);
  return most_running_;
}

std::uint64_t Argon2Gate::refused_busy() const {
  const std::lock_guard lock(mutex_);
  return refused_busy_;
}

}  // namespace latchkey::cache
