// tests/facade/two_processes.h: two processes that make keys in one store at the same time.
#ifndef LATCHKEY_TESTS_FACADE_TWO_PROCESSES_H_
#define LATCHKEY_TESTS_FACADE_TWO_PROCESSES_H_

#include <optional>

#include "facade/service.h"

namespace latchkey::test {

// Opens `service` on `place`, then asks for the key `attempts` times as the trusted host, in this
// process and at once in another; how many keys both made. Fails the test on any refusal but
// kLimitExceeded. `attempts` is at most 50.
int MakeKeysInTwoProcesses(const testing::TemporaryStore& place, std::optional<Service>& service,
                           const NewApiKey& request, int attempts);

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_FACADE_TWO_PROCESSES_H_
