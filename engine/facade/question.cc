#include "engine/facade/question.h"

#include "engine/authz/evaluator.h"
#include "engine/facade/principal_access.h"

namespace latchkey::inline v0::facade {
namespace {

//
void RestrictExternal(const cache::AccessBlock& block, std::uint64_t acting_account,
                      authz::Verdict& verdict) {
  const cache::AccessFacts& facts = block.facts();
  if (acting_account == facts.account || facts.external == ExternalMode::kEnabled) return;
  if (block.Lists(static_cast<std::uint32_t>(acting_account))) return;
  if (facts.external == ExternalMode::kMonitor) {
    verdict.limited_would_refuse = true;
    return;
  }
  verdict.outcome = Outcome::kDeny;
  verdict.reason = Reason::kExternalIdentity;
}

// Steps 1 to 4 of domain section 7, for an identity with standing.
std::optional<authz::Verdict> Decide(const cache::AccessBlock& block, std::uint64_t acting_account,
                                     const authz::HashedRequest& request, std::int64_t now_us) {
  authz::Verdict verdict;
  if (block.facts().barred != Reason::kNone) {
    verdict.reason = block.facts().barred;
    return verdict;
  }
  if (block.facts().asks_interpreter) return std::nullopt;
  if (block.facts().owns) {
    verdict = {Outcome::kAllow, Reason::kAllowedByOwner};
  } else {
    const std::uint64_t lowest = block.LowestGrant(request, now_us);
    if (lowest == 0) return verdict;
    verdict = {Outcome::kAllow, Reason::kAllowedByPolicy, lowest};
  }
  RestrictExternal(block, acting_account, verdict);
  return verdict;
}

}  // namespace

bool Question::Look(const cache::Moment& moment) {
  const authz::CatalogueIndex* const catalogue = warm_.CatalogueAt(moment.txn);
  if (hashes_.form() != Reason::kNone || catalogue == nullptr) return false;
  hashed_.emplace(*catalogue, request_, hashes_);
  return true;
}

bool Question::Answer(const cache::Moment& moment, std::int64_t now_us,
                      const cache::WarmCredential& credential, Decision& decision) {
  if (HasExpired(credential, now_us)) return false;
  const cache::AccessKey key{static_cast<std::uint32_t>(credential.identity_serial),
                             hashes_.account()};
  const cache::AccessBlock* const block = warm_.AccessOf(ask_, key, moment.txn, likely_);
  if (block == nullptr) return false;
  const auto verdict = Decide(*block, credential.account_serial, *hashed_, now_us);
  if (!verdict) return false;
  DecisionAccess::Set(decision,
                      {.outcome = verdict->outcome,
                       .reason = verdict->reason,
                       .revision = moment.revision,
                       .policy = verdict->policy_serial,
                       .limited_would_refuse = verdict->limited_would_refuse},
                      credential.identity_serial, credential.account_serial, key_);
  return true;
}

}  // namespace latchkey::inline v0::facade
