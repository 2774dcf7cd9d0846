// Runs a number of warm calls and nothing else, for instructions.py: the difference between two
// runs with different numbers is what a call costs.
//
//   instructions_bench check|authorize|naive CALLS
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bench/must.h"
#include "bench/subject.h"

namespace latchkey::bench {
namespace {

template <class Ask>
void Repeat(std::span<const Question> questions, std::size_t calls, std::uint32_t allowed,
            Ask ask) {
  for (std::size_t done = 0; done < calls; done += questions.size()) {
    std::uint32_t now = 0;
    for (const Question& question : questions) now += ask(question) ? 1U : 0U;
    Must(now == allowed, "a wrong answer");
  }
}

void Run(std::string_view what, std::size_t calls) {
  const Subject subject({.identities = 50, .keys_per_identity = 10});
  const Access access = subject.engine().access();
  Traffic traffic(subject.fixture(), 1, 0, &subject.principals());
  const std::span<const Question> questions = traffic.Next();
  if (what == "check") {
    Repeat(questions, calls, traffic.allowed(), [&](const Question& question) {
      return access.Check(question.token, question.request).allowed();
    });
  } else if (what == "authorize") {
    Repeat(questions, calls, traffic.allowed(), [&](const Question& question) {
      return access.Authorize(question.principal, question.request).allowed();
    });
  } else if (what == "naive") {
    Repeat(questions, calls, traffic.allowed(), [&](const Question& question) {
      return subject.naive().Authorize(question.identity, question.account, question.request);
    });
  } else {
    Fail("what is to run: check, authorize or naive");
  }
}

}  // namespace
}  // namespace latchkey::bench

int main(int argc, char** argv) {
  latchkey::bench::Must(argc == 3, "usage: instructions_bench check|authorize|naive CALLS");
  latchkey::bench::Run(argv[1], std::strtoul(argv[2], nullptr, 10));
  return 0;
}
