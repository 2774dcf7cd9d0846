#include "engine/cache/single_flight.h"

#include <utility>

#include "engine/base/error.h"

namespace latchkey::cache {

// Lands on every way out, so that nobody waits for work that threw.
class SingleFlight::Landing {
 public:
  Landing(SingleFlight& flights, const Key& key, std::shared_ptr<Flight> flight)
      : flights_(flights), key_(key), flight_(std::move(flight)) {}
  ~Landing() {
    const std::lock_guard lock(flights_.mutex_);
    flight_->result = result_;
    flight_->landed = true;
    flights_.flights_.erase(key_);
    flight_->landed_signal.notify_all();
  }
  Landing(const Landing&) = delete;
  Landing& operator=(const Landing&) = delete;

  void Share(bool result) { result_ = result; }

 private:
  SingleFlight& flights_;
  const Key& key_;
  const std::shared_ptr<Flight> flight_;
  std::optional<bool> result_;
};

absl::StatusOr<bool> SingleFlight::Do(const Key& key, base::Deadline deadline, bool& shared,
                                      const std::function<absl::StatusOr<bool>()>& work) {
  shared = false;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto found = flights_.find(key);
    if (found == flights_.end()) break;
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
  flights_.emplace(key, flight);
  lock.unlock();

  Landing landing(*this, key, flight);
  absl::StatusOr<bool> result = work();
  if (result.ok()) landing.Share(*result);
  return result;
}

}  // namespace latchkey::cache
