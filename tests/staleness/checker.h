// tests/staleness/checker.h: process B of a trial. It is warm, and asks in every way there is.
#ifndef LATCHKEY_TESTS_STALENESS_CHECKER_H_
#define LATCHKEY_TESTS_STALENESS_CHECKER_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "staleness/kinds.h"

namespace latchkey::test {

struct Figures {
  std::uint64_t trials = 0;
  std::uint64_t stale = 0;
  std::uint64_t faults = 0;  // denials because the engine could not decide: they show nothing
  std::uint32_t rounds = 0;

  void Count(const Decision& decision);
};

class Checker {
 public:
  Checker(const Kind& kind, Stage& stage, Board& board)
      : kind_(kind), stage_(stage), board_(board) {}

  // Keys of whoever stands on the board, or its principals if it can have no key.
  void MakeSubjects();
  // Everything is allowed, at last without a look at the store.
  void Warm();
  void AskAtOnce(std::size_t i, Figures& figures) const;
  void AskPrepared(std::size_t i, Figures& figures) const;
  void AskInBatch(Figures& figures) const;
  // Twice: the first questions find the store moved; those behind a question of a bystander, who is
  // allowed and so brings the caches up to date, find them so.
  void AskEveryWay(Figures& figures) const;

 private:
  void AllowAll();
  void MakeBystander();
  void AskForBystander() const;

  const Kind& kind_;
  Stage& stage_;
  Board& board_;
  std::vector<std::string> tokens_;
  std::optional<PreparedRequest> prepared_;  // before anything was taken away
  std::string bystander_;
  std::vector<Principal> principals_;
};

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_STALENESS_CHECKER_H_
