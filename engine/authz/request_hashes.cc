#include "engine/authz/request_hashes.h"

#include <string_view>

#include "engine/authz/evaluator.h"
#include "engine/authz/request_form.h"
#include "engine/authz/scope.h"

namespace latchkey::authz {
namespace {

// No longer than a name may be. Of such texts ASCII is all that it takes to be well formed.
constexpr auto kShort = [](std::string_view text) {
  static_assert(base::TextKey::kBytesMax <= kNameBytesMax);
  return !text.empty() && text.size() <= base::TextKey::kBytesMax;
};
constexpr auto kAny = [](std::string_view) { return true; };

// One of 64 bits; those of the common names are different ones. `name` is not empty.
constexpr std::uint64_t MarkOf(std::string_view name) {
  return std::uint64_t{1} << (4 * name.size() + static_cast<unsigned char>(name.front())) % 64;
}

}  // namespace

RequestHashes::RequestHashes(const base::HashKey& key, const AccessRequest& asked) {
  base::TextSum account;
  account.Add(key.first, asked.account);
  account_ = account.hash(key.sums);
  ascii_ = account.ascii();
}

template <class Accepts>
bool RequestHashes::Hash(const base::HashKey& key, const AccessRequest& asked, Accepts accepts,
                         Seen& seen) {
  if (!accepts(asked.service) || !accepts(asked.action)) return false;
  base::TextSum service;
  service.Add(key.first, asked.service);
  service_ = service.hash(key.sums);
  base::TextSum action;
  action.Add(key.first, asked.action);
  action_ = action.hash(key.sums);
  seen.ascii = ascii_ && service.ascii() && action.ascii();
  std::uint64_t marks = MarkOf(kAccountIdKey) | MarkOf(kServiceNameKey);
  std::uint64_t shared = 0;
  count_ = 0;
  for (const RequestAttribute& attribute : asked.attributes) {
    if (!accepts(attribute.key) || !accepts(attribute.value)) return false;
    const std::uint64_t mark = MarkOf(attribute.key);
    shared |= marks & mark;
    marks |= mark;
    base::TextSum both;
    both.Add(key.first, attribute.key);
    both.Add(key.second, attribute.value);
    attributes_[count_++] = both.hash(key.sums);
    seen.ascii = seen.ascii && both.ascii();
  }
  seen.apart = shared == 0;
  return true;
}

void RequestHashes::Finish(const base::HashKey& key, const AccessRequest& asked) {
  Seen seen;
  const bool few = asked.tags.empty() && asked.attributes.size() <= kRequestAttributesMax;
  const bool plain = few && kShort(asked.account) && Hash(key, asked, kShort, seen) && seen.ascii;
  if (!plain) {
    form_ = CheckRequest(asked);
    if (form_ == Reason::kNone) static_cast<void>(Hash(key, asked, kAny, seen));
  } else if (seen.apart || AgreesWithItself(asked)) {
    form_ = Reason::kNone;
  }
}

}  // namespace latchkey::authz
