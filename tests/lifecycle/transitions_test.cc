// Goal: domain section 3 holds, cell by cell. Method: the page's own table lies beside this file,
// as text that was copied from the page and not from latchkey/lifecycle.h ("marked" is ours: see
// engine/ARCHITECTURE.md on leaks of disabled keys); every state × command ×
// overlap × side of expiry × version condition is tried against it.
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "engine/lifecycle/key_rules.h"
#include "lifecycle/support.h"

namespace latchkey::lifecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::map<std::string, KeyCommand>& CommandNames() {
  static const std::map<std::string, KeyCommand> names = {
      {"Update", KeyCommand::kUpdate},
      {"Rotate", KeyCommand::kRotate},
      {"RetireOldSecret", KeyCommand::kRetireOldSecret},
      {"Lock", KeyCommand::kLock},
      {"Unlock", KeyCommand::kUnlock},
      {"Disable", KeyCommand::kDisable},
      {"Enable", KeyCommand::kEnable},
      {"Delete", KeyCommand::kDelete},
      {"ReportLeak: none", KeyCommand::kLeakNone},
      {"ReportLeak: disable", KeyCommand::kLeakDisable},
      {"ReportLeak: delete", KeyCommand::kLeakDelete},
      {"ReportLeak of the old secret of an overlap", KeyCommand::kLeakOldSecret},
      {"identity removed", KeyCommand::kRemoveIdentity}};
  return names;
}

const std::map<std::string, KeyState>& StateNames() {
  static const std::map<std::string, KeyState> names = {
      {"Active", KeyState::kActive},
      {"Locked", KeyState::kLocked},
      {"Disabled", KeyState::kDisabled},
      {"DisabledLocked", KeyState::kDisabledLocked},
      {"Deleted", KeyState::kDeleted}};
  return names;
}

using Strings = std::vector<std::string>;
// (command, state) by the page's names → the page's answer.
using Cells = std::map<std::pair<std::string, std::string>, std::string>;

Strings Split(const std::string& text, const char* separator) {
  return absl::StrSplit(text, separator);
}

Strings CellsOfLine(const std::string& line) {
  return Split(line.substr(2, line.size() - 4), " | ");  // without the outer bars
}

// The commands that a row is about, each with the row's cells for it.
std::vector<std::pair<std::string, Strings>> RowsOfLine(Strings cells) {
  const std::string title = cells.front();
  cells.erase(cells.begin());
  std::vector<std::pair<std::string, Strings>> rows;
  const std::string kAlternatives = "ReportLeak: ";
  if (title.rfind(kAlternatives, 0) != 0) {
    for (const std::string& command : Split(title, ", ")) rows.emplace_back(command, cells);
    return rows;
  }
  const Strings actions = Split(title.substr(kAlternatives.size()), " / ");
  for (std::size_t i = 0; i < actions.size(); ++i) {
    Strings own;
    for (const std::string& cell : cells) {
      const Strings parts = Split(cell, " / ");
      own.push_back(parts.size() == 1 ? parts[0] : parts.at(i));
    }
    rows.emplace_back(kAlternatives + actions[i], own);
  }
  return rows;
}

Cells ReadPage() {
  Cells page;
  Strings states;
  std::ifstream in(LATCHKEY_SOURCE_DIR "/tests/lifecycle/section_3.md");
  for (std::string line; std::getline(in, line);) {
    if (states.empty()) {
      states = CellsOfLine(line);
      states.erase(states.begin());
      continue;
    }
    for (const auto& [command, cells] : RowsOfLine(CellsOfLine(line))) {
      for (std::size_t i = 0; i < states.size(); ++i) {
        EXPECT_TRUE(page.emplace(std::pair(command, states[i]), cells.at(i)).second);
      }
    }
  }
  return page;
}

absl::StatusOr<Step> Execute(const base::KeyRecord& record, KeyCommand command,
                             const IfMatch& if_match, const Facts& facts) {
  switch (command) {
    case KeyCommand::kUpdate: {
      KeyUpdate update;
      update.name = "new name";
      return Update(record, update, if_match, facts);
    }
    case KeyCommand::kRotate:
      return Rotate(record, VerifierOf(4), absl::ZeroDuration(), if_match, facts);
    case KeyCommand::kRetireOldSecret:
      return RetireOldSecret(record, if_match, facts);
    case KeyCommand::kLeakOldSecret:
      return LeakOldSecret(record, facts);
    default:
      return Command(record, command, if_match, facts);
  }
}

// One combination of everything that an answer may depend on.
struct Try {
  std::string command;
  std::string state;
  std::string cell;  // what the page says
  Overlap overlap = Overlap::kNone;
  bool leaked = false;  // of a disabled key: a leak disabled it
  std::optional<absl::Time> expires_at;
  bool stale = false;
  IfMatch if_match = IfMatch::Any();

  KeyCommand Code() const { return CommandNames().at(command); }
  bool NeedsOverlap() const {
    return command == "RetireOldSecret" || command == "ReportLeak of the old secret of an overlap";
  }
  base::KeyRecord Record() const {
    base::KeyRecord record = RecordIn(StateNames().at(state), overlap);
    record.key.expires_at = expires_at;
    record.key.disabled_by_leak = leaked;
    return record;
  }
};

std::vector<Try> AllTries() {
  const std::vector<std::optional<absl::Time>> kExpiries = {std::nullopt, kNow + kTick, kNow,
                                                            kNow - kTick};
  // The stored version is TagOf(7, 7).
  const std::vector<std::pair<bool, IfMatch>> kConditions = {{false, IfMatch::Any()},
                                                             {false, IfMatch::Tag(TagOf(7, 0x07))},
                                                             {true, IfMatch::Tag(TagOf(6, 0x07))},
                                                             {true, IfMatch::Tag(TagOf(7, 0x08))},
                                                             {true, IfMatch::Tag(EntityTag())}};
  std::vector<Try> tries;
  for (const auto& [names, cell] : ReadPage()) {
    const auto& [command, state] = names;
    for (const Overlap overlap : {Overlap::kNone, Overlap::kRunning}) {
      for (const auto& expiry : kExpiries) {
        for (const auto& [stale, condition] : kConditions) {
          // The report of an old secret names no version.
          const bool refused = stale && CommandNames().at(command) != KeyCommand::kLeakOldSecret;
          tries.push_back({command, state, cell, overlap, false, expiry, refused, condition});
          if (!IsDisabled(StateNames().at(state))) continue;
          tries.push_back({command, state, cell, overlap, true, expiry, refused, condition});
        }
      }
    }
  }
  return tries;
}

std::string Describe(const Try& one) {
  return one.command + " of a key " + one.state + (one.stale ? ", stale version" : "") +
         (one.overlap == Overlap::kRunning ? ", overlap runs" : ", no overlap") +
         (one.leaked ? ", leaked" : "") + ", expires " +
         (one.expires_at ? absl::FormatDuration(*one.expires_at - kNow) : "never");
}

// domain L-7: not found → locked → stale version → no change → the change.
std::string ExpectedAnswer(const Try& one) {
  if (one.cell == "not found") return "not_found";
  if (one.cell == "refused: locked") return "locked";
  if (one.stale) return "stale_version";
  if (one.cell == "no change" || one.cell == "–") return "no change";
  if (one.NeedsOverlap() && one.overlap == Overlap::kNone) return "no change";
  if (one.cell == "marked" && one.Record().key.disabled_by_leak) return "no change";
  return "change";
}

std::string ActualAnswer(const absl::StatusOr<Step>& step) {
  if (!step.ok()) return std::string(NameOf(ReasonOf(step.status())));
  return step->changed ? "change" : "no change";
}

std::string ExpectedState(const Try& one) {
  if (one.cell == "same" || one.cell == "that secret ends, same" || one.cell == "marked") {
    return one.state;
  }
  return one.cell;
}

Strings ExpectedFields(const Try& one) {
  static const std::map<std::string, Strings> fields = {
      {"Update", {"name"}},
      {"Rotate", {"secrets"}},
      {"RetireOldSecret", {"secrets"}},
      {"ReportLeak of the old secret of an overlap", {"secrets"}},
      {"Lock", {"locked"}},
      {"Unlock", {"locked"}},
      {"Disable", {"disabled"}},
      {"Enable", {"disabled"}},
      {"ReportLeak: disable", {"disabled", "disabled_by_leak"}}};
  if (one.cell == "marked") return {"disabled_by_leak"};
  const auto found = fields.find(one.command);
  return found == fields.end() ? Strings() : found->second;
}

// RecordIn: secret 3 goes on; secret 2 is old, and has ended unless an overlap runs.
std::vector<std::uint32_t> ExpectedSecrets(const Try& one) {
  if (ExpectedState(one) == "Deleted") return {};
  if (one.command == "Rotate") return {4};
  if (one.NeedsOverlap() || one.overlap == Overlap::kNone) return {3};
  return {3, 2};
}

bool Authenticates(const std::string& state) { return state == "Active" || state == "Locked"; }

std::uint32_t ExpectedEpoch(const Try& one) {
  const bool use_ends = Authenticates(one.state) && !Authenticates(ExpectedState(one));
  return one.command == "Rotate" || use_ends ? 6 : 5;
}

bool ExpectedLeakMark(const Try& one) {
  if (one.command == "ReportLeak: disable") return true;
  return one.command != "Enable" && one.Record().key.disabled_by_leak;
}

void CheckChange(const Try& one, const Step& step) {
  const base::KeyRecord& after = step.record;
  EXPECT_EQ(after.key.state, StateNames().at(ExpectedState(one)));
  EXPECT_EQ(step.deleted, ExpectedState(one) == "Deleted");
  EXPECT_EQ(after.key.entity_tag, TagOf(8, 0xee));  // domain K-6, L-2: exactly one more
  EXPECT_EQ(after.key.modified_at, kNow);
  EXPECT_EQ(step.fields, ExpectedFields(one));
  EXPECT_EQ(NumbersOf(after), ExpectedSecrets(one));
  EXPECT_EQ(after.use_epoch, ExpectedEpoch(one));
  EXPECT_EQ(after.key.disabled_by_leak, ExpectedLeakMark(one));
  EXPECT_EQ(after.key.expires_at, one.expires_at);
}

// What CheckChange looks at, put back: nothing else may differ.
base::KeyRecord WithoutTheChange(const Try& one, const base::KeyRecord& after,
                                 const base::KeyRecord& before) {
  base::KeyRecord record = after;
  record.key.state = before.key.state;
  record.key.entity_tag = before.key.entity_tag;
  record.key.modified_at = before.key.modified_at;
  record.key.disabled_by_leak = before.key.disabled_by_leak;
  record.key.name = before.key.name;
  record.use_epoch = before.use_epoch;
  record.last_secret_number = before.last_secret_number;
  record.secrets = before.secrets;
  if (one.command == "Rotate") record.made_with = before.made_with;
  return record;
}

// domain section 3, L-1: the page names every pair of a state and a command exactly once.
TEST(Transitions, PageIsTotal) {
  EXPECT_EQ(ReadPage().size(), 13U * 5U);
  EXPECT_EQ(CommandNames().size(), kKeyCommands.size());
  EXPECT_EQ(StateNames().size(), kKeyStates.size());
}

// domain section 3, L-2, L-5, L-7, K-6, hazard K16, hazard C49, hazard C50
TEST(Transitions, EveryCommandAnswersAsThePageSays) {
  for (const Try& one : AllTries()) {
    SCOPED_TRACE(Describe(one));
    const base::KeyRecord before = one.Record();
    const std::string printed = Print(before);
    const auto step = Execute(before, one.Code(), one.if_match, FactsAt(kNow));
    EXPECT_EQ(ActualAnswer(step), ExpectedAnswer(one));
    EXPECT_EQ(Print(before), printed);
    if (!step.ok()) continue;
    if (ExpectedAnswer(one) == "change") {
      CheckChange(one, *step);
      EXPECT_EQ(Print(WithoutTheChange(one, step->record, before)), printed);
    } else {
      EXPECT_EQ(Print(step->record), printed);
      EXPECT_FALSE(step->deleted);
      EXPECT_THAT(step->fields, IsEmpty());
    }
  }
}

// domain L-5: the same answer on retry, text and reason.
TEST(Transitions, RefusalIsTheSameOnRetry) {
  for (const Try& one : AllTries()) {
    SCOPED_TRACE(Describe(one));
    const base::KeyRecord record = one.Record();
    const auto first = Execute(record, one.Code(), one.if_match, FactsAt(kNow, 1));
    if (first.ok()) continue;
    const auto again =
        Execute(record, one.Code(), one.if_match, FactsAt(kNow + absl::Hours(50), 2));
    EXPECT_EQ(again.status(), first.status());
  }
}

// domain L-2, C-1: what succeeded without a change succeeds without a change again, and so does
// what is repeated in the version that it led to, unless it is a rotation or the key is gone.
TEST(Transitions, RepeatedCommandChangesNothingMore) {
  for (const Try& one : AllTries()) {
    SCOPED_TRACE(Describe(one));
    const auto first = Execute(one.Record(), one.Code(), one.if_match, FactsAt(kNow, 1));
    if (!first.ok() || first->deleted || one.command == "Rotate") continue;
    const auto again = Execute(first->record, one.Code(), IfMatch::Any(), FactsAt(kNow, 2));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_FALSE(again->changed);
    EXPECT_EQ(Print(again->record), Print(first->record));
  }
}

// domain L-4: no command leads out of Deleted, in whatever version and at whatever time.
TEST(Transitions, DeletedIsFinal) {
  const auto deleted = Taken(
      Command(RecordIn(KeyState::kActive), KeyCommand::kDelete, IfMatch::Any(), FactsAt(kNow)));
  for (const auto& [name, command] : CommandNames()) {
    SCOPED_TRACE(name);
    const auto step = Execute(deleted.record, command, IfMatch::Any(), FactsAt(kNow));
    EXPECT_EQ(ActualAnswer(step), name == "identity removed" ? "no change" : "not_found");
  }
}

// domain L-4, K-3: the hashes go with the key; domain K-12: who made its secrets stays.
TEST(Transitions, DeletionForgetsTheSecrets) {
  const base::KeyRecord before = RecordIn(KeyState::kActive, Overlap::kRunning);
  for (const KeyCommand command :
       {KeyCommand::kDelete, KeyCommand::kLeakDelete, KeyCommand::kRemoveIdentity}) {
    const Step step = Taken(Command(before, command, IfMatch::Any(), FactsAt(kNow)));
    EXPECT_THAT(step.record.secrets, IsEmpty());
    EXPECT_EQ(step.record.made_with, before.made_with);
  }
}

// hazard K16, hazard C50: a lock keeps no credential alive, and leaves the lock as it was.
TEST(Transitions, LeakAndRemovalOutrankTheLock) {
  const base::KeyRecord locked = RecordIn(KeyState::kLocked);
  const auto after = [&](KeyCommand command) {
    return Taken(Command(locked, command, IfMatch::Any(), FactsAt(kNow))).record.key.state;
  };
  EXPECT_EQ(after(KeyCommand::kLeakDisable), KeyState::kDisabledLocked);
  EXPECT_EQ(after(KeyCommand::kLeakDelete), KeyState::kDeleted);
  EXPECT_EQ(after(KeyCommand::kRemoveIdentity), KeyState::kDeleted);
}

// domain K-6, hazard C49: of two changes that read the same version exactly one wins.
TEST(Transitions, SecondChangeOfOneVersionIsStale) {
  const base::KeyRecord record = RecordIn(KeyState::kActive);
  const IfMatch as_read = IfMatch::Tag(record.key.entity_tag);
  const Step first = Taken(Command(record, KeyCommand::kLock, as_read, FactsAt(kNow)));
  EXPECT_EQ(Outcome(Command(first.record, KeyCommand::kUnlock, as_read, FactsAt(kNow))),
            "stale_version");
  EXPECT_TRUE(Command(first.record, KeyCommand::kUnlock, IfMatch::Tag(first.record.key.entity_tag),
                      FactsAt(kNow))
                  .ok());
}

// domain T-2: what was kept from before a disabling stays dead after a later enabling.
TEST(Transitions, EnablingDoesNotBringBackTheUseEpoch) {
  const base::KeyRecord record = RecordIn(KeyState::kActive);
  const Step disabled = Taken(Command(record, KeyCommand::kDisable, IfMatch::Any(), FactsAt(kNow)));
  const Step enabled =
      Taken(Command(disabled.record, KeyCommand::kEnable, IfMatch::Any(), FactsAt(kNow)));
  EXPECT_EQ(enabled.record.key.state, KeyState::kActive);
  EXPECT_GT(enabled.record.use_epoch, record.use_epoch);
}

// Our own promise: what has a function of its own does not pass through Command.
TEST(TransitionsDeathTest, CommandTakesOnlyItsOwn) {
  const base::KeyRecord record = RecordIn(KeyState::kActive);
  for (const KeyCommand command : {KeyCommand::kUpdate, KeyCommand::kRotate,
                                   KeyCommand::kRetireOldSecret, KeyCommand::kLeakOldSecret}) {
    EXPECT_DEATH((void)Command(record, command, IfMatch::Any(), FactsAt(kNow)),
                 "this command has a function of its own");
  }
  EXPECT_DEATH((void)Command(record, KeyCommand::kCreate, IfMatch::Any(), FactsAt(kNow)),
               "creation is not a transition");
}

}  // namespace
}  // namespace latchkey::lifecycle
