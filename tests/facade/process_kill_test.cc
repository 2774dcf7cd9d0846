// A writer killed at random instants loses nothing that it acknowledged.
//
// Method: a child mutates the store through the roof as fast as it can and writes one line per
// mutation into a pipe after the call has returned. The parent kills it with SIGKILL at a random
// instant, reads what was acknowledged, opens the store, and compares: every acknowledged mutation
// is there, at most one that was not acknowledged is, and the store's own check finds nothing. The
// number of kills is LATCHKEY_KILLS (300).
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>
#include <string>

#include "engine/store/check.h"
#include "engine/store/store.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

int KillsWanted() {
  const char* const wanted = std::getenv("LATCHKEY_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : 300;
}

// What the parent knows of each key: the state that was acknowledged last.
using Model = std::map<std::string, KeyState>;

void Acknowledge(int pipe, const std::string& line) {
  const std::string text = line + "\n";
  if (write(pipe, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(3);
}

// Creates, locks, unlocks, disables, enables and deletes keys of bob until it is killed. The line
// before each call says what is pending, the line after it that it is done.
[[noreturn]] void MutateForEver(const Options& options, unsigned seed, int pipe) {
  auto engine = Engine::Open(options);
  if (!engine.ok()) _exit(2);
  const Caller host = Caller::TrustedHost();
  const Keys keys = engine->keys();
  std::mt19937 random(seed);
  std::vector<KeyId> live;
  KeyQuery query;
  query.account_id = AccountId("acme");
  PageRequest whole;
  whole.size = 100;
  const auto page = keys.List(host, query, whole);
  if (!page.ok()) _exit(4);
  for (const ApiKey& key : page->keys) live.push_back(key.id);
  Acknowledge(pipe, "= ready");
  while (true) {
    if (live.size() < 4 || (live.size() < 15 && random() % 4 == 0)) {
      NewApiKey request;
      request.name = "k";
      request.iam_id = User("bob");
      request.account_id = AccountId("acme");
      Acknowledge(pipe, "? create");
      const auto made = keys.Create(host, request);
      if (!made.ok()) _exit(5);
      live.push_back(made->key.id);
      Acknowledge(pipe, "! " + made->key.id.ToString() + " 1");
      continue;
    }
    const std::size_t at = random() % live.size();
    const KeyId id = live[at];
    Acknowledge(pipe, "? " + id.ToString());
    absl::StatusOr<ApiKey> after = absl::InternalError("");
    switch (random() % 5) {
      case 0:
        after = keys.Lock(host, id, IfMatch::Any());
        break;
      case 1:
        after = keys.Unlock(host, id, IfMatch::Any());
        break;
      case 2:
        after = keys.Disable(host, id, IfMatch::Any());
        break;
      case 3:
        after = keys.Enable(host, id, IfMatch::Any());
        break;
      case 4: {
        const absl::Status deleted = keys.Delete(host, id, IfMatch::Any());
        if (deleted.ok()) {
          live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
          Acknowledge(pipe, "! " + id.ToString() + " 5");
          continue;
        }
        after = deleted;
        break;
      }
    }
    if (!after.ok() && ReasonOf(after.status()) != Reason::kLocked) _exit(6);
    Acknowledge(pipe, after.ok() ? "! " + id.ToString() + " " +
                                       std::to_string(static_cast<int>(after->state))
                                 : "= " + id.ToString());
  }
}

struct Round {
  std::string pending;  // what was asked and not acknowledged: "" | "create" | a key id
  int acknowledged = 0;
};

// Reads until `lines` lines of the writer have come.
void Await(int pipe, std::ptrdiff_t lines, std::string& text) {
  char c = 0;
  while (std::count(text.begin(), text.end(), '\n') < lines && read(pipe, &c, 1) == 1) {
    text.push_back(c);
  }
}

// So that the kill hits any point of a commit: nothing waits for anything here.
void LetPass(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

Round ReadAcknowledgements(int pipe, std::string text, Model& model) {
  char buffer[4096];
  for (ssize_t got = 0; (got = read(pipe, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  Round round;
  std::istringstream lines(text);
  std::string mark;
  std::string id;
  while (lines >> mark >> id) {
    if (mark == "?") {
      round.pending = id;
      continue;
    }
    round.pending.clear();
    if (mark == "=") continue;
    int state = 0;
    if (!(lines >> state)) break;
    ++round.acknowledged;
    if (state == static_cast<int>(KeyState::kDeleted)) {
      model.erase(id);
    } else {
      model[id] = static_cast<KeyState>(state);
    }
  }
  return round;
}

// Compares the store with the model, allowing for what was pending, and takes the truth over.
void CompareAndAdopt(const Options& options, const Round& round, Model& model) {
  const Engine engine = Must(Engine::Open(options));
  KeyQuery query;
  query.account_id = AccountId("acme");
  PageRequest whole;
  whole.size = 100;
  Model truth;
  for (const ApiKey& key : Must(engine.keys().List(Caller::TrustedHost(), query, whole)).keys) {
    truth[key.id.ToString()] = key.state;
  }
  for (const auto& [id, state] : model) {
    if (id == round.pending) continue;
    ASSERT_TRUE(truth.contains(id)) << "an acknowledged key is gone";
    ASSERT_EQ(truth[id], state) << "an acknowledged state is not there";
  }
  std::size_t unknown = 0;
  for (const auto& [id, state] : truth) {
    if (!model.contains(id)) ++unknown;
  }
  ASSERT_LE(unknown, round.pending == "create" ? 1U : 0U);
  model = truth;
}

void CheckIndexes(const Options& options) {
  store::StoreOptions plain;
  plain.directory = options.path;
  plain.mode = kv::OpenMode::kMustExist;
  plain.map_size_bytes = options.map_size_bytes;
  plain.max_readers = options.max_readers;
  plain.token_prefix = options.token_prefix;
  plain.crn_prefix = options.crn_prefix;
  const auto opened = store::Store::Open(plain);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto snapshot = (*opened)->Read();
  ASSERT_TRUE(snapshot.ok());
  const auto report = store::CheckStore((*snapshot)->view());
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_TRUE(report->ok()) << report->faults.front().table << ": " << report->faults.front().what;
  ASSERT_GT(report->entry_count, 0U);
}

// hazard C62 (its share for Work 1), hazard C45, domain K-4's neighbours: nothing acknowledged is
// lost.
TEST(Killed, AWriterLosesNothingThatItAcknowledged) {
  testing::TemporaryStore place;
  Options options;
  {
    Service service(nullptr, &place);
    options = service.options();
  }
  const testing::ManualClock clock;
  options.clock = &clock;
  Model model;
  std::mt19937 random(20261122);
  int acknowledged = 0;
  const int kills = KillsWanted();
  for (int kill_number = 0; kill_number < kills; ++kill_number) {
    int pipe_ends[2] = {};
    ASSERT_EQ(pipe(pipe_ends), 0);
    const unsigned seed = static_cast<unsigned>(random());
    const pid_t child = fork();
    if (child == 0) {
      close(pipe_ends[0]);
      MutateForEver(options, seed, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    std::string text;
    Await(pipe_ends[0], static_cast<std::ptrdiff_t>(1 + random() % 24), text);
    LetPass(std::chrono::microseconds(random() % 4000));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself with " << WEXITSTATUS(status);
    const Round round = ReadAcknowledgements(pipe_ends[0], text, model);
    close(pipe_ends[0]);
    acknowledged += round.acknowledged;
    CompareAndAdopt(options, round, model);
    if (HasFatalFailure()) FAIL() << "after kill " << kill_number;
    if (kill_number % 10 == 0) CheckIndexes(options);
    if (HasFatalFailure()) FAIL() << "after kill " << kill_number;
  }
  EXPECT_GT(acknowledged, kills) << "the writers hardly wrote";
  RecordProperty("kills", kills);
  RecordProperty("acknowledged", acknowledged);
}

}  // namespace
}  // namespace latchkey::test
