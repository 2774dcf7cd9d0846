#include "staleness/checker.h"

#include <array>

namespace latchkey::test {

void Figures::Count(const Decision& decision) {
  ++trials;
  if (decision.allowed()) ++stale;
  if (decision.outcome() == Outcome::kFault) ++faults;
}

void Checker::AllowAll() {
  if (!tokens_.empty()) principals_.clear();
  for (const std::string& token : tokens_) {
    ASSERT_EQ(stage_.access().Check(token, stage_.request()).outcome(), Outcome::kAllow);
    principals_.push_back(stage_.access().Authenticate(token));
  }
  for (const Principal& principal : principals_) {
    ASSERT_TRUE(stage_.access().Authorize(principal, stage_.request()).allowed());
  }
}

// The owner of an account of its own, whom no kind concerns.
void Checker::MakeBystander() {
  NewApiKey request;
  request.iam_id = User("gina");
  request.account_id = AccountId("gamma");
  request.name = "bystander";
  const CreatedKey key = Must(stage_.keys().Create(stage_.host, request));
  bystander_ = key.secret.ExposeSecret();
}

void Checker::AskForBystander() const {
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(stage_.access().Check(bystander_, {"gamma", "shop", kAction, {}}).allowed());
  }
}

void Checker::MakeSubjects() {
  if (bystander_.empty()) MakeBystander();
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
  prepared_ = Must(stage_.access().Prepare(stage_.request()));
  const std::vector<NewApiKey> requests(kSubjects, request);
  const auto made = Must(stage_.keys().CreateBatch(stage_.host, requests));
  for (std::size_t i = 0; i < kSubjects; ++i) {
    board_.keys[i] = made[i].key.id;
    tokens_.emplace_back(made[i].secret.ExposeSecret());
    if (kind_.ready != nullptr) kind_.ready(stage_, made[i].key.id);
  }
}

void Checker::Warm() {
  AskForBystander();
  AllowAll();
  AllowAll();
  const std::uint64_t before = stage_.snapshots();
  AllowAll();
  const std::uint64_t read = stage_.snapshots() - before - 1;
  const std::uint64_t most = tokens_.empty() ? kSubjects : 0;  // without a key nothing is warm
  ASSERT_LE(read, most) << "not warm";
}

void Checker::AskAtOnce(std::size_t i, Figures& figures) const {
  figures.Count(stage_.access().Check(tokens_[i], stage_.request()));
}

void Checker::AskEveryWay(Figures& figures) const {
  for (std::size_t i = 0; i < kSubjects; ++i) {
    if (!tokens_.empty()) AskAtOnce(i, figures);
    figures.Count(stage_.access().Authorize(principals_[i], stage_.request()));
    const std::array<AccessRequest, 2> requests = {stage_.request(), stage_.request()};
    std::array<Decision, 2> decisions;
    stage_.access().AuthorizeBatch(principals_[i], requests, decisions);
    for (const Decision& decision : decisions) figures.Count(decision);
    if (!tokens_.empty()) AskPrepared(i, figures);
  }
  AskInBatch(figures);
  AskForBystander();
  for (std::size_t i = 0; i < kSubjects; ++i) {
    if (!tokens_.empty()) AskAtOnce(i, figures);
    if (!tokens_.empty()) AskPrepared(i, figures);
    figures.Count(stage_.access().Authorize(principals_[i], stage_.request()));
  }
  AskInBatch(figures);
}

void Checker::AskPrepared(std::size_t i, Figures& figures) const {
  figures.Count(stage_.access().Check(tokens_[i], *prepared_));
  figures.Count(stage_.access().Authorize(principals_[i], *prepared_));
}

void Checker::AskInBatch(Figures& figures) const {
  std::vector<CheckItem> items;
  for (const std::string& token : tokens_) items.push_back({token, stage_.request()});
  std::vector<Decision> decisions(items.size());
  stage_.access().CheckBatch(items, decisions);
  for (const Decision& decision : decisions) figures.Count(decision);
}

}  // namespace latchkey::test
