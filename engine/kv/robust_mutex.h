// engine/kv/robust_mutex.h: a mutex in shared memory that outlives its owner (hazards L26, L27).
#ifndef LATCHKEY_ENGINE_KV_ROBUST_MUTEX_H_
#define LATCHKEY_ENGINE_KV_ROBUST_MUTEX_H_

#include <pthread.h>

#include "engine/base/deadline.h"

namespace latchkey::kv::robust_mutex {

// Nobody may hold or wait for `mutex`.
[[nodiscard]] bool Init(pthread_mutex_t& mutex);

// 0, also when the owner died while holding it; ETIMEDOUT; EDEADLK if this thread holds it; any
// other errno if it is broken. Waits on the steady clock; a free mutex is taken even after
// `deadline`.
[[nodiscard]] int Lock(pthread_mutex_t& mutex, base::Deadline deadline);

// False if this thread does not hold it.
[[nodiscard]] bool Unlock(pthread_mutex_t& mutex);

}  // namespace latchkey::kv::robust_mutex

#endif  // LATCHKEY_ENGINE_KV_ROBUST_MUTEX_H_
