#include "staleness/revoker.h"

#include <algorithm>

#include "staleness/process.h"

namespace latchkey::test {
namespace {

IamId MakeSubject(const Stage& stage, Subject subject) {
  switch (subject) {
    case Subject::kRobot:
      return stage.AddRobot();
    case Subject::kBob:
      return User("bob");
    case Subject::kAlice:
      return User("alice");
    case Subject::kProfile:
      return Must(stage.directory().CreateProfile(stage.host, stage.home, "ops", "")).id;
  }
  return {};
}

}  // namespace

void Announce(Board& board, const IamId& identity) {
  board.identity.fill('\0');
  std::ranges::copy(identity.text(), board.identity.begin());
}

void Prepare(const Kind& kind, Stage& stage, Board& board) {
  stage.Open();
  stage.Build();
  stage.account = AccountId(kind.asked);
  stage.identity = MakeSubject(stage, kind.subject);
  kind.setup(stage);
  Announce(board, stage.identity);
  stage.Close();
}

int Revoke(const Kind& kind, Stage& stage, Board& board) {
  stage.Open();
  for (std::uint32_t round = 1;; ++round) {
    stage.round = round;
    AwaitParent([&] { return board.go.load() == round || board.stop.load(); });
    if (board.stop.load()) return 0;
    for (std::uint32_t i = 0; i < (kind.each ? kSubjects : 1); ++i) {
      kind.take(stage, board.keys[i]);
      board.taken.store(i + 1, std::memory_order_release);
    }
    board.done.store(round, std::memory_order_release);
    AwaitParent([&] { return board.undo.load() == round || board.stop.load(); });
    if (board.stop.load()) return 0;
    for (std::uint32_t i = 0; kind.restore && i < (kind.each ? kSubjects : 1); ++i) {
      kind.restore(stage, board.keys[i]);
    }
    Announce(board, stage.identity);
    board.taken.store(0);
    board.undone.store(round, std::memory_order_release);
  }
}

}  // namespace latchkey::test
