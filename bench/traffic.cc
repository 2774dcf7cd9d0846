#include "bench/traffic.h"

namespace latchkey::bench {

Traffic::Traffic(const Fixture& fixture, std::uint64_t seed, std::uint32_t keys,
                 const std::vector<Principal>* principals, std::uint32_t run)
    : fixture_(fixture),
      random_(seed),
      keys_(keys == 0 ? fixture.world().shape().keys() : keys),
      principals_(principals),
      run_(run),
      chunk_(kChunk) {}

std::span<const Question> Traffic::Next() {
  allowed_ = 0;
  std::uint32_t key = 0;
  for (std::size_t i = 0; i < kChunk; ++i) {
    Question& question = chunk_[i];
    if (i % run_ == 0) key = static_cast<std::uint32_t>(random_() % keys_);
    question.wish = fixture_.world().Draw(key, random_);
    if (question.wish.allowed) ++allowed_;
    Set(question);
  }
  return chunk_;
}

void Traffic::Set(Question& question) {
  const World& world = fixture_.world();
  const Wish& wish = question.wish;
  question.key = fixture_.key(wish.key);
  question.token = fixture_.token(wish.key);
  question.identity = world.identity(wish.identity);
  question.account = world.account(world.seats(wish.identity)[wish.seat].account);
  question.service = world.service(wish.service);
  question.action = world.action(wish.service, wish.action);
  question.region = world.region(wish.region);
  question.instance = world.instance(wish.service, wish.instance);
  question.attributes = {RequestAttribute{"region", question.region},
                         RequestAttribute{"serviceInstance", question.instance}};
  question.request = {question.account, question.service, question.action, question.attributes};
  if (principals_ != nullptr) question.principal = (*principals_)[wish.key];
}

}  // namespace latchkey::bench
