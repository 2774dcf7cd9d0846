#include "engine/base/process.h"

#include <pthread.h>

#include <atomic>

namespace latchkey::base {
namespace {

std::atomic<std::uint64_t> generation{1};

void InChild() { generation.fetch_add(1, std::memory_order_relaxed); }

// Registered before main, so that no fork of the host goes unseen.
[[maybe_unused]] const int registered = pthread_atfork(nullptr, nullptr, InChild);

}  // namespace

std::uint64_t ForkGeneration() { return generation.load(std::memory_order_relaxed); }

}  // namespace latchkey::base
