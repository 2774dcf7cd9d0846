#include "engine/lifecycle/boundary.h"

#include <algorithm>
#include <cstddef>

#include "engine/base/error.h"
#include "engine/lifecycle/step.h"

namespace latchkey::lifecycle {
namespace {

bool Has(const std::vector<BoundaryTerm>& terms, const BoundaryTerm& term) {
  return std::find(terms.begin(), terms.end(), term) != terms.end();
}

absl::Status CheckRoom(const std::vector<BoundaryTerm>& terms) {
  if (terms.size() <= kBoundaryTermsMax) return absl::OkStatus();
  return base::Error(Reason::kLimitExceeded,
                     "a key has at most 8 boundary terms: join some of them into one");
}

}  // namespace

absl::Status Inherit(const Facts& facts, base::KeyRecord& record,
                     std::vector<std::string>& fields) {
  if (!facts.bound) return absl::OkStatus();
  ApiKey& key = record.key;
  std::vector<BoundaryTerm> terms = facts.bound->terms;
  for (const BoundaryTerm& own : key.boundary) {
    if (!Has(terms, own)) terms.push_back(own);
  }
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(terms));
  if (terms.size() != key.boundary.size()) fields.emplace_back("boundary");
  key.boundary = std::move(terms);
  if (const auto& ends = facts.bound->expires_at;
      ends && (!key.expires_at || *ends < key.expires_at)) {
    key.expires_at = ends;
    fields.emplace_back("expires_at");
  }
  if (key.action_when_leaked < facts.bound->action_when_leaked) {
    key.action_when_leaked = facts.bound->action_when_leaked;
    fields.emplace_back("action_when_leaked");
  }
  return absl::OkStatus();
}

absl::StatusOr<Step> AppendTerm(const base::KeyRecord& record, const BoundaryTerm& term,
                                const IfMatch& if_match, const Facts& facts) {
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row, Permit(record, KeyCommand::kUpdate, if_match));
  if (Has(record.key.boundary, term)) return Unchanged(record);
  Step step = Changed(record, row, facts);
  step.record.key.boundary.push_back(term);
  LATCHKEY_RETURN_IF_ERROR(CheckRoom(step.record.key.boundary));
  step.fields = {"boundary"};
  return step;
}

absl::StatusOr<Step> RemoveTerm(const base::KeyRecord& record, std::size_t index,
                                const IfMatch& if_match, const Facts& facts) {
  LATCHKEY_ASSIGN_OR_RETURN(const Transition row, Permit(record, KeyCommand::kUpdate, if_match));
  if (index >= record.key.boundary.size()) {
    return base::Error(Reason::kMalformed, "the key has no term at this index: read it again");
  }
  Step step = Changed(record, row, facts);
  step.record.key.boundary.erase(step.record.key.boundary.begin() +
                                 static_cast<std::ptrdiff_t>(index));
  step.fields = {"boundary"};
  return step;
}

}  // namespace latchkey::lifecycle
