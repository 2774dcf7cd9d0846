#include "engine/authz/request_hashes.h"

#include <string_view>

#include "engine/authz/evaluator.h"
#include "engine/authz/request_form.h"

namespace latchkey::authz {
namespace {

bool IsShort(std::string_view text) {
  return !text.empty() && text.size() <= base::TextKey::kBytesMax;
}

// Nothing in it is longer than a name may be, and ASCII is all that it takes to be well formed.
bool IsPlain(const AccessRequest& asked) {
  return asked.tags.empty() && asked.attributes.size() <= kRequestAttributesMax &&
         IsShort(asked.account) && IsShort(asked.service) && IsShort(asked.action) &&
         std::ranges::all_of(asked.attributes, [](const RequestAttribute& attribute) {
           return IsShort(attribute.key) && IsShort(attribute.value);
         });
}

}  // namespace

RequestHashes::RequestHashes(const base::HashKey& key, const AccessRequest& asked) {
  account_.Add(key.first, asked.account);
}

void RequestHashes::Finish(const base::HashKey& key, const AccessRequest& asked) {
  static_assert(base::TextKey::kBytesMax <= kNameBytesMax);
  const bool plain = IsPlain(asked);
  if (!plain) {
    form_ = CheckRequest(asked);
    if (form_ != Reason::kNone) return;
  }
  base::TextSum service;
  service.Add(key.first, asked.service);
  service_ = service.hash();
  base::TextSum action;
  action.Add(key.first, asked.action);
  action_ = action.hash();
  bool ascii = account_.ascii() && service.ascii() && action.ascii();
  for (const RequestAttribute& attribute : asked.attributes) {
    base::TextSum both;
    both.Add(key.first, attribute.key);
    both.Add(key.second, attribute.value);
    attributes_[count_++] = both.hash();
    ascii = ascii && both.ascii();
  }
  if (!plain) return;
  if (ascii) {
    form_ = AgreesWithItself(asked) ? Reason::kNone : Reason::kRequestMalformed;
  } else {
    form_ = CheckRequest(asked);
  }
}

}  // namespace latchkey::authz
