// latchkey/lifecycle.h: the states of an API key and every transition between them, as one table.
//
// The table is the authority: the engine asks it and nothing else decides a transition. *Lock*
// guards a key against change, *disable* guards it against use; a locked key authenticates like an
// unlocked one. Expiry is a fact of the clock, not a state.
//
// Rules
//   [domain L-1]  the table is data, total, and proven so by the compiler (below).
//   [domain L-2]  "no change" succeeds, leaves the entity tag alone and writes no history; every
//                 other success bumps the tag.
//   [domain L-4]  Deleted is final.
//   [domain L-5]  refused means: typed error, the key unchanged, the same answer on retry.
//   [hazard K16]  a lock never keeps a credential alive: removal of the identity, expiry and leak
//                 response outrank it.
#ifndef LATCHKEY_LIFECYCLE_H_
#define LATCHKEY_LIFECYCLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "latchkey/version.h"

namespace latchkey::inline v0 {

enum class KeyState : std::uint8_t {  // stored: add, never renumber
  kActive = 1,
  kLocked = 2,
  kDisabled = 3,
  kDisabledLocked = 4,
  kDeleted = 5,
};

enum class KeyCommand : std::uint8_t {  // stored in history: add, never renumber
  kUpdate = 1,
  kRotate = 2,
  kRetireOldSecret = 3,
  kLock = 4,
  kUnlock = 5,
  kDisable = 6,
  kEnable = 7,
  kDelete = 8,
  kLeakNone = 9,        // ReportLeak whose action is none
  kLeakDisable = 10,    // … is disable
  kLeakDelete = 11,     // … is delete
  kLeakOldSecret = 12,  // ReportLeak of the old secret of an overlap
  kRemoveIdentity = 13,
  kCreate = 14,  // in history only: a key begins here, no transition leads to it
};

enum class Effect : std::uint8_t {
  kMoves,     // to a new state
  kStays,     // the record changes, its state does not
  kNoChange,  // success without any change
  kRefusedLocked,
  kNotFound,
};

struct Transition {
  KeyState from;
  KeyCommand command;
  Effect effect;
  KeyState to;  // equals `from` unless effect is kMoves
};

inline constexpr std::array kKeyStates = {KeyState::kActive, KeyState::kLocked, KeyState::kDisabled,
                                          KeyState::kDisabledLocked, KeyState::kDeleted};
inline constexpr std::array kKeyCommands = {
    KeyCommand::kUpdate,        KeyCommand::kRotate,     KeyCommand::kRetireOldSecret,
    KeyCommand::kLock,          KeyCommand::kUnlock,     KeyCommand::kDisable,
    KeyCommand::kEnable,        KeyCommand::kDelete,     KeyCommand::kLeakNone,
    KeyCommand::kLeakDisable,   KeyCommand::kLeakDelete, KeyCommand::kLeakOldSecret,
    KeyCommand::kRemoveIdentity};

namespace lifecycle_rows {
using enum KeyState;
using enum Effect;
using C = KeyCommand;

struct Cell {
  Effect effect;
  KeyState to;
};
struct Row {
  KeyCommand command;
  std::array<Cell, kKeyStates.size()> cells;  // in the order of kKeyStates
};

inline constexpr Cell kToActive = {kMoves, kActive};
inline constexpr Cell kToLocked = {kMoves, kLocked};
inline constexpr Cell kToDisabled = {kMoves, kDisabled};
inline constexpr Cell kToBoth = {kMoves, kDisabledLocked};
inline constexpr Cell kToDeleted = {kMoves, kDeleted};
inline constexpr Cell kSame = {kStays, kDeleted};  // `to` is filled in by Expand
inline constexpr Cell kNone = {kNoChange, kDeleted};
inline constexpr Cell kHeld = {kRefusedLocked, kDeleted};
inline constexpr Cell kGone = {kNotFound, kDeleted};

// clang-format off
// Domain section 3, line by line. One cell pair differs: a leak of a disabled key is remembered, so
// that whoever manages the key enables it no more than one that the leak disabled [domain W-3].
//                         Active       Locked      Disabled    Disabled+Locked  Deleted
inline constexpr std::array kRows = {
  Row{C::kUpdate,           {{kSame,       kHeld,      kSame,      kHeld,       kGone}}},
  Row{C::kRotate,           {{kSame,       kHeld,      kSame,      kHeld,       kGone}}},
  Row{C::kRetireOldSecret,  {{kSame,       kHeld,      kSame,      kHeld,       kGone}}},
  Row{C::kLock,             {{kToLocked,   kNone,      kToBoth,    kNone,       kGone}}},
  Row{C::kUnlock,           {{kNone,       kToActive,  kNone,      kToDisabled, kGone}}},
  Row{C::kDisable,          {{kToDisabled, kHeld,      kNone,      kHeld,       kGone}}},
  Row{C::kEnable,           {{kNone,       kHeld,      kToActive,  kHeld,       kGone}}},
  Row{C::kDelete,           {{kToDeleted,  kHeld,      kToDeleted, kHeld,       kGone}}},
  Row{C::kLeakNone,         {{kNone,       kNone,      kNone,      kNone,       kGone}}},
  Row{C::kLeakDisable,      {{kToDisabled, kToBoth,    kSame,      kSame,       kGone}}},
  Row{C::kLeakDelete,       {{kToDeleted,  kToDeleted, kToDeleted, kToDeleted,  kGone}}},
  Row{C::kLeakOldSecret,    {{kSame,       kSame,      kSame,      kSame,       kGone}}},
  Row{C::kRemoveIdentity,   {{kToDeleted,  kToDeleted, kToDeleted, kToDeleted,  kNone}}},
};
// clang-format on

constexpr auto Expand() {
  std::array<Transition, kRows.size() * kKeyStates.size()> table{};
  std::size_t next = 0;
  for (const Row& row : kRows) {
    for (std::size_t i = 0; i < kKeyStates.size(); ++i) {
      const Cell cell = row.cells[i];
      const KeyState from = kKeyStates[i];
      table[next++] = {from, row.command, cell.effect, cell.effect == kMoves ? cell.to : from};
    }
  }
  return table;
}
}  // namespace lifecycle_rows

// Every state × every command, one row each.
inline constexpr auto kLifecycle = lifecycle_rows::Expand();

// The row for `state` and `command`. `command` is not kCreate. Cost: one indexed load.
[[nodiscard]] constexpr const Transition& TransitionOf(KeyState state, KeyCommand command) {
  const auto row = static_cast<std::size_t>(command) - 1;
  const auto column = static_cast<std::size_t>(state) - 1;
  return kLifecycle[row * kKeyStates.size() + column];
}

[[nodiscard]] constexpr bool IsLocked(KeyState state) {
  return state == KeyState::kLocked || state == KeyState::kDisabledLocked;
}
[[nodiscard]] constexpr bool IsDisabled(KeyState state) {
  return state == KeyState::kDisabled || state == KeyState::kDisabledLocked;
}
// Whether a key in this state authenticates, its expiry and identity apart.
[[nodiscard]] constexpr bool MayAuthenticate(KeyState state) {
  return state == KeyState::kActive || state == KeyState::kLocked;
}
// The state a key is born in [domain L-3].
[[nodiscard]] constexpr KeyState BornState(bool locked, bool disabled) {
  if (disabled) return locked ? KeyState::kDisabledLocked : KeyState::kDisabled;
  return locked ? KeyState::kLocked : KeyState::kActive;
}

// "active", "locked", "disabled", "disabled_locked", "deleted"; "update", "rotate", …
[[nodiscard]] std::string_view NameOf(KeyState state);
[[nodiscard]] std::string_view NameOf(KeyCommand command);

// The proofs. A change of the table that breaks a rule does not compile.
namespace lifecycle_proofs {
constexpr bool All(auto predicate) {
  for (const KeyState state : kKeyStates) {
    for (const KeyCommand command : kKeyCommands) {
      if (!predicate(TransitionOf(state, command), state, command)) return false;
    }
  }
  return true;
}
static_assert(kLifecycle.size() == kKeyStates.size() * kKeyCommands.size());
static_assert(All([](const Transition& row, KeyState state, KeyCommand command) {
                return row.from == state && row.command == command;
              }),
              "L-1: the table is total, in order, and holds no row twice");
static_assert(All([](const Transition& row, KeyState state, KeyCommand) {
                return state != KeyState::kDeleted || row.to == KeyState::kDeleted;
              }),
              "L-4: Deleted is final");
static_assert(All([](const Transition& row, KeyState, KeyCommand) {
                return (row.effect == Effect::kMoves) == (row.to != row.from);
              }),
              "a move changes the state, and nothing else does");
static_assert(All([](const Transition& row, KeyState state, KeyCommand command) {
                const bool outranks = command >= KeyCommand::kLeakNone;
                const bool concerns_lock =
                    command == KeyCommand::kLock || command == KeyCommand::kUnlock;
                return !IsLocked(state) || outranks || concerns_lock ||
                       row.effect == Effect::kRefusedLocked;
              }),
              "a lock refuses every key-management command");
static_assert(All([](const Transition& row, KeyState state, KeyCommand) {
                return row.effect != Effect::kRefusedLocked || IsLocked(state);
              }),
              "only a lock refuses");
static_assert(All([](const Transition& row, KeyState state, KeyCommand command) {
                return command < KeyCommand::kLeakNone || row.to == KeyState::kDeleted ||
                       IsLocked(row.to) == IsLocked(state);
              }),
              "leak response leaves the lock as it is");
}  // namespace lifecycle_proofs

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_LIFECYCLE_H_
