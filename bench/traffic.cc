#include "bench/traffic.h"

#include <algorithm>

#include "bench/must.h"

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

namespace {

// Copies texts one behind the other.
class Appender {
 public:
  explicit Appender(std::span<char> room) : room_(room) {}
  std::string_view operator()(std::string_view text) {
    Must(text.size() <= room_.size(), "the texts of a request are longer than expected");
    const std::span<char> copy = room_.first(text.size());
    std::ranges::copy(text, copy.begin());
    room_ = room_.subspan(text.size());
    return {copy.data(), copy.size()};
  }

 private:
  std::span<char> room_;
};

}  // namespace

void Traffic::Set(Question& question) {
  const World& world = fixture_.world();
  const Wish& wish = question.wish;
  Appender append(question.text);
  question.key = fixture_.key(wish.key);
  question.token = append(fixture_.token(wish.key));
  question.account = world.account(world.seats(wish.identity)[wish.seat].account);
  question.request.account = append(question.account);
  question.request.service = append(world.service(wish.service));
  question.request.action = append(world.action(wish.service, wish.action));
  question.attributes = {
      RequestAttribute{"region", append(world.region(wish.region))},
      RequestAttribute{"serviceInstance", append(world.instance(wish.service, wish.instance))}};
  question.request.attributes = question.attributes;
  question.identity = world.identity(wish.identity);
  if (principals_ != nullptr) question.principal = (*principals_)[wish.key];
}

}  // namespace latchkey::bench
