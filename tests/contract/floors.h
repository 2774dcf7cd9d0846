// The floors of the house: who may include whom.
//
// The table is cmake/floors.cmake, which the build links by; it is parsed here and written nowhere
// else. What the table does not say is stated beside each checker.
#ifndef LATCHKEY_TESTS_CONTRACT_FLOORS_H_
#define LATCHKEY_TESTS_CONTRACT_FLOORS_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/source_tree.h"

namespace latchkey::contract {

struct Floors {
  std::vector<std::string> order;                      // from the ground up
  std::map<std::string, std::set<std::string>> below;  // floor -> what it may include
};

// Reads `set(latchkey_floors …)` and every `set(below_<floor> …)`.
Floors ParseFloors(std::string_view cmake_text);

// Every floor has a row, and names only floors that stand before it: so there is no circle.
Findings CheckFloorTable(const Floors& floors);

// Every source of engine/ lies directly in the folder of a floor, or in that of a host.
Findings CheckFolders(const Tree& tree, const Floors& floors);

// In engine/: an include goes down or stays; it is spelt from the root, so that every include line
// shows its floor; the roof is for the façade that implements it; hosts see include/latchkey only.
Findings CheckEngineIncludes(const Tree& tree, const Floors& floors);

// In include/: public headers see each other, Abseil and the standard library; the vocabulary does
// not see the roof.
Findings CheckPublicIncludes(const Tree& tree);

// <lmdb.h> in exactly one file, of kv; <sodium.h> in exactly one, of crypto; *.pb.h only in codec.
Findings CheckDoors(const Tree& tree);

// No header of engine/ or include/ reaches itself.
Findings CheckCircles(const Tree& tree);

}  // namespace latchkey::contract

#endif  // LATCHKEY_TESTS_CONTRACT_FLOORS_H_
