// engine/base/process.h: tells a forked child from the process that it came from, without a system
// call (hazard L8).
#ifndef LATCHKEY_ENGINE_BASE_PROCESS_H_
#define LATCHKEY_ENGINE_BASE_PROCESS_H_

#include <cstdint>

namespace latchkey::base {

// Counts forks on the way from the first caller's process to this one: a value taken before a fork
// differs from the one that the child reads. Threads: any. Cost: one relaxed load.
[[nodiscard]] std::uint64_t ForkGeneration();

}  // namespace latchkey::base

#endif  // LATCHKEY_ENGINE_BASE_PROCESS_H_
