// Habits of the house that a compiler does not see. Words that are banned are spelt here in two
// pieces, so that this check does not find itself.
#ifndef LATCHKEY_TESTS_CONTRACT_TIDY_H_
#define LATCHKEY_TESTS_CONTRACT_TIDY_H_

#include <string_view>

#include "contract/source_tree.h"

namespace latchkey::contract {

// Sources and scripts: at most 100 columns, no tab, no trailing blank, a last line that ends, and
// at most 600 lines.
Findings CheckLayout(const Tree& tree);

// Nothing unfinished, switched off or silenced, and no path of one machine.
Findings CheckLeftovers(const Tree& tree);

// Scripts name no host: packages come from wherever the machine gets them.
Findings CheckHosts(const Tree& tree);

// The library prints nothing and ends no process: only a broken invariant does both.
Findings CheckLibraryIsSilent(const Tree& tree);

// A test that waits for time to pass proves nothing on a slow machine.
Findings CheckTestsDoNotSleep(const Tree& tree);

// Every source of engine/, tests/<folder>/ and fuzz/ is in compile_commands.json.
Findings CheckSourcesAreBuilt(const Tree& tree, std::string_view compile_commands);

// Every tests/mutants/*.mutant names a file, and its text occurs there exactly once.
Findings CheckMutantsApply(const Tree& tree);

}  // namespace latchkey::contract

#endif  // LATCHKEY_TESTS_CONTRACT_TIDY_H_
