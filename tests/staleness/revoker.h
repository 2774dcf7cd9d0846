// tests/staleness/revoker.h: process A of a trial. It takes away and gives back on command, and
// acknowledges each step after its call has returned.
#ifndef LATCHKEY_TESTS_STALENESS_REVOKER_H_
#define LATCHKEY_TESTS_STALENESS_REVOKER_H_

#include "staleness/kinds.h"

namespace latchkey::test {

// Puts the text of `identity` on the board.
void Announce(Board& board, const IamId& identity);

// Builds the organisation with the subject and the grant of `kind`; the engine is closed again.
void Prepare(const Kind& kind, Stage& stage, Board& board);

// The whole life of process A. Answers its exit code.
[[nodiscard]] int Revoke(const Kind& kind, Stage& stage, Board& board);

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_STALENESS_REVOKER_H_
