#include "bench/subject.h"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <span>
#include <string>

#include "bench/must.h"

namespace latchkey::bench {
namespace {

constexpr std::size_t kBatch = 8;

// Memory of this process that is no file's, without what is free.
std::uint64_t AnonymousBytes() {
  malloc_trim(0);
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kib = 0;
    if (word == "RssAnon:" && status >> kib) return kib * 1024;
  }
  Fail("/proc/self/status does not tell RssAnon");
}

// Times `ask(question)` over one chunk and holds the number of allows against the world's.
template <class Ask>
double TimeChunk(Traffic& traffic, Ask ask) {
  const std::span<const Question> questions = traffic.Next();
  std::uint32_t allowed = 0;
  const std::uint64_t start = NowNs();
  for (const Question& question : questions) allowed += ask(question) ? 1U : 0U;
  const std::uint64_t end = NowNs();
  Must(allowed == traffic.allowed(), "a timed chunk gave a wrong answer");
  return static_cast<double>(end - start) / static_cast<double>(kChunk);
}

// The same where `decide(decisions)` answers all questions of the chunk that was drawn last.
template <class Decide>
double TimeDecisions(const Traffic& traffic, Decide decide) {
  std::vector<Decision> decisions(kChunk);
  const std::uint64_t start = NowNs();
  decide(std::span(decisions));
  const std::uint64_t end = NowNs();
  const auto allowed = std::ranges::count_if(decisions, &Decision::allowed);
  Must(allowed == traffic.allowed(), "a timed chunk gave a wrong answer");
  return static_cast<double>(end - start) / static_cast<double>(kChunk);
}

}  // namespace

Subject::Subject(const Shape& shape)
    : fixture_(shape), engine_(fixture_.Open()), naive_(fixture_.world()), lean_(fixture_.world()) {
  Warm();
}

void Subject::Warm() {
  const std::uint64_t start = NowNs();
  const World& world = fixture_.world();
  const Access access = engine_.access();
  const std::uint32_t keys = world.shape().keys();
  principals_.resize(keys);
  const std::uint64_t before = AnonymousBytes();
  for (std::uint32_t key = 0; key < keys; ++key) {
    principals_[key] = access.Authenticate(fixture_.token(key));
    Must(principals_[key].authenticated(), "a key of the fixture does not authenticate");
  }
  // What was counted on the way is kept until then, and is no part of what a credential takes.
  const Call host = Call(Caller::TrustedHost()).Within(absl::Minutes(5));
  Must(Must(engine_.RunMaintenance(host)).complete, "upkeep did not end in time");
  const std::uint64_t known = AnonymousBytes();
  // Each key asks about every account that its identity sits in.
  for (std::uint32_t key = 0; key < keys; ++key) {
    for (const Seat& seat : world.seats(key / world.shape().keys_per_identity)) {
      const AccessRequest request = {
          world.account(seat.account), world.service(0), world.action(0, kActions - 1), {}};
      const Decision decision = access.Check(fixture_.token(key), request);
      Must(decision.outcome() == Outcome::kDeny, "warming up met something else than a denial");
    }
  }
  const double pairs = static_cast<double>(world.shape().identities) * kSeats;
  bytes_per_credential_ = static_cast<double>(known - before) / static_cast<double>(keys);
  bytes_per_pair_ = static_cast<double>(AnonymousBytes() - known) / pairs;
  std::fprintf(stderr, "bench: %u keys warm after %.1f s\n", keys,
               static_cast<double>(NowNs() - start) / 1e9);
}

void Subject::ProveAgreement(std::size_t requests) const {
  Traffic traffic(fixture_, 99, 0, &principals_);
  const Access access = engine_.access();
  std::size_t asked = 0;
  std::size_t allows = 0;
  while (asked < requests) {
    for (const Question& question : traffic.Next()) {
      const AccessRequest& request = question.request;
      const bool expected = naive_.Authorize(question.identity, question.account, request);
      Must(expected == question.wish.allowed, "the naive peer and the world disagree");
      Must(lean_.Authorize(question.identity, question.account, request) == expected,
           "the lean peer and the naive one disagree");
      const Decision checked = access.Check(question.token, request);
      const Decision authorized = access.Authorize(question.principal, request);
      Decision batched;
      access.AuthorizeBatch(question.principal, std::span(&request, 1), std::span(&batched, 1));
      const PreparedRequest prepared = Must(access.Prepare(request));
      const CheckItem item = {question.token, request};
      Decision batch_checked;
      access.CheckBatch(std::span(&item, 1), std::span(&batch_checked, 1));
      for (const Decision& decision :
           {checked, authorized, batched, batch_checked, access.Check(question.token, prepared),
            access.Authorize(question.principal, prepared)}) {
        Must(decision.outcome() == (expected ? Outcome::kAllow : Outcome::kDeny),
             "an answer of the engine is not the oracle's");
        Must(decision.policy_serial() == batched.policy_serial() &&
                 decision.key_id() == question.key,
             "two ways of asking the engine name different policies or keys");
      }
      ++asked;
      allows += expected ? 1 : 0;
    }
  }
  std::fprintf(stderr, "agreement: %zu requests, %zu allowed, eight ways, no difference\n", asked,
               allows);
}

Contender CheckStrings(const Subject& subject, std::uint32_t keys) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 1, keys);
  const Access access = subject.engine().access();
  return {"Check, strings",
          [traffic, access] {
            return TimeChunk(*traffic, [&](const Question& question) {
              return access.Check(question.token, question.request).allowed();
            });
          },
          &subject.engine()};
}

Contender AuthorizeStrings(const Subject& subject, std::uint32_t keys) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 2, keys, &subject.principals());
  const Access access = subject.engine().access();
  return {"Authorize, strings",
          [traffic, access] {
            return TimeChunk(*traffic, [&](const Question& question) {
              return access.Authorize(question.principal, question.request).allowed();
            });
          },
          &subject.engine()};
}

Contender AuthorizeNaive(const Subject& subject) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 3);
  return {"authorize, naive by hand", [traffic, &subject] {
            return TimeChunk(*traffic, [&](const Question& question) {
              return subject.naive().Authorize(question.identity, question.account,
                                               question.request);
            });
          }};
}

Contender AuthorizeLean(const Subject& subject) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 3);
  return {"authorize, lean by hand", [traffic, &subject] {
            return TimeChunk(*traffic, [&](const Question& question) {
              return subject.lean().Authorize(question.identity, question.account,
                                              question.request);
            });
          }};
}

Contender CheckPrepared(const Subject& subject) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 6);
  const Access access = subject.engine().access();
  return {"Check, prepared",
          [traffic, access] {
            const std::span<const Question> questions = traffic->Next();
            std::vector<PreparedRequest> prepared;
            for (const Question& question : questions) {
              prepared.push_back(Must(access.Prepare(question.request)));
            }
            return TimeDecisions(*traffic, [&](std::span<Decision> decisions) {
              for (std::size_t i = 0; i < kChunk; ++i) {
                decisions[i] = access.Check(questions[i].token, prepared[i]);
              }
            });
          },
          &subject.engine()};
}

Contender CheckBatch8(const Subject& subject) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 7);
  const Access access = subject.engine().access();
  return {"CheckBatch of 8",
          [traffic, access] {
            std::vector<CheckItem> items;
            for (const Question& question : traffic->Next()) {
              items.push_back({question.token, question.request});
            }
            return TimeDecisions(*traffic, [&](std::span<Decision> decisions) {
              for (std::size_t i = 0; i < kChunk; i += kBatch) {
                access.CheckBatch(std::span(items).subspan(i, kBatch),
                                  decisions.subspan(i, kBatch));
              }
            });
          },
          &subject.engine()};
}

Contender AuthorizeBatch8(const Subject& subject) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 4, 0, &subject.principals(), kBatch);
  const Access access = subject.engine().access();
  return {"AuthorizeBatch of 8",
          [traffic, access] {
            const std::span<const Question> questions = traffic->Next();
            std::vector<AccessRequest> requests;
            for (const Question& question : questions) requests.push_back(question.request);
            return TimeDecisions(*traffic, [&](std::span<Decision> decisions) {
              for (std::size_t i = 0; i < kChunk; i += kBatch) {
                access.AuthorizeBatch(questions[i].principal,
                                      std::span(requests).subspan(i, kBatch),
                                      decisions.subspan(i, kBatch));
              }
            });
          },
          &subject.engine()};
}

}  // namespace latchkey::bench
