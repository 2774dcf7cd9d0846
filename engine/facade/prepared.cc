#include "engine/facade/prepared.h"

#include <utility>

#include "latchkey/prepared_request.h"

namespace latchkey::inline v0 {
namespace facade {

std::string Prepared::TextsOf(const AccessRequest& asked) {
  std::string texts;
  texts.append(asked.account).append(asked.service).append(asked.action);
  for (const RequestAttribute& attribute : asked.attributes) {
    texts.append(attribute.key).append(attribute.value);
  }
  for (const std::string_view tag : asked.tags) texts.append(tag);
  return texts;
}

AccessRequest Prepared::Rebased(const AccessRequest& asked) {
  std::string_view rest = texts;
  const auto take = [&rest](std::string_view text) {
    const std::string_view own = rest.substr(0, text.size());
    rest.remove_prefix(text.size());
    return own;
  };
  AccessRequest own;
  own.account = take(asked.account);
  own.service = take(asked.service);
  own.action = take(asked.action);
  for (const RequestAttribute& attribute : asked.attributes) {
    const std::string_view key = take(attribute.key);
    attributes.push_back({key, take(attribute.value)});
  }
  for (const std::string_view tag : asked.tags) tags.push_back(take(tag));
  own.attributes = attributes;
  own.tags = tags;
  return own;
}

Prepared::Prepared(std::uint64_t engine_instance, const base::HashKey& key,
                   const AccessRequest& asked)
    : engine(engine_instance), hashes(key, asked), texts(TextsOf(asked)), request(Rebased(asked)) {
  hashes.Finish(key, asked);
}

}  // namespace facade

PreparedRequest::PreparedRequest(std::shared_ptr<const facade::Prepared> prepared)
    : prepared_(std::move(prepared)) {}

const AccessRequest& PreparedRequest::request() const { return prepared_->request; }

}  // namespace latchkey::inline v0
