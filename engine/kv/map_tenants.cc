#include "engine/kv/map_tenants.h"

#include "engine/kv/patience.h"

namespace latchkey::kv {

void MapTenants::Wait() { const std::lock_guard<std::mutex> lock(mutex_); }

bool MapTenants::Exchange(base::Deadline deadline, const std::function<bool()>& vacant,
                          const std::function<void()>& exchange) {
  const std::lock_guard<std::mutex> lock(mutex_);
  exchanging_.store(true);
  Patience patience(deadline.Remaining());
  bool empty = vacant();
  while (!empty && patience.Wait()) empty = vacant();
  if (empty) exchange();
  exchanging_.store(false);
  return empty;
}

}  // namespace latchkey::kv
