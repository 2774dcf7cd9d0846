#include "engine/cache/single_flight.h"

#include "engine/base/error.h"

namespace latchkey::cache {

absl::StatusOr<bool> SingleFlight::Do(const Key& key, base::Deadline deadline, bool& shared,
                                      const std::function<absl::StatusOr<bool>()>& work) {
  shared = false;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto [found, is_leader] = flights_.try_emplace(key, nullptr);
    if (is_leader) break;
    const std::shared_ptr<Flight> flight = found->second;
    if (!flight->landed_signal.wait_until(lock, deadline.at(), [&] { return flight->landed; })) {
      return base::Error(Reason::kBusy, "the token is being verified, try again later");
    }
    if (flight->result.has_value()) {
      shared = true;
      return *flight->result;
    }
  }
  const auto flight = std::make_shared<Flight>();
  flights_[key] = flight;
  lock.unlock();

  absl::StatusOr<bool> result = work();

  lock.lock();
  if (result.ok()) flight->result = *result;
  flight->landed = true;
  flights_.erase(key);
  flight->landed_signal.notify_all();
  return result;
}

}  // namespace latchkey::cache
