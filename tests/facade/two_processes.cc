#include "facade/two_processes.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace latchkey::test {
namespace {

constexpr int kOtherAnswer = 100;

int MakeKeys(const Engine& engine, const NewApiKey& request, int attempts) {
  int made = 0;
  for (int i = 0; i < attempts; ++i) {
    const auto key = engine.keys().Create(Caller::TrustedHost(), request);
    if (key.ok()) ++made;
    if (!key.ok() && ReasonOf(key.status()) != Reason::kLimitExceeded) return kOtherAnswer;
  }
  return made;
}

}  // namespace

int MakeKeysInTwoProcesses(const testing::TemporaryStore& place, std::optional<Service>& service,
                           const NewApiKey& request, int attempts) {
  const testing::ManualClock clock;
  int go[2] = {};
  EXPECT_EQ(pipe(go), 0);
  const pid_t child = fork();
  if (child == 0) {
    char c = 0;
    if (read(go[0], &c, 1) != 1) _exit(kOtherAnswer + 1);
    const auto engine = Engine::Open(testing::FastOptions(place, clock));
    _exit(engine.ok() ? MakeKeys(*engine, request, attempts) : kOtherAnswer + 2);
  }
  service.emplace(nullptr, &place);
  EXPECT_EQ(write(go[1], "g", 1), 1);
  const int here = MakeKeys(service->engine(), request, attempts);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  close(go[0]);
  close(go[1]);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_LT(here, kOtherAnswer);
  EXPECT_LT(WEXITSTATUS(status), kOtherAnswer);
  return here + WEXITSTATUS(status);
}

}  // namespace latchkey::test
