// CheckRequest of evaluator.h and request_form.h.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "engine/authz/evaluator.h"
#include "engine/authz/form.h"
#include "engine/authz/request_form.h"
#include "engine/authz/scope.h"
#include "engine/authz/tags.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

constexpr std::size_t kBytesPerCharacterMax = 4;

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && base::Utf8Length(text).has_value();
}

bool IsValue(std::string_view text) {
  if (text.empty() || text.size() > kValueCharactersMax * kBytesPerCharacterMax) return false;
  const std::optional<std::size_t> characters = base::Utf8Length(text);
  return characters.has_value() && *characters <= kValueCharactersMax;
}

bool AgreesWithItsField(const RequestAttribute& attribute, const AccessRequest& request) {
  if (attribute.key == kAccountIdKey) return attribute.value == request.account;
  if (attribute.key == kServiceNameKey) return attribute.value == request.service;
  return true;
}

bool IsNamedBefore(const AccessRequest& request, std::size_t index) {
  for (std::size_t earlier = 0; earlier < index; ++earlier) {
    if (request.attributes[earlier].key == request.attributes[index].key) return true;
  }
  return false;
}

bool IsTag(std::string_view text) {
  const std::optional<AccessTag> tag = SplitTag(text);
  return tag.has_value() && IsName(tag->key) && IsValue(tag->value);
}

bool AreTags(std::span<const std::string_view> tags) {
  if (tags.size() > kRequestTagsMax) return false;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (!IsTag(tags[i]) || std::ranges::count(tags.first(i), tags[i]) != 0) return false;
  }
  return true;
}

bool IsWellFormed(const AccessRequest& request) {
  if (!IsName(request.account) || !IsName(request.service) || !IsName(request.action)) return false;
  if (request.attributes.size() > kRequestAttributesMax) return false;
  for (const RequestAttribute& attribute : request.attributes) {
    if (!IsName(attribute.key) || !IsValue(attribute.value)) return false;
  }
  return AgreesWithItself(request) && AreTags(request.tags);
}

}  // namespace

bool AgreesWithItself(const AccessRequest& request) {
  for (std::size_t i = 0; i < request.attributes.size(); ++i) {
    if (!AgreesWithItsField(request.attributes[i], request) || IsNamedBefore(request, i)) {
      return false;
    }
  }
  return true;
}

Reason CheckRequest(const AccessRequest& request) {
  return IsWellFormed(request) ? Reason::kNone : Reason::kRequestMalformed;
}

}  // namespace latchkey::authz
