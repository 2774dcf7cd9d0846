// A writer that is killed loses nothing that it acknowledged and leaves nothing half done.
//
// A child opens the store and commits one key after the other, each with its history and a request
// id; after each commit it says so through a pipe. The parent kills it after some acknowledgements,
// opens the store and looks. The next child goes on from there.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "gtest/gtest.h"

#include "store/world.h"

namespace latchkey::store {
namespace {

RequestId RequestNumber(std::uint64_t number) { return RequestId{KeyNumber(number).bytes()}; }

// Never returns.
[[noreturn]] void CommitForEver(const StoreOptions& options, int acknowledge) {
  const auto store = OpenStore(options);
  for (std::uint64_t next = *ReadIn(*store)->view().Revision();; ++next) {
    const auto m = BeginIn(*store);
    const base::KeyRecord key = SomeKey(next, "acct", "IBMid-1");
    if (!m->Put(key).ok()) _exit(1);
    if (!m->AppendHistory(key.key.id, SomeHistory(0, KeyCommand::kCreate), 200).ok()) _exit(2);
    // Every third key goes again with the next commit, so that deletions are cut short too.
    if (next % 3 == 1) {
      const base::KeyRecord gone = SomeKey(next - 1, "acct", "IBMid-1");
      if (!m->DeleteKey(gone.key.id, TombstoneOf(gone)).ok()) _exit(3);
    }
    ChangeHeader header = HeaderAt(0);
    header.request_id = RequestNumber(next);
    if (!m->Commit(header).ok()) _exit(4);
    if (write(acknowledge, &next, sizeof next) != sizeof next) _exit(5);
  }
}

// Kills the child after `count` acknowledgements; returns how many commits it acknowledged.
std::uint64_t RunAndKill(const StoreOptions& options, std::uint64_t count) {
  int fds[2];
  EXPECT_EQ(pipe(fds), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(fds[0]);
    CommitForEver(options, fds[1]);
  }
  close(fds[1]);
  std::uint64_t last = 0, acknowledged = 0;
  while (acknowledged < count && read(fds[0], &last, sizeof last) == sizeof last) {
    acknowledged = acknowledged + 1;
  }
  kill(child, SIGKILL);
  // What it still wrote before it died is acknowledged as well.
  std::uint64_t all = acknowledged;
  while (read(fds[0], &last, sizeof last) == sizeof last) ++all;
  close(fds[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
  return all;
}

bool IsWhole(View& view, std::uint64_t number, std::uint64_t revision) {
  const bool is_gone = number % 3 == 0 && number + 1 < revision;
  const KeyId id = KeyNumber(number);
  return view.FindKey(id)->has_value() == !is_gone &&
         view.FindTombstone(id)->has_value() == is_gone &&
         view.HistoryOf(id)->size() == (is_gone ? 0u : 1u) &&
         view.FindRequest(RequestNumber(number))->has_value();
}

// hazard C58, hazard L14: 100 kills in a row on one store.
TEST(Crash, KilledWriterLosesNothingAcknowledged) {
  constexpr int kKills = 100;
  Directory directory;
  const StoreOptions options = OptionsIn(directory);
  std::mt19937_64 random(20261122);
  std::uint64_t before = 0;
  for (int i = 0; i < kKills; ++i) {
    // No acknowledgement at all: killed while opening or in the first commit.
    const std::uint64_t acknowledged = RunAndKill(options, random() % 4);
    const auto store = OpenStore(options);
    const auto snapshot = ReadIn(*store);
    View& view = snapshot->view();
    const std::uint64_t revision = *view.Revision();
    // One more may have been made and not acknowledged.
    ASSERT_GE(revision, before + acknowledged) << "kill " << i;
    ASSERT_LE(revision, before + acknowledged + 1) << "kill " << i;
    ASSERT_EQ(FaultsOf(*store), "") << "kill " << i;
    for (std::uint64_t number = before < 3 ? 0 : before - 3; number < revision; ++number) {
      ASSERT_TRUE(IsWhole(view, number, revision)) << "kill " << i << " key " << number;
    }
    ASSERT_FALSE(view.FindKey(KeyNumber(revision))->has_value());
    ASSERT_FALSE(view.FindRequest(RequestNumber(revision))->has_value());
    before = revision;
  }
  EXPECT_GT(before, 0u);
}

}  // namespace
}  // namespace latchkey::store
