// Zero staleness across processes: warm here, taken away there, refused here from the first
// question after the acknowledgement on (domain A-3, hazards C53, F7, C88).
//
// Method: process A takes away and acknowledges through shared memory; process B, this one, is warm
// (it has just allowed everything without one snapshot) and then asks in every way there is. A
// trial is one decision that was asked for after the acknowledgement. LATCHKEY_STALENESS_TRIALS
// (200,000) is how many, of all kinds together.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "staleness/process.h"
#include "staleness/revoker.h"

namespace latchkey::test {
namespace {

std::uint64_t TrialsOfAKind() {
  const char* const wanted = std::getenv("LATCHKEY_STALENESS_TRIALS");
  const std::uint64_t all = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 200'000;
  return std::max<std::uint64_t>(1, all / AllKinds().size());
}

struct Figures {
  std::uint64_t trials = 0;
  std::uint64_t stale = 0;
  std::uint64_t faults = 0;  // denials because the engine could not decide: they show nothing
  std::uint32_t rounds = 0;

  void Count(const Decision& decision) {
    ++trials;
    if (decision.allowed()) ++stale;
    if (decision.outcome() == Outcome::kFault) ++faults;
  }
};

// Process B.
class Checker {
 public:
  Checker(const Kind& kind, Stage& stage, Board& board)
      : kind_(kind), stage_(stage), board_(board) {}

  // Keys of whoever stands on the board, or its principals if it can have no key.
  void MakeSubjects() {
    stage_.identity = IamId(board_.identity.data());
    tokens_.clear();
    if (kind_.subject == Subject::kProfile) {
      const Assertion assertion = {User("bob"), stage_.home, stage_.identity};
      principals_.assign(kSubjects, Must(stage_.access().Assert(stage_.host, assertion)));
      return;
    }
    NewApiKey request;
    request.iam_id = stage_.identity;
    request.account_id = stage_.home;
    request.name = "trial";
    if (kind_.request != nullptr) kind_.request(stage_, request);
    const std::vector<NewApiKey> requests(kSubjects, request);
    const auto made = Must(stage_.keys().CreateBatch(stage_.host, requests));
    for (std::size_t i = 0; i < kSubjects; ++i) {
      board_.keys[i] = made[i].key.id;
      tokens_.emplace_back(made[i].secret.ExposeSecret());
      if (kind_.ready != nullptr) kind_.ready(stage_, made[i].key.id);
    }
  }

  // Everything is allowed, at last without a look at the store.
  void Warm() {
    AllowAll();
    AllowAll();
    const std::uint64_t before = stage_.snapshots();
    AllowAll();
    const std::uint64_t read = stage_.snapshots() - before - 1;
    const std::uint64_t most = tokens_.empty() ? kSubjects : 0;  // without a key nothing is warm
    ASSERT_LE(read, most) << "not warm";
  }

  void AskAtOnce(std::size_t i, Figures& figures) const {
    figures.Count(stage_.access().Check(tokens_[i], stage_.request()));
  }

  // Twice: the first question finds the store moved, the next ones are warm again.
  void AskEveryWay(Figures& figures) const {
    for (std::size_t i = 0; i < kSubjects; ++i) {
      if (!tokens_.empty()) AskAtOnce(i, figures);
      figures.Count(stage_.access().Authorize(principals_[i], stage_.request()));
      const std::array<AccessRequest, 2> requests = {stage_.request(), stage_.request()};
      std::array<Decision, 2> decisions;
      stage_.access().AuthorizeBatch(principals_[i], requests, decisions);
      for (const Decision& decision : decisions) figures.Count(decision);
    }
    for (std::size_t i = 0; i < kSubjects; ++i) {
      if (!tokens_.empty()) AskAtOnce(i, figures);
      figures.Count(stage_.access().Authorize(principals_[i], stage_.request()));
    }
  }

 private:
  void AllowAll() {
    if (!tokens_.empty()) principals_.clear();
    for (const std::string& token : tokens_) {
      ASSERT_EQ(stage_.access().Check(token, stage_.request()).outcome(), Outcome::kAllow);
      principals_.push_back(stage_.access().Authenticate(token));
    }
    for (const Principal& principal : principals_) {
      ASSERT_TRUE(stage_.access().Authorize(principal, stage_.request()).allowed());
    }
  }

  const Kind& kind_;
  Stage& stage_;
  Board& board_;
  std::vector<std::string> tokens_;
  std::vector<Principal> principals_;
};

void Play(const Kind& kind, Figures& figures) {
  const Place place;
  Stage stage(place);
  const Shared<Board> board;
  Prepare(kind, stage, *board);
  OtherProcess other([&] { return Revoke(kind, stage, *board); });
  stage.Open();
  Checker checker(kind, stage, *board);
  const std::uint64_t wanted = TrialsOfAKind();
  for (std::uint32_t round = 1; figures.trials < wanted; ++round) {
    stage.round = round;
    if (round == 1 || kind.uses_up) checker.MakeSubjects();
    ASSERT_NO_FATAL_FAILURE(checker.Warm()) << "in round " << round;
    board->go.store(round, std::memory_order_release);
    for (std::uint32_t i = 0; kind.each && i < kSubjects; ++i) {
      ASSERT_TRUE(other.Await([&] { return board->taken.load(std::memory_order_acquire) > i; }));
      checker.AskAtOnce(i, figures);
    }
    ASSERT_TRUE(other.Await([&] { return board->done.load(std::memory_order_acquire) == round; }));
    checker.AskEveryWay(figures);
    board->undo.store(round, std::memory_order_release);
    ASSERT_TRUE(other.Await([&] { return board->undone.load() == round; }));
    figures.rounds = round;
    if (figures.stale != 0) break;
  }
  board->stop.store(true);
  EXPECT_EQ(other.Wait(), 0);
}

class CrossProcess : public ::testing::TestWithParam<Kind> {};

// domain A-3, hazard C53, hazard C88, hazard C89 (what ends many at once)
TEST_P(CrossProcess, NothingIsAllowedThatWasTakenAway) {
  Figures figures;
  Play(GetParam(), figures);
  std::printf("staleness %-40s trials %7llu rounds %4u stale %llu faults %llu\n",
              std::string(GetParam().name).c_str(), static_cast<unsigned long long>(figures.trials),
              figures.rounds, static_cast<unsigned long long>(figures.stale),
              static_cast<unsigned long long>(figures.faults));
  RecordProperty("trials", std::to_string(figures.trials));
  RecordProperty("stale", std::to_string(figures.stale));
  EXPECT_EQ(figures.stale, 0U) << GetParam().name;
  EXPECT_EQ(figures.faults, 0U) << GetParam().name;
  EXPECT_GT(figures.trials, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, CrossProcess, ::testing::ValuesIn(AllKinds()),
                         [](const ::testing::TestParamInfo<Kind>& tested) {
                           return std::string(tested.param.name);
                         });

}  // namespace
}  // namespace latchkey::test
