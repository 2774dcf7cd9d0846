#include "engine/authz/boundary.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"

#include "engine/authz/form.h"
#include "engine/authz/policy_check.h"
#include "engine/authz/scope.h"
#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::authz {
namespace {

constexpr std::size_t kKeyMax = 128;

template <class Name>
bool Lists(const std::vector<Name>& names, std::string_view name) {
  if (names.empty()) return true;
  return std::ranges::any_of(names,
                             [name](const Name& one) { return std::string_view(one) == name; });
}

bool ListsAccount(const std::vector<AccountId>& accounts, std::string_view account) {
  return accounts.empty() || std::ranges::any_of(accounts, [account](const AccountId& one) {
           return one.text() == account;
         });
}

std::optional<std::string_view> ValueOf(std::string_view key, const AccessRequest& request) {
  for (const RequestAttribute& attribute : request.attributes) {
    if (attribute.key == key) return attribute.value;
  }
  return std::nullopt;
}

bool LiesIn(const std::optional<IpAddress>& source, const std::vector<AddressRange>& ranges) {
  if (ranges.empty()) return true;
  return source && std::ranges::any_of(
                       ranges, [&](const AddressRange& range) { return range.Contains(*source); });
}

bool Allows(const BoundaryTerm& term, const Actor& actor, const AccessRequest& request) {
  return ListsAccount(term.accounts, request.account) && Lists(term.services, request.service) &&
         Lists(term.actions, request.action) && LiesIn(actor.source, term.sources) &&
         (!term.not_before || *term.not_before <= actor.now) &&
         (!term.not_after || actor.now < *term.not_after) &&
         std::ranges::all_of(term.resource, [&](const ResourceAttribute& attribute) {
           return Holds(attribute, ValueOf(attribute.key, request));
         });
}

absl::Status CheckNames(const std::vector<std::string>& names, const std::string& path) {
  if (names.size() > kBoundaryListMax) return MalformedAt(path, "give at most 64");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!names[i].empty() && names[i].size() <= kKeyMax && base::IsPrintableAscii(names[i])) {
      continue;
    }
    return MalformedAt(At(path, i), "give 1..128 printable ASCII characters");
  }
  return absl::OkStatus();
}

std::size_t ValuesOf(AttributeOperator op) {
  switch (op) {
    case AttributeOperator::kStringEquals:
    case AttributeOperator::kStringMatch:
    case AttributeOperator::kStringExists:
      return 1;
    case AttributeOperator::kStringEqualsAnyOf:
    case AttributeOperator::kStringMatchAnyOf:
      return kAnyOfValuesMax;
  }
  return 0;
}

absl::Status CheckAttribute(const ResourceAttribute& attribute, const std::string& path) {
  LATCHKEY_RETURN_IF_ERROR(CheckText(attribute.key, 1, kKeyMax, Member(path, "key")));
  for (const std::string_view key :
       {kAccountIdKey, kServiceNameKey, kServiceTypeKey, kServiceGroupKey}) {
    if (attribute.key == key) {
      return MalformedAt(Member(path, "key"), "name accounts and services in their own lists");
    }
  }
  const std::size_t most = ValuesOf(attribute.op);
  if (most == 0) return MalformedAt(Member(path, "operator"), "give a string operator");
  if (attribute.values.empty() || attribute.values.size() > most) {
    return MalformedAt(Member(path, "value"), most == 1 ? "give one value" : "give 1 to 10 values");
  }
  for (const std::string& value : attribute.values) {
    LATCHKEY_RETURN_IF_ERROR(CheckText(value, 1, kValueCharactersMax, Member(path, "value")));
  }
  const std::string& first = attribute.values.front();
  if (attribute.op == AttributeOperator::kStringExists && first != "true" && first != "false") {
    return MalformedAt(Member(path, "value"), "give true or false");
  }
  return absl::OkStatus();
}

absl::Status CheckResource(const std::vector<ResourceAttribute>& resource,
                           const std::string& path) {
  if (resource.size() > kBoundaryAttributesMax) return MalformedAt(path, "give at most 10");
  for (std::size_t i = 0; i < resource.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckAttribute(resource[i], At(path, i)));
    for (std::size_t j = 0; j < i; ++j) {
      if (resource[j].key == resource[i].key) {
        return MalformedAt(At(path, i), "name each attribute once");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTimes(const BoundaryTerm& term, std::string_view path) {
  const absl::Time first = absl::UnixEpoch();
  const absl::Time last = absl::FromUnixSeconds(253'402'300'799);
  for (const std::optional<absl::Time>& time : {term.not_before, term.not_after}) {
    if (time && (*time < first || *time > last)) {
      return MalformedAt(path, "give times within the years 1970..9999");
    }
  }
  if (term.not_before && term.not_after && *term.not_after <= *term.not_before) {
    return MalformedAt(Member(path, "not_after"), "give a time after not_before");
  }
  return absl::OkStatus();
}

}  // namespace

bool PassesBoundary(const Actor& actor, const AccessRequest& request) {
  return !actor.bound || std::ranges::all_of(actor.bound->terms, [&](const BoundaryTerm& term) {
    return Allows(term, actor, request);
  });
}

absl::Status CheckBoundaryTerm(const BoundaryTerm& term, std::string_view path) {
  if (term == BoundaryTerm{}) {
    return MalformedAt(path, "restrict something: accounts, services, actions, resource, ...");
  }
  if (term.accounts.size() > kBoundaryListMax || term.sources.size() > kBoundaryListMax) {
    return MalformedAt(path, "give at most 64 accounts and 64 sources");
  }
  for (std::size_t i = 0; i < term.accounts.size(); ++i) {
    LATCHKEY_RETURN_IF_ERROR(CheckId(term.accounts[i].text(), At(Member(path, "accounts"), i)));
  }
  LATCHKEY_RETURN_IF_ERROR(CheckNames(term.services, Member(path, "services")));
  LATCHKEY_RETURN_IF_ERROR(CheckNames(term.actions, Member(path, "actions")));
  for (std::size_t i = 0; i < term.sources.size(); ++i) {
    if (term.sources[i].last < term.sources[i].first) {
      return MalformedAt(At(Member(path, "sources"), i), "give the lower address first");
    }
  }
  LATCHKEY_RETURN_IF_ERROR(CheckResource(term.resource, Member(path, "resource")));
  return CheckTimes(term, path);
}

}  // namespace latchkey::authz
