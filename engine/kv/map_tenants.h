// engine/kv/map_tenants.h: who uses LMDB's map, so that it can be exchanged when another process
// has enlarged it (hazards L3, L4): LMDB asks that no transaction of this process is open then, and
// checks nothing.
#ifndef LATCHKEY_ENGINE_KV_MAP_TENANTS_H_
#define LATCHKEY_ENGINE_KV_MAP_TENANTS_H_

#include <atomic>
#include <functional>
#include <mutex>

#include "engine/base/deadline.h"

namespace latchkey::kv {

// A tenant announces itself, then looks whether the map is being exchanged; the exchanger sets his
// flag, then counts tenants: sequential consistency lets at least one see the other. Readers
// announce themselves by being absent from their pool, which costs no shared write.
class MapTenants {
 public:
  // True if the tenant that has just announced itself must withdraw and Wait().
  [[nodiscard]] bool MustWithdraw() const { return exchanging_.load(); }
  // Until the exchange that was under way has ended.
  void Wait();

  // Runs `exchange` when `vacant` has answered true. False if it did not before `deadline`.
  // Threads: any; one at a time gets in.
  [[nodiscard]] bool Exchange(base::Deadline deadline, const std::function<bool()>& vacant,
                              const std::function<void()>& exchange);

 private:
  std::mutex mutex_;
  std::atomic<bool> exchanging_{false};
};

}  // namespace latchkey::kv

#endif  // LATCHKEY_ENGINE_KV_MAP_TENANTS_H_
