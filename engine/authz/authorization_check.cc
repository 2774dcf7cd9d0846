#include "engine/authz/authorization_check.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

#include "engine/authz/form.h"
#include "engine/authz/policy_check.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

constexpr std::string_view kPath = "subject.attributes";

using Attributes = std::vector<ResourceAttribute>;

std::string MemberOf(std::size_t index, std::string_view member) {
  return Member(At(kPath, index), member);
}

absl::Status CheckKey(const Attributes& attributes, std::size_t index) {
  const std::string& key = attributes[index].key;
  LATCHKEY_RETURN_IF_ERROR(CheckId(key, MemberOf(index, "key")));
  if (key == "iam_id" || key == "access_group_id") {
    return MalformedAt(MemberOf(index, "key"),
                       "name a service, an authorization is to no identity");
  }
  const auto end = attributes.begin() + static_cast<std::ptrdiff_t>(index);
  const bool twice = std::any_of(attributes.begin(), end,
                                 [&](const ResourceAttribute& other) { return other.key == key; });
  if (twice) return MalformedAt(MemberOf(index, "key"), "name each attribute once");
  return absl::OkStatus();
}

absl::Status CheckOperatorAndValue(const ResourceAttribute& attribute, std::size_t index) {
  const bool exists = attribute.op == AttributeOperator::kStringExists;
  if (!exists && attribute.op != AttributeOperator::kStringEquals) {
    return MalformedAt(MemberOf(index, "operator"), "give stringEquals or stringExists");
  }
  if (exists && attribute.key == kAccountIdKey) {
    return MalformedAt(MemberOf(index, "operator"), "give stringEquals for accountId");
  }
  const std::string path = MemberOf(index, "value");
  if (attribute.values.size() != 1) return MalformedAt(path, "give one value");
  const std::string& value = attribute.values.front();
  LATCHKEY_RETURN_IF_ERROR(CheckText(value, 1, kValueCharactersMax, path));
  if (exists && value != "true" && value != "false") return MalformedAt(path, "give true or false");
  return absl::OkStatus();
}

// That something does not exist says of no service which one it is.
bool Says(const Attributes& attributes, std::string_view key) {
  return std::ranges::any_of(attributes, [&](const ResourceAttribute& attribute) {
    const bool absent =
        attribute.op == AttributeOperator::kStringExists && attribute.values.front() == "false";
    return attribute.key == key && !absent;
  });
}

}  // namespace

absl::Status CheckAuthorizationSubject(const NewPolicy& policy) {
  if (policy.subject != PolicySubject(IamId())) {
    return MalformedAt(kPath, "leave subject empty, an authorization is to no identity");
  }
  const Attributes& attributes = policy.subject_attributes;
  if (attributes.size() > kPolicyAttributesMax) {
    return MalformedAt(kPath, "give at most 30 attributes");
  }
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckKey(attributes, i));
    LATCHKEY_RETURN_IF_ERROR(CheckOperatorAndValue(attributes[i], i));
  }
  const bool names_source =
      Says(attributes, kServiceNameKey) || Says(attributes, kResourceGroupKey);
  if (!Says(attributes, kAccountIdKey) || !names_source) {
    return MalformedAt(kPath, "give accountId, and serviceName or resourceGroupId");
  }
  return absl::OkStatus();
}

}  // namespace latchkey::authz
